// TcpListener — a listening socket; every worker has its own for the same address (SO_REUSEPORT),
// and the kernel spreads the connections among them.
// Spec:   row H-049: lack of descriptors neither spins nor stops the server.
// Or a Unix socket, for a proxy on the same host: which user may connect is its file's business.
// Or a socket that whoever started this process has opened for it (net/inherited_socket).
// Errors: open() says which step the system refused: errno.
// Life:   callbacks come from the loop; on_accept() may destroy the listener.
#pragma once

#include "base/env.h"
#include "net/handle.h"
#include "net/local_socket.h"
#include "net/loop.h"
#include "net/stream_socket.h"

#include <memory>

namespace net {

class AcceptListener {
public:
    // The listener becomes the owner and must set_listener() before it returns.
    virtual void on_accept(std::unique_ptr<Transport> connection) = 0;

protected:
    ~AcceptListener() = default;
};

class TcpListener final : private base::TimerNode {
public:
    // Port 0 lets the system choose; local() tells. "::" means IPv6 only, on every system. A port
    // that somebody else listens on is refused, also where the system would let us share it; but
    // not with `Port::Ours`: there we do so ourselves, at another address.
    enum class Port : uint8_t { Free, Ours };
    [[nodiscard]] static base::Result<std::unique_ptr<TcpListener>>
    open(Loop& loop, const base::Env& env, const Address& address, TcpOptions options,
         AcceptListener& listener, Port port = Port::Free);
    // The socket's file is there as long as the listener.
    [[nodiscard]] static base::Result<std::unique_ptr<TcpListener>>
    open(Loop& loop, const base::Env& env, const LocalPath& path, TcpOptions options,
         AcceptListener& listener);
    // One that is bound already; it is ours from now on.
    [[nodiscard]] static base::Result<std::unique_ptr<TcpListener>>
    adopt(Loop& loop, const base::Env& env, int descriptor, TcpOptions options,
          AcceptListener& listener);
    // At the same place as `first`, on another worker's loop. A Unix socket, or one that we did not
    // open, is one for all, and they take from it in turns.
    [[nodiscard]] static base::Result<std::unique_ptr<TcpListener>>
    open_beside(const TcpListener& first, Loop& loop, const base::Env& env,
                AcceptListener& listener);
    TcpListener(const TcpListener&) = delete;
    TcpListener& operator=(const TcpListener&) = delete;
    ~TcpListener() override;

    [[nodiscard]] Address local() const { return local_; }
    // Who gets the next connections, and with which options.
    void hand_to(AcceptListener& listener, TcpOptions options);
    // Takes what has connected already: the socket is about to be closed, and they would be reset.
    void accept_waiting();

private:
    enum class Turn : uint8_t { Next, Enough };

    TcpListener(Loop& loop, const base::Env& env, TcpOptions options, AcceptListener& listener);

    base::Result<void> listen_on(const Address& address);
    base::Result<void> begin();
    int start_polling();
    static void on_readable(uv_poll_t* poll, int status, int events);
    Turn accept_one();
    void hand_over(int descriptor, const Address& peer);
    Turn on_exhausted(int error);
    Turn rest();
    void on_deadline(base::TimePoint now) override;

    Loop& loop_;
    base::Env env_;
    TcpOptions options_;
    AcceptListener* listener_;
    Address local_;
    std::unique_ptr<LocalSocketFile> file_; // of a Unix socket
    int descriptor_ = -1;
    bool one_for_all_ = false; // the socket, of all workers
    bool bequeaths_ = false;   // its options: connections are born with them (Linux)
    int spare_ = -1;           // given up for a moment when there is no other descriptor left
    base::TimePoint next_warning_{};
    UvHandle<uv_poll_t> poll_;
};

} // namespace net
