// RequestParser — HTTP/1.x request engine: bytes in, one event at a time out.
// Spec:   RFC 9112 §2-§7; conformance rows H-020..H-034, H-043, B-014, B-019.
// Units:  limits are those of http::Limits; the body limit is set per request, after its head.
// Errors: a Step of kind Fault, which repeats for ever after: the connection is to be closed.
// Life:   the views of a Step live until the next feed(); those of head() until restart(). A parser
//         keeps its buffers from message to message, so connections borrow one while they read.
//
// Any way of cutting the input gives the same events; only body bytes come in other portions.
#pragma once

#include "http/framing_policy.h"

#include <memory>

namespace http {

class RequestParser {
public:
    explicit RequestParser(const Limits& limits);
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;
    ~RequestParser();

    struct Step {
        enum class Kind : uint8_t {
            NeedMore, // everything was taken and says nothing new yet
            Head,     // head() is valid; limit_body() may be called now
            Body,     // `body` are its next bytes, without any chunk framing
            Complete, // the message is over; what was not taken belongs to the next one
            Fault,
        };
        Kind kind = Kind::NeedMore;
        HttpFault fault = HttpFault::None;
        size_t taken = 0; // bytes of `in`
        ByteView body{};
    };
    // One event; to be called again with the rest until it says NeedMore, also with an empty rest.
    [[nodiscard]] Step feed(ByteView in);

    [[nodiscard]] RequestHead head() const;
    [[nodiscard]] const BodyFraming& framing() const { return framing_; }
    [[nodiscard]] bool has_body() const {
        return framing_.kind == BodyFraming::Kind::Chunked || framing_.length_bytes > 0;
    }
    // Bodies beyond `max_bytes` are a fault, at once if the head states the length, else before the
    // first chunk that is too much. Without this call there is no limit.
    [[nodiscard]] HttpFault limit_body(uint64_t max_bytes);
    // Ready for the next message; buffers grown out of proportion are given back.
    void restart();

private:
    enum class State : uint8_t { Head, Length, Chunked, Complete, Faulted };
    struct Machine; // Boost.Beast's parser, kept out of this header

    Step feed_head(ByteView in);
    Step feed_length(ByteView in);
    Step feed_chunked(ByteView in);
    HttpFault parse_head(ByteView head);
    HttpFault parse_fields(ByteView lines);
    Step fail(HttpFault fault, size_t taken);

    const Limits* limits_;
    std::unique_ptr<Machine> machine_;
    State state_ = State::Head;
    HttpFault fault_ = HttpFault::None;
    Method method_ = Method::Other;
    uint8_t minor_version_ = 1;
    HeadScanner scanner_;
    BodyFraming framing_;
    Target target_;
    FieldList fields_;
    uint64_t chunk_data_bytes_ = 0;    // of this message
    uint64_t chunk_framing_bytes_ = 0; // around them
    std::string pending_; // what came of a head, or of a chunk's size line, before it is whole
};

} // namespace http
