// Session — one client: logs in, writes, leaves, and may do it all again.
// Errors: on_fault() with the words of the stream or of the login, or "timeout"; it is offline
//         then.
// Life:   of the crowd. Callbacks come from the loop.
#pragma once

#include "base/timer_wheel.h"
#include "bench/load/client_stream.h"
#include "bench/load/instant.h"
#include "bench/load/login.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace load {

class Session;

enum class SessionState : uint8_t { Offline, LoggingIn, Online, Leaving };

class SessionListener {
public:
    virtual void on_login(Session& session) = 0;
    virtual void on_stanza(Session& session, base::ByteView stanza) = 0;
    virtual void on_left(Session& session) = 0;
    // `before`: what the fault has put an end to.
    virtual void on_fault(Session& session, SessionState before, std::string_view fault) = 0;

protected:
    ~SessionListener() = default;
};

class Session final : private ClientStreamListener, private base::TimerNode {
public:
    struct Rules {
        TransportKind transport = TransportKind::Bosh;
        base::Duration patience = std::chrono::seconds(30); // for logging in and for leaving
    };
    Session(StreamContext& context, const Rules& rules, Account account, size_t number,
            SessionListener& listener)
        : context_(context), rules_(rules), listener_(listener), account_(std::move(account)),
          number_(number) {}

    void log_in();
    void send(base::ByteView stanza) { stream_->send(stanza); }
    void flush() { stream_->flush(); }
    void leave();
    // Without a word to anybody.
    void drop();

    [[nodiscard]] SessionState state() const { return state_; }
    [[nodiscard]] const std::string& jid() const { return jid_; } // of the latest login
    [[nodiscard]] Instant login_began() const { return login_began_; }
    [[nodiscard]] size_t number() const { return number_; }

private:
    using State = SessionState;

    void on_element(base::ByteView element) override;
    void on_stream_end(std::string_view fault) override;
    void on_deadline(base::TimePoint now) override;

    void go_on(const Login::Step& step);
    void fail(std::string_view fault);

    StreamContext& context_;
    const Rules& rules_;
    SessionListener& listener_;
    Account account_;
    std::unique_ptr<ClientStream> stream_;
    std::optional<Login> login_;
    std::string jid_;
    Instant login_began_{};
    size_t number_;
    State state_ = State::Offline;
};

} // namespace load
