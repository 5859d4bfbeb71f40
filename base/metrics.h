// Metrics — what a worker counts. One writer, the worker itself; any thread may read. Names as
// Prometheus has them.
// Units:  counters only grow; gauges are what the writer saw last; measures are in milliseconds.
#pragma once

#include "base/histogram.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace base {

enum class Counter : uint8_t {
    HttpConnectionsAccepted,
    HttpRequests,
    HttpRequestsRejected, // answered by the HTTP layer itself: framing, limits, paths
    Http2Connections,
    Http2Floods, // connections ended for too many frames of a kind
    BoshRequests,
    BoshSessionsCreated,
    BoshSessionsEnded,
    BoshReplays,
    BoshParked,
    RequestsForwarded, // to the worker that has the session
    WsHandshakesRefused,
    WsSessionsCreated,
    WsSessionsEnded,
    WsMessages,       // of text, from clients
    XmlDisagreements, // scanner and libxml2 saw different documents
    UpstreamConnects,
    UpstreamConnectFailures, // of one server each; what follows are the stages of these
    UpstreamFailuresLookUp,
    UpstreamFailuresQueue,
    UpstreamFailuresConnect,
    UpstreamFailuresStartTls,
    UpstreamFailuresTls,
    UpstreamFailuresStream,
    StanzasToServer,
    StanzasToClient,
    StanzasBounced,      // undeliverable: returned to their senders, or dropped by the rules
    ConnectionsShed,     // refused at accept: no descriptor left
    ProxyHeadersRefused, // PROXY protocol: not trusted, bad, late or missing
    // What http::ClientLimits refused: to one address, and to everyone.
    AddressConnectionsRefused,
    AddressSessionsRefused,
    AddressUnauthenticatedRefused,
    AddressCreationsRefused,
    AddressRequestsRefused,
    AddressBytesRefused,
    AddressMissesRefused,
    ConnectionsRefused,
    SessionsRefused,
    UnauthenticatedRefused,
    CreationsRefused,
    RequestsRefused,
    BytesRefused,
    MemoryRefused,        // newcomers, because the process is as large as it may be
    RequestsDropped,      // less safe than the creation of the session that they are for
    TlsHandshakes,        // of clients, good ones
    TlsHandshakesFailed,  // and those that were not, or took too long
    TlsHandshakesRefused, // too many at a time
    DnsQuestions,         // asked of name servers
    DnsFailures,          // no answer, a useless one, or too many questions open
    Count
};

[[nodiscard]] std::string_view name(Counter counter);

enum class Gauge : uint8_t {
    LongestTurn,   // of the loop, since the start
    BufferedBytes, // of the worker's memory budget, at the end of the last turn
    Count
};

enum class Measure : uint8_t {
    LoopTurn, // see net::TurnMeter
    Count
};

class Metrics {
public:
    void add(Counter counter, uint64_t amount = 1) {
        add_to(counters_[static_cast<size_t>(counter)], amount);
    }
    void set(Gauge gauge, uint64_t value) {
        gauges_[static_cast<size_t>(gauge)].store(value, std::memory_order_relaxed);
    }
    void observe(Measure measure, uint64_t milliseconds) {
        measures_[static_cast<size_t>(measure)].observe(milliseconds);
    }

    [[nodiscard]] uint64_t operator[](Counter counter) const {
        return counters_[static_cast<size_t>(counter)].load(std::memory_order_relaxed);
    }
    [[nodiscard]] uint64_t operator[](Gauge gauge) const {
        return gauges_[static_cast<size_t>(gauge)].load(std::memory_order_relaxed);
    }
    [[nodiscard]] const Histogram& operator[](Measure measure) const {
        return measures_[static_cast<size_t>(measure)];
    }

    // How many of what was begun have not ended. What is over is read first: from another thread
    // there are never more of these than of those.
    [[nodiscard]] uint64_t open(Counter begun, Counter ended) const {
        uint64_t over = counters_[static_cast<size_t>(ended)].load(std::memory_order_acquire);
        uint64_t all = (*this)[begun];
        return all > over ? all - over : 0;
    }

private:
    static constexpr std::array<uint32_t, 11> kTurnBounds = {1,   2,   5,   10,    20,   50,
                                                             100, 200, 500, 1'000, 5'000};

    std::array<std::atomic<uint64_t>, static_cast<size_t>(Counter::Count)> counters_{};
    std::array<std::atomic<uint64_t>, static_cast<size_t>(Gauge::Count)> gauges_{};
    std::array<Histogram, static_cast<size_t>(Measure::Count)> measures_{Histogram(kTurnBounds)};
};

} // namespace base
