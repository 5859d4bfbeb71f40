// SessionDesk — what administrators ask of sessions, put to the workers that have them.
// Life:   on the main thread; the workers and the mailbox outlive it.
#pragma once

#include "admin/sessions.h"
#include "base/slot_map.h"
#include "cm/inquiries.h"
#include "cm/worker_thread.h"

#include <string>
#include <variant>
#include <vector>

namespace cm {

class SessionDesk final : public admin::Sessions {
public:
    SessionDesk(const base::Env& env, net::Mailbox& mailbox, const WorkerThread::Crew& crew)
        : mailbox_(mailbox), crew_(crew), inquiries_(env, mailbox, crew) {}

    void list(const admin::SessionQuery& query, admin::Reply<admin::Listing> reply) override;
    void find(const std::string& sid, admin::Reply<admin::Found> reply) override;
    void end(const std::string& sid, admin::Reply<admin::Found> reply) override;
    void start_trace(uint64_t id, const base::TraceTarget& target, admin::HearTrace hear,
                     std::function<void()> listening) override;
    void stop_trace(uint64_t id) override;

private:
    net::Mailbox& mailbox_;
    const WorkerThread::Crew& crew_;
    Inquiries inquiries_;
};

} // namespace cm
