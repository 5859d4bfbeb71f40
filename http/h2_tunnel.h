// H2Tunnel — a stream of an HTTP/2 connection as a transport: what an extended CONNECT has opened.
//
// The stream's windows do what TCP's does elsewhere: what is not read yet is not acknowledged to
// the client, so it can send no more than a window ahead; what the client does not take is the
// backlog. Bytes wait here from the read that brought them until settle(), so nobody is called
// while the connection is at work.
//
// Spec:   RFC 8441 §5; RFC 9113 §5.2, §8.5; row H-097.
// Errors: as Transport. A reset by the client is ECONNRESET, its end of the stream EndOfStream; the
//         end of the connection is told with its own reason.
// Life:   the owner's, as any transport; its carrier may go first.
#pragma once

#include "base/slice.h"
#include "http/h2_session.h"
#include "net/transport.h"

#include <cstdint>

namespace http {

class H2Tunnel final : public net::Transport {
public:
    using Stream = H2Session::Stream;

    // The connection, which has the other streams, too.
    class Carrier {
    public:
        virtual void send(Stream stream, base::SliceChain bytes) = 0;
        [[nodiscard]] virtual size_t unsent_bytes(Stream stream) const = 0;
        // So many of the bytes given to take() are out of the way.
        virtual void on_taken(Stream stream, size_t bytes) = 0;
        // Flush: after what is unsent.
        virtual void end(Stream stream, net::CloseMode mode) = 0;
        // Calls settle() soon, but not in here. Asked for no more once that has begun.
        virtual void wake(H2Tunnel& tunnel) = 0;
        // It is being destroyed.
        virtual void on_tunnel_gone(H2Tunnel& tunnel) = 0;

    protected:
        ~Carrier() = default;
    };

    H2Tunnel(base::SlicePool& pool, Carrier& carrier, Stream stream, net::Address peer,
             net::Address local)
        : carrier_(&carrier), stream_(stream), incoming_(pool), peer_(peer), local_(local) {}
    H2Tunnel(const H2Tunnel&) = delete;
    H2Tunnel& operator=(const H2Tunnel&) = delete;
    ~H2Tunnel() override;

    void set_listener(net::TransportListener& listener) override { listener_ = &listener; }
    void write(base::SliceChain bytes) override;
    [[nodiscard]] size_t backlog_bytes() const override;
    void set_watermarks(size_t low, size_t high) override;
    void pause_read(net::PauseReason reason) override;
    void resume_read(net::PauseReason reason) override;
    void close(net::CloseMode mode) override;
    [[nodiscard]] net::Address peer() const override { return peer_; }
    [[nodiscard]] net::Address local() const override { return local_; }

    // From the carrier.
    void take(base::ByteView bytes);
    void on_end_of_stream();
    void on_progress(); // something of the backlog is sent
    // The stream is over: by itself, or for that reason.
    void on_stream_over(base::Error reason);
    // Its backlog has reached the mark.
    [[nodiscard]] bool blocked() const { return blocked_; }
    // Tells the listener what there is to tell.
    void settle();
    // The carrier goes, and nobody is to hear of it.
    void abandon() { carrier_ = nullptr; }

    [[nodiscard]] Stream stream() const { return stream_; }

private:
    enum class State : uint8_t {
        Open,
        Closing, // by close(); not over yet
        Over,    // which is to be told
        Told,
    };
    void drop_incoming();
    void report(base::Error reason);

    Carrier* carrier_;
    net::TransportListener* listener_ = nullptr;
    Stream stream_;
    State state_ = State::Open;
    uint8_t pauses_ = 0;
    bool end_of_stream_ = false;
    bool blocked_ = false;
    size_t low_bytes_ = 0;
    size_t high_bytes_ = SIZE_MAX;
    base::SliceBuilder incoming_;
    base::Error reason_{.category = base::Category::Net};
    net::Address peer_;
    net::Address local_;
};

} // namespace http
