// Http1Requests — a BOSH client's requests over HTTP/1.1: two lasting connections, as browsers
// have.
// Spec:   RFC 9112.
// Life:   as BoshRequests says.
#pragma once

#include "bench/load/bosh_requests.h"
#include "bench/load/http_answer.h"
#include "bench/load/line.h"
#include "bench/load/request_turns.h"

#include <array>

namespace load {

class Http1Requests final : public BoshRequests, private Line::Listener {
public:
    Http1Requests(StreamContext& context, BoshRequests::Listener& listener);

    void ask(size_t place, base::SliceChain body) override;
    void cut() override;

private:
    struct Exchange {
        Line line;
        HttpAnswer answer{};
        base::SliceChain request{}; // while it is unanswered
        bool reused = false;        // the connection has had an answer before
    };

    void on_line_up(Line& line) override;
    void on_line_bytes(Line& line, base::ByteView bytes) override;
    void on_line_down(Line& line, std::string_view why) override;

    void on_whole_answer(Exchange& exchange);
    [[nodiscard]] size_t place_of(const Line& line) const;

    StreamContext& context_;
    BoshRequests::Listener& listener_;
    std::array<Exchange, RequestTurns::kConnections> exchanges_;
    HttpAnswer told_; // the one that the listener is reading
};

} // namespace load
