// Handshakes — what stands between a listener and the HTTP server where TLS is ours: connections
// whose client has not finished its handshake.
// Spec:   rows H-045, S-020, S-040..S-042.
// Errors: a handshake that fails, or takes too long, ends its connection; those above a limit are
//         closed at once. Each is counted; a line in the log at level debug says why one failed.
// Life:   outlives the handshakes in it; those die with it.
#pragma once

#include "base/env.h"
#include "base/slot_map.h"
#include "http/client_address.h"
#include "tls/server_context.h"
#include "tls/tls_transport.h"

#include <memory>

namespace cm {

class Handshakes {
public:
    // From the first byte to the last, with packets lost on the way.
    static constexpr base::Duration kPatience{10'000};
    // Each costs some 60 KB while it lasts. At a fifth of a second for one, 5,000 come through in a
    // second, more than a core has time for.
    static constexpr size_t kMostAtATime = 1024;
    // Of one address (of one /64), so that nobody alone keeps all others out; not of a proxy.
    static constexpr size_t kMostOfAnAddress = kMostAtATime / 8;

    class Listener {
    public:
        // The listener becomes the owner, and must set_listener() before it returns.
        virtual void on_secured(std::unique_ptr<tls::TlsTransport> connection) = 0;

    protected:
        ~Listener() = default;
    };

    Handshakes(const base::Env& env, const http::ProxyPolicy& proxies, Listener& listener);
    Handshakes(const Handshakes&) = delete;
    Handshakes& operator=(const Handshakes&) = delete;
    ~Handshakes();

    void start(std::unique_ptr<net::Transport> connection,
               std::shared_ptr<const tls::ServerContext> context);
    [[nodiscard]] size_t in_progress() const { return open_.size(); }

private:
    class Handshake;

    [[nodiscard]] bool has_room_for(const net::Address& peer);
    void finish(base::SlotId id);

    base::Env env_;
    const http::ProxyPolicy& proxies_;
    Listener& listener_;
    base::SlotMap<std::unique_ptr<Handshake>> open_;
};

} // namespace cm
