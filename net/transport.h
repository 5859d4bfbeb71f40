// Transport, TransportListener — the byte-stream seam. Rooms above net see only this; a TCP
// socket, a TLS filter and a test's memory pipe all are one.
// Errors: reported once, by on_closed. write() never fails: what cannot be sent is dropped there.
// Life:   the owner holds the transport by unique_ptr and may destroy it at any time, except while
//         one of its own callbacks runs (then: RetireList). No callback comes after destruction.
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "net/address.h"
#include "net/tls_facts.h"

#include <cstdint>
#include <optional>

namespace net {

// Why reading is stopped. Reasons add up: the socket reads again when the last one is taken away.
enum class PauseReason : uint8_t { Pipeline = 1, Outbox = 2, Budget = 4, Drain = 8, Backlog = 16 };

enum class CloseMode : uint8_t {
    Flush, // send the backlog, half-close, drain what the peer still sends for a moment, close
    Abort, // drop everything now
};

// Error::code of Category::Net is a positive errno, or one of these above its range.
enum class NetFault : uint16_t {
    EndOfStream = 1000,
    WriteStalled,
    Deadline,
    NoAddress,    // the name does not exist, or has no address
    LookUpFailed, // whether it has one is not known
    Forbidden,    // it has only addresses that may not be connected to
};

class TransportListener {
public:
    // `bytes` are valid only during the call. The callee may close the transport.
    virtual void on_bytes(base::ByteView bytes) = 0;
    // The backlog has fallen to the low-water mark after having been above the high one.
    virtual void on_drained() = 0;
    // The peer's end of stream (NetFault::EndOfStream), a fault, or the end of a close() of ours
    // (code 0). Comes exactly once, last, and never inside a call of close() or write().
    virtual void on_closed(base::Error reason) = 0;

protected:
    ~TransportListener() = default;
};

class Transport {
public:
    virtual ~Transport() = default;

    // Named before the first byte is read: right after the transport is handed over. Who takes it
    // over later names another, also inside a callback; what comes from then on is the new one's.
    virtual void set_listener(TransportListener& listener) = 0;
    // Tries to send at once and queues the rest; it owns the bytes until they are gone.
    virtual void write(base::SliceChain bytes) = 0;
    [[nodiscard]] virtual size_t backlog_bytes() const = 0;
    // on_drained() comes once the backlog, having reached `high`, is down to `low`.
    virtual void set_watermarks(size_t low, size_t high) = 0;
    virtual void pause_read(PauseReason reason) = 0;
    virtual void resume_read(PauseReason reason) = 0;
    virtual void close(CloseMode mode) = 0;

    [[nodiscard]] virtual Address peer() const = 0;
    [[nodiscard]] virtual Address local() const = 0;
    // None: its bytes are in clear.
    [[nodiscard]] virtual std::optional<TlsTerms> tls() const { return std::nullopt; }
};

} // namespace net
