// DnsChannel — asks name servers through c-ares, on the loop. Query ids and source ports are
// random (RFC 5452), an answer that does not fit is asked for again by TCP, and a server that does
// not answer is followed by the next: all of that is c-ares'.
// Errors: on_reply() without a message: no server gave one that answers the question.
// Life:   each question is answered exactly once, at the latest by the destructor; inside ask()
// too.
#pragma once

#include "base/time.h"
#include "base/timer_wheel.h"
#include "net/dns_reply.h"
#include "net/handle.h"
#include "net/loop.h"

#include <map>
#include <span>
#include <string>
#include <vector>

struct ares_channeldata; // c-ares' channel

namespace net {

class DnsChannel final : private base::TimerNode {
public:
    class Question {
    public:
        virtual void on_reply(std::span<const uint8_t> message) = 0;

    protected:
        ~Question() = default;
    };

    // Servers with their ports; none: those of /etc/resolv.conf, as they are now. `first_try`: how
    // long until a question is repeated; each server is given twice that for the second try.
    DnsChannel(Loop& loop, const std::vector<Address>& servers, base::Duration first_try);
    DnsChannel(const DnsChannel&) = delete;
    DnsChannel& operator=(const DnsChannel&) = delete;
    ~DnsChannel() override;

    // The name is complete: no search domain is added.
    void ask(const std::string& name, DnsType type, Question& question);

private:
    void use(const std::vector<Address>& servers);
    void watch(int descriptor, bool readable, bool writable);
    void on_ready(int descriptor, int status, int events);
    void on_deadline(base::TimePoint now) override;
    void set_timer();

    Loop& loop_;
    ares_channeldata* channel_ = nullptr;
    std::map<int, UvHandle<uv_poll_t>> watched_; // c-ares' sockets
};

} // namespace net
