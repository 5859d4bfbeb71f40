// WebSocket — the client's side of one, as far as the doctor needs it: the handshake, texts, and
// answers to pings.
// Spec:   RFC 6455 §4.1, §5; RFC 7395 §3.
// Errors: Handshake::opened false, with what came instead; over() with why.
#pragma once

#include "base/time.h"
#include "doctor/raw_connection.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doctor {

struct Handshake {
    bool opened = false;
    long status = 0;    // 0: no answer at all
    std::string answer; // its head and what came with it
    std::string error;

    // Empty: there is none.
    [[nodiscard]] std::string field(std::string_view lower_case_name) const;
};

class WebSocket {
public:
    explicit WebSocket(const Reach& reach) : connection_(reach) {}

    // A URL of http or https, or of ws or wss.
    [[nodiscard]] Handshake open(const std::string& url, const std::string& origin,
                                 base::Duration patience);
    bool send(std::string_view text);
    // The next text; empty if none comes in time, or it is over. Pings are answered meanwhile.
    [[nodiscard]] std::string receive(base::Duration time);
    [[nodiscard]] bool over() const { return over_; }
    // "closed with 1001", "the connection was closed"
    [[nodiscard]] const std::string& why() const { return why_; }
    [[nodiscard]] unsigned pings() const { return pings_; }

private:
    bool send_frame(uint8_t opcode, std::string_view payload);
    // The next whole frame of what has been read.
    bool next_frame(uint8_t& opcode, std::string& payload);

    RawConnection connection_;
    std::string unread_;
    std::string text_; // of fragments
    bool over_ = false;
    unsigned pings_ = 0;
    std::string why_;
};

// "wss://a/b" as "https://a/b", which is how libcurl connects to it.
[[nodiscard]] std::string as_http(const std::string& url);

} // namespace doctor
