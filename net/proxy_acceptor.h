// ProxyAcceptor — what stands between a listener and the server where clients come through a proxy
// that speaks the PROXY protocol: it takes the header off each connection and hands on what is
// behind it, as a connection from the client that the proxy names.
//
// Spec:   conformance rows H-065, H-066.
// Errors: a peer that is not trusted, a header that is bad, late or missing: the connection is
//         closed without an answer. Each is counted; none is worth a line in the log by itself.
// Life:   outlives the connections that wait for their header; those die with it. What was handed
//         on belongs to the next listener and needs the acceptor no more.
#pragma once

#include "base/env.h"
#include "base/slot_map.h"
#include "net/network.h"
#include "net/tcp_listener.h"

#include <memory>
#include <span>

namespace net {

class ProxyAcceptor final : public AcceptListener {
public:
    static constexpr base::Duration kPatience = 5s;
    // Who connect and say nothing cost a descriptor each for that long; no more than so many may.
    static constexpr size_t kMostWaiting = 4096;

    // `trusted` outlives it. Peers of a Unix socket are trusted: its mode says who they are.
    ProxyAcceptor(const base::Env& env, std::span<const Network> trusted, AcceptListener& next);
    ProxyAcceptor(const ProxyAcceptor&) = delete;
    ProxyAcceptor& operator=(const ProxyAcceptor&) = delete;
    ~ProxyAcceptor();

    void on_accept(std::unique_ptr<Transport> connection) override;
    [[nodiscard]] size_t waiting() const { return waiting_.size(); }

private:
    class Connection;

    [[nodiscard]] bool trusts(const Address& peer) const;
    [[nodiscard]] std::unique_ptr<Transport> take(base::SlotId id);
    void drop(base::SlotId id);

    base::Env env_;
    std::span<const Network> trusted_;
    AcceptListener& next_;
    base::SlotMap<std::unique_ptr<Connection>> waiting_;
};

} // namespace net
