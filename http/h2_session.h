// H2Session — HTTP/2 of one client connection as an engine: bytes in, requests out; answers in,
// bytes out. nghttp2 frames, compresses fields and keeps windows; what may be too much is counted
// by H2Guard before.
//
// Spec:   RFC 9113, RFC 7541, RFC 8441; rows H-095..H-098.
// Units:  stream numbers as on the wire; 0 is none.
// Errors: a stream at fault is reset and its end told; a connection at fault is over(), with the
//         reason to be sent as its last bytes.
// Life:   the listener outlives it, and is called only inside feed() and take_output(). It may give
//         answers there, but not feed, take output or destroy.
#pragma once

#include "base/slice.h"
#include "http/h2_answer.h"
#include "http/h2_guard.h"
#include "http/h2_head.h"
#include "http/h2_memory.h"

#include <memory>

namespace http {

class H2Session {
public:
    using Stream = int32_t;

    class Listener {
    public:
        // The head is whole and lives until on_complete() returns or the stream is over.
        virtual void on_head(Stream stream, H2Head& head, bool body_follows) = 0;
        // Of a request, or through a tunnel. The latter are not acknowledged until they are taken.
        virtual void on_body(Stream stream, base::ByteView bytes) = 0;
        // The request is whole. Not after an answer.
        virtual void on_complete(Stream stream, const H2Head& head) = 0;
        // Nothing more comes through a tunnel.
        virtual void on_tunnel_end(Stream stream) = 0;
        // Some of its answer's body, or of what goes through it, is sent.
        virtual void on_progress(Stream stream) = 0;
        // Answered and sent, or reset. No call for it follows.
        virtual void on_stream_over(Stream stream) = 0;

    protected:
        ~Listener() = default;
    };

    // `tunnels`: extended CONNECT is offered; else such a request is a stream's fault.
    H2Session(base::SlicePool& pool, FrameRoom& room, const Limits& limits, Listener& listener,
              bool tunnels);
    H2Session(const H2Session&) = delete;
    H2Session& operator=(const H2Session&) = delete;
    ~H2Session();

    void feed(base::ByteView in, base::TimePoint now);
    // What is to be sent next: about so many bytes, but whole frames. Empty: nothing, or what there
    // is has to wait for the client's windows.
    [[nodiscard]] base::SliceChain take_output(size_t about_bytes);

    // Once for each stream whose head came. What still comes of the request is read over.
    void answer(Stream stream, H2Answer&& answer);
    // Some time later: resets the stream without an error, if it is the request that is not whole.
    void refuse_rest(Stream stream);
    // `100 Continue`.
    void encourage(Stream stream);

    // In place of answer(): the stream is a way for bytes from here on, until end() or abort().
    void open_tunnel(Stream stream, H2Answer&& answer);
    void send(Stream stream, base::SliceChain bytes);
    [[nodiscard]] size_t unsent_bytes(Stream stream) const;
    // No more is sent after what there is; what still comes is read over.
    void end(Stream stream);
    // Resets it now (CANCEL).
    void abort(Stream stream);
    // So many bytes of on_body() are out of the way: of the stream's window, and the connection's.
    void acknowledge(Stream stream, size_t bytes);
    void acknowledge_to_connection(size_t bytes);

    // No further stream is taken; those that are open go on.
    void wind_down();
    // Nothing is to be read or sent any more.
    [[nodiscard]] bool over() const;
    // Why the guard has ended it; None: it has not.
    [[nodiscard]] H2Guard::Kind excess() const;
    // As H2Guard::unfinished().
    [[nodiscard]] uint32_t unfinished() const;

private:
    struct Parts; // nghttp2's session and the streams
    std::unique_ptr<Parts> parts_;
};

} // namespace http
