// Boost.Beast's basic_parser is good at fields and chunks and particular about their grammar, but
// what it says about a head that comes in pieces depends on the pieces: after its first "need
// more" it looks for the final empty line only. So a head is gathered first, under our limits and
// line rules (HeadScanner), and given to it whole. Chunk size lines are treated alike, and for one
// reason more: asked twice about the same line, Beast 1.74 counts its chunk twice against the body
// limit, looks for the end of a quoted value in the data behind the line, and fails an assertion
// if an empty chunked body comes byte by byte.
//
// The request line is read by our own policy, because Beast refuses versions above 1.1, which we
// must take as 1.1 (H-008); Beast gets a line that it knows instead.

#include "http/request_parser.h"

#include "base/error.h"
#include "http/ascii.h"

// GCC 12 cannot see that Beast reads a boost::optional only when there is something in it.
#pragma GCC diagnostic push
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#pragma GCC diagnostic pop

#include <algorithm>
#include <limits>
#include <optional>

namespace http {

namespace beast = boost::beast::http;
using BeastError = boost::beast::error_code;
using BeastText = boost::beast::string_view;

namespace {

// Of all chunks of a message together (H-031): nobody uses extensions, so more is an attempt to
// make us read for nothing.
constexpr size_t kMaxExtensionBytes = 4 * 1024;
// A size line with its extensions; the last one together with all trailer fields.
constexpr size_t kMaxChunkLineBytes = kMaxExtensionBytes + 64;
// Size lines of a body may be so much longer than what is in the chunks. Chunks of a byte each cost
// a hundred times of what their bytes do; no honest program cuts a body up like that.
constexpr size_t kFreeFramingBytes = 16 * 1024;
// Larger buffers are not kept from one message to the next.
constexpr size_t kKeptBufferBytes = 4 * 1024;

ByteView to_view(BeastText text) {
    return {text.data(), text.size()};
}

// Where a chunk's size line ends, and the trailers with it if it is the last; npos if that has not
// come yet. What is on the line is not judged here.
size_t end_of_size_line(ByteView in, bool after_chunk) {
    size_t digits = after_chunk ? 2 : 0;
    size_t end = in.find("\r\n", digits);
    if (end == ByteView::npos) return end;
    size_t after_zeros = in.find_first_not_of('0', digits);
    bool last = after_zeros > digits && hex_value(in[after_zeros]) < 0;
    if (!last) return end + 2;
    end = in.find("\r\n\r\n", end);
    return end == ByteView::npos ? end : end + 4;
}

} // namespace

// Beast's parser, with its callbacks written down as fields.
struct RequestParser::Machine {
    class Parser final : public beast::basic_parser<true> {
    public:
        explicit Parser(FieldList& fields) : fields_(&fields) {
            // Ours come after the head, see limit_body(). Not none: 1.74 takes any length for more.
            body_limit(std::numeric_limits<uint64_t>::max());
            header_limit(std::numeric_limits<uint32_t>::max()); // HeadScanner has seen to it
        }

        ByteView body;
        uint64_t chunk_left_bytes = 0;
        size_t extension_bytes = 0;
        bool after_chunk = false; // its CRLF comes before the next size line
        bool head_done = false;

        // Bytes taken; sets `failed`.
        size_t consume(ByteView in, bool& failed) {
            BeastError error;
            body = {};
            size_t taken = put(boost::asio::const_buffer(in.data(), in.size()), error);
            failed = error && error != beast::error::need_more;
            too_large = error == beast::error::body_limit;
            return taken;
        }
        bool too_large = false;

    private:
        void on_request_impl(beast::verb, BeastText, BeastText, int, BeastError&) override {}
        void on_response_impl(int, BeastText, int, BeastError&) override {}
        void on_field_impl(beast::field, BeastText name, BeastText value, BeastError&) override {
            if (!head_done) fields_->add(to_view(name), to_view(value)); // trailers: H-031
        }
        void on_header_impl(BeastError&) override { head_done = true; }
        void on_body_init_impl(const boost::optional<uint64_t>&, BeastError&) override {}
        size_t on_body_impl(BeastText bytes, BeastError&) override {
            body = to_view(bytes);
            return bytes.size();
        }
        void on_chunk_header_impl(uint64_t size, BeastText extensions, BeastError& error) override {
            chunk_left_bytes = size;
            after_chunk = true;
            extension_bytes += extensions.size();
            // A line feed in a quoted value ends the line for laxer readers than us.
            if (extension_bytes > kMaxExtensionBytes || !is_field_value(to_view(extensions))) {
                error = beast::error::bad_chunk_extension;
            }
        }
        size_t on_chunk_body_impl(uint64_t, BeastText bytes, BeastError&) override {
            body = to_view(bytes);
            chunk_left_bytes -= bytes.size();
            return bytes.size();
        }
        void on_finish_impl(BeastError&) override {}

        FieldList* fields_;
    };

    std::optional<Parser> parser; // one message; Beast's cannot be used twice
};

RequestParser::RequestParser(const Limits& limits)
    : limits_(&limits), machine_(std::make_unique<Machine>()), scanner_(limits) {}
RequestParser::~RequestParser() = default;

void RequestParser::restart() {
    machine_->parser.reset();
    state_ = State::Head;
    fault_ = HttpFault::None;
    scanner_ = HeadScanner(*limits_);
    framing_ = {};
    target_.clear();
    fields_.clear();
    chunk_data_bytes_ = 0;
    chunk_framing_bytes_ = 0;
    pending_.clear();
    if (pending_.capacity() > kKeptBufferBytes) pending_.shrink_to_fit();
}

RequestParser::Step RequestParser::fail(HttpFault fault, size_t taken) {
    state_ = State::Faulted;
    fault_ = fault;
    return {.kind = Step::Kind::Fault, .fault = fault, .taken = taken};
}

RequestParser::Step RequestParser::feed(ByteView in) {
    switch (state_) {
    case State::Head: return feed_head(in);
    case State::Length: return feed_length(in);
    case State::Chunked: return feed_chunked(in);
    case State::Complete: return {.kind = Step::Kind::Complete};
    case State::Faulted: return fail(fault_, 0);
    }
    return {};
}

// ---- head ----

RequestParser::Step RequestParser::feed_head(ByteView in) {
    HeadScanner::Scanned scanned = scanner_.scan(in);
    if (scanned.fault != HttpFault::None) return fail(scanned.fault, scanned.taken);
    ByteView head = in.substr(0, scanned.taken);
    if (!scanned.complete || !pending_.empty()) {
        pending_ += head;
        head = pending_;
    }
    if (!scanned.complete) return {.taken = scanned.taken};

    HttpFault fault = parse_head(head);
    pending_.clear();
    if (fault != HttpFault::None) return fail(fault, scanned.taken);
    switch (framing_.kind) {
    case BodyFraming::Kind::Chunked: state_ = State::Chunked; break;
    case BodyFraming::Kind::Length:
        state_ = framing_.length_bytes > 0 ? State::Length : State::Complete;
        break;
    case BodyFraming::Kind::None: state_ = State::Complete; break;
    }
    return {.kind = Step::Kind::Head, .taken = scanned.taken};
}

HttpFault RequestParser::parse_head(ByteView head) {
    if (head.starts_with("\r\n")) head.remove_prefix(2);
    size_t line_end = head.find("\r\n"); // the scanner saw one
    RequestLine line;
    HttpFault fault = parse_request_line(head.substr(0, line_end), line);
    if (fault != HttpFault::None) return fault;
    method_ = line.method;
    minor_version_ = line.minor_version;
    fault = parse_target(line.method, line.target, target_);
    if (fault == HttpFault::None) fault = parse_fields(head.substr(line_end + 2));
    if (fault == HttpFault::None) fault = check_host(fields_, minor_version_);
    if (fault == HttpFault::None) fault = judge_framing(fields_, minor_version_, framing_);
    return fault;
}

HttpFault RequestParser::parse_fields(ByteView lines) {
    Machine::Parser& parser = machine_->parser.emplace(fields_);
    bool failed = false;
    parser.consume(minor_version_ == 0 ? "GET / HTTP/1.0\r\n" : "GET / HTTP/1.1\r\n", failed);
    CM_ASSERT(!failed);
    size_t taken = parser.consume(lines, failed);
    if (!failed && taken == lines.size() && parser.head_done) return HttpFault::None;
    return HttpFault::BadLine; // or a length or coding that Beast looked at before our policy
}

RequestHead RequestParser::head() const {
    bool close = fields_.list_contains("Connection", "close");
    bool keep = minor_version_ >= 1 || fields_.list_contains("Connection", "keep-alive");
    std::string_view authority = target_.authority;
    return {.method = method_,
            .path = target_.path,
            .query = target_.query,
            .authority = authority.empty() ? fields_.find("Host") : authority,
            .minor_version = minor_version_,
            .keep_alive = keep && !close,
            .fields = fields_};
}

HttpFault RequestParser::limit_body(uint64_t max_bytes) {
    if (framing_.kind == BodyFraming::Kind::Length && framing_.length_bytes > max_bytes) {
        fail(HttpFault::BodyTooLarge, 0);
        return HttpFault::BodyTooLarge;
    }
    if (framing_.kind == BodyFraming::Kind::Chunked) machine_->parser->body_limit(max_bytes);
    return HttpFault::None;
}

// ---- body ----

RequestParser::Step RequestParser::feed_length(ByteView in) {
    if (in.empty()) return {};
    bool failed = false;
    size_t taken = machine_->parser->consume(in, failed);
    CM_ASSERT(!failed); // counting cannot
    if (machine_->parser->is_done()) state_ = State::Complete;
    return {.kind = Step::Kind::Body, .taken = taken, .body = machine_->parser->body};
}

RequestParser::Step RequestParser::feed_chunked(ByteView in) {
    if (in.empty()) return {};
    Machine::Parser& parser = *machine_->parser;
    bool failed = false;
    if (parser.chunk_left_bytes > 0) {
        size_t taken = parser.consume(in, failed);
        CM_ASSERT(!failed);
        chunk_data_bytes_ += taken;
        return {.kind = Step::Kind::Body, .taken = taken, .body = parser.body};
    }
    // A size line; its end may be far away or not have come yet.
    size_t had = pending_.size();
    ByteView line = in.substr(0, kMaxChunkLineBytes - had);
    size_t offered = line.size();
    if (had > 0) {
        pending_ += line;
        line = pending_;
    }
    size_t end = end_of_size_line(line, parser.after_chunk);
    if (end == ByteView::npos) {
        if (line.size() >= kMaxChunkLineBytes) return fail(HttpFault::BadChunk, offered);
        if (had == 0) pending_ = line;
        return {.taken = offered};
    }
    size_t taken = parser.consume(line.substr(0, end), failed);
    if (failed || taken != end) {
        return fail(parser.too_large ? HttpFault::BodyTooLarge : HttpFault::BadChunk, offered);
    }
    chunk_framing_bytes_ += end;
    if (chunk_framing_bytes_ > kFreeFramingBytes + chunk_data_bytes_) {
        return fail(HttpFault::BodyTooLarge, offered);
    }
    bool folded = has_folded_line(line.substr(0, taken)); // Beast would unfold trailers
    pending_.clear();
    taken -= had;
    if (folded) return fail(HttpFault::BadChunk, taken);
    if (parser.is_done()) {
        state_ = State::Complete;
        return {.kind = Step::Kind::Complete, .taken = taken};
    }
    Step next = feed_chunked(in.substr(taken)); // data now: at most one level deep
    next.taken += taken;
    return next;
}

} // namespace http
