// BoshStream — a client's stream over BOSH, by two lasting connections of HTTP/1.1, as browsers do.
// A request whose lasting connection turned out to be gone is sent again on a new one, once, as
// browsers do, too: its rid makes that safe.
// Spec:   XEP-0124; XEP-0206.
// Life:   as ClientStream says.
#pragma once

#include "bench/load/client_stream.h"
#include "bench/load/element_reader.h"
#include "bench/load/http_answer.h"
#include "bench/load/line.h"
#include "bench/load/request_turns.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace load {

class BoshStream final : public ClientStream, private Line::Listener {
public:
    BoshStream(StreamContext& context, ClientStreamListener& listener);

    void open() override;
    void restart() override;
    void send(base::ByteView stanza) override;
    void flush() override;
    void close() override;
    void abandon() override;

private:
    enum class State : uint8_t { Creating, Open, Closing, Ended };
    struct Exchange {
        Line line;
        HttpAnswer answer{};
        base::SliceChain request{}; // while it is unanswered
        bool reused = false;        // the connection has had an answer before
    };

    void on_line_up(Line& line) override;
    void on_line_bytes(Line& line, base::ByteView bytes) override;
    void on_line_down(Line& line, std::string_view why) override;

    void pump();
    [[nodiscard]] bool has_something_to_say() const;
    void ask(const RequestTurns::Turn& turn);
    [[nodiscard]] base::Slice next_payload();
    [[nodiscard]] std::string attributes(uint64_t rid);
    void on_answer(Exchange& exchange);
    void read_body(base::ByteView body);
    void on_body_tag(base::ByteView tag);
    void finish();
    void fail(std::string_view fault);
    [[nodiscard]] Exchange& exchange_of(const Line& line);

    StreamContext& context_;
    ClientStreamListener& listener_;
    RequestTurns turns_;
    std::array<Exchange, RequestTurns::kConnections> exchanges_;
    ElementReader body_;
    std::vector<base::Slice> full_; // payloads of requests, as large as we make them
    base::SliceBuilder payload_;    // of the one after these
    std::string sid_;
    bool wants_restart_ = false;
    bool wants_close_ = false;
    bool reading_ = false;
    bool over_ = false; // the manager has said so
    State state_ = State::Creating;
};

} // namespace load
