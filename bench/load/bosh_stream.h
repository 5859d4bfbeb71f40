// BoshStream — a client's stream over BOSH: what it asks when, and what it makes of the answers.
// Spec:   XEP-0124; XEP-0206.
// Life:   as ClientStream says.
#pragma once

#include "bench/load/bosh_requests.h"
#include "bench/load/client_stream.h"
#include "bench/load/element_reader.h"
#include "bench/load/request_turns.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace load {

class BoshStream final : public ClientStream, private BoshRequests::Listener {
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

    void on_answer(size_t place, std::string_view status, base::ByteView body) override;
    void on_request_lost(std::string_view why) override;
    void on_http_fault(std::string_view fault) override { fail(fault); }

    void pump();
    [[nodiscard]] bool has_something_to_say() const;
    void ask(const RequestTurns::Turn& turn);
    [[nodiscard]] base::Slice next_payload();
    [[nodiscard]] std::string attributes(uint64_t rid);
    void read_body(base::ByteView body);
    void on_body_tag(base::ByteView tag);
    void finish();
    void fail(std::string_view fault);

    StreamContext& context_;
    ClientStreamListener& listener_;
    RequestTurns turns_;
    std::unique_ptr<BoshRequests> requests_;
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
