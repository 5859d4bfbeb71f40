// Crowd — all the clients of a run: who logs in when, and who comes back after a fault.
// Only so many log in at a time, unless everybody shall; the others wait in line.
// Life:   of the run; the listener and the tally outlive it.
#pragma once

#include "base/timer_wheel.h"
#include "bench/load/client_stream.h"
#include "bench/load/session.h"
#include "bench/load/tally.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace load {

// A pattern with %d for the client's number; none: guests.
struct AccountPattern {
    std::string user;
    std::string password;
    size_t first = 0; // number

    [[nodiscard]] Account of(size_t number) const;
};

class CrowdListener {
public:
    virtual void on_login(Session& session) = 0;
    virtual void on_stanza(Session& session, base::ByteView stanza) = 0;
    virtual void on_left(Session& session) = 0;

protected:
    ~CrowdListener() = default;
};

class Crowd final : private SessionListener, private base::TimerNode {
public:
    struct Settings {
        size_t sessions = 1;
        size_t logins_at_once = 50;
        Session::Rules session{};
        AccountPattern account{};
    };
    Crowd(StreamContext& context, Settings settings, Tally& tally);
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;
    ~Crowd() override = default;

    void set_listener(CrowdListener& listener) { listener_ = &listener; }
    // Logs in when its turn comes.
    void bring(Session& session);
    void bring_all();
    // All go without a word, and all come back at once.
    void drop_and_bring_all();
    void send_away(Session& session);
    void send_all_away();
    // From now on, who is lost tries again a second later.
    void set_persistent(bool persistent) { persistent_ = persistent; }

    [[nodiscard]] std::span<const std::unique_ptr<Session>> sessions() const { return sessions_; }
    [[nodiscard]] size_t online() const { return online_; }
    // Nobody is logging in or about to.
    [[nodiscard]] bool settled() const { return waiting_.empty() && coming_ == 0; }
    [[nodiscard]] bool all_offline() const;

private:
    void on_login(Session& session) override;
    void on_stanza(Session& session, base::ByteView stanza) override;
    void on_left(Session& session) override;
    void on_fault(Session& session, SessionState before, std::string_view fault) override;
    void on_deadline(base::TimePoint now) override;

    void admit();

    StreamContext& context_;
    Settings settings_;
    Tally& tally_;
    CrowdListener* listener_ = nullptr;
    std::vector<std::unique_ptr<Session>> sessions_;
    std::deque<Session*> waiting_;
    std::vector<Session*> lost_; // to try again
    size_t coming_ = 0;
    size_t online_ = 0;
    bool persistent_ = false;
};

} // namespace load
