// Http2Requests — a BOSH client's requests over HTTP/2: all by one lasting connection, as browsers
// have it, each a stream.
// Spec:   RFC 9113.
// Life:   as BoshRequests says.
#pragma once

#include "bench/load/bosh_requests.h"
#include "bench/load/http2_client.h"
#include "bench/load/line.h"
#include "bench/load/request_turns.h"

#include <array>
#include <memory>
#include <string>

namespace load {

class Http2Requests final : public BoshRequests,
                            private Line::Listener,
                            private Http2Client::Listener {
public:
    Http2Requests(StreamContext& context, BoshRequests::Listener& listener)
        : context_(context), listener_(listener), line_(context, *this) {}

    void ask(size_t place, base::SliceChain body) override;
    void cut() override;

private:
    using Stream = Http2Client::Stream;
    struct Exchange {
        std::string request; // while it is unanswered
        Stream stream = 0;   // 0: the request waits for a connection
        std::string status;
        std::string answer; // its body, so far
        bool whole = false; // the answer
    };

    void on_line_up(Line& line) override;
    void on_line_bytes(Line& line, base::ByteView bytes) override;
    void on_line_down(Line& line, std::string_view why) override;

    void on_settings(bool /*offers_tunnels*/) override {}
    void on_status(Stream stream, std::string_view status) override;
    void on_data(Stream stream, base::ByteView bytes) override;
    void on_end(Stream stream) override;
    void on_stream_lost(Stream stream) override;

    void submit_what_waits();
    void tell_answers();
    void flush();
    [[nodiscard]] Exchange* find(Stream stream);

    StreamContext& context_;
    BoshRequests::Listener& listener_;
    Line line_;
    std::unique_ptr<Http2Client> client_; // of the connection at hand
    std::array<Exchange, RequestTurns::kConnections> exchanges_;
    bool reused_ = false; // the connection has had an answer
    bool lost_ = false;   // a stream was reset
    bool busy_ = false;   // bytes are being read: what is asked meanwhile goes together
    bool over_ = false;
};

} // namespace load
