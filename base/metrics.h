// Metrics — what a worker counts. One writer, the worker itself; any thread may read. How they are
// called outside is metric_table's business.
// Units:  counters only grow; gauges are what the writer saw last; measures are in milliseconds.
#pragma once

#include "base/histogram.h"
#include "base/session_ends.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace base {

enum class Counter : uint8_t {
    HttpConnectionsAccepted,
    HttpRequests,         // that were whole, and given to what answers them
    HttpRequestsRejected, // answered by the HTTP layer itself: framing, limits, paths
    HttpAnswers2xx,       // in the order of their first digits, see answered()
    HttpAnswers3xx,
    HttpAnswers4xx,
    HttpAnswers5xx,
    Http2Connections,
    Http2Floods, // connections ended for too many frames of a kind
    BoshRequests,
    BoshReplays,
    BoshParked,
    RequestsForwarded, // to the worker that has the session
    RequestsDropped,   // less safe than the creation of the session that they are for
    BoshSessionsCreated,
    WsSessionsCreated,
    BoshSessionsEnded, // why: see SessionEnds
    WsSessionsEnded,
    BoshLogins,
    WsLogins,
    BoshSessionsLeft, // ended ones that had logged in
    WsSessionsLeft,
    WsHandshakesRefused,
    WsMessages,       // of text, from clients
    XmlDisagreements, // scanner and libxml2 saw different documents
    UpstreamConnects,
    UpstreamFailuresLookUp, // of one server each: how far it came
    UpstreamFailuresQueue,
    UpstreamFailuresConnect,
    UpstreamFailuresStartTls,
    UpstreamFailuresTls,
    UpstreamFailuresStream,
    // In the order of ElementKind, see count_element().
    MessagesFromClients,
    PresencesFromClients,
    IqsFromClients,
    OthersFromClients,
    MessageBytesFromClients,
    PresenceBytesFromClients,
    IqBytesFromClients,
    OtherBytesFromClients,
    MessagesFromServers,
    PresencesFromServers,
    IqsFromServers,
    OthersFromServers,
    MessageBytesFromServers,
    PresenceBytesFromServers,
    IqBytesFromServers,
    OtherBytesFromServers,
    StanzasToServer,
    StanzasBounced,      // undeliverable: returned to their senders, or dropped by the rules
    PausesBacklog,       // nothing is read from somebody for a while: it does not read itself,
    PausesPipeline,      // has asked for more than may be open,
    PausesLimits,        // is over its limits,
    PausesOutbox,        // or the client takes too little of what a server sends
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
    MemoryRefused, // newcomers, because the process is as large as it may be
    // Of clients, good ones; see secured().
    Tls12Handshakes,
    Tls12Resumptions,
    Tls13Handshakes,
    Tls13Resumptions,
    TlsHandshakesFailed,  // those that were not good, or took too long
    TlsHandshakesRefused, // too many at a time
    DnsQuestions,         // asked of name servers
    DnsFailures,          // no answer, a useless one, or too many questions open
    Count
};

enum class ElementKind : uint8_t { Message, Presence, Iq, Other };

// How an HTTP answer with that status counts.
[[nodiscard]] constexpr Counter answered(uint16_t status) {
    int above = std::clamp(status / 100, 2, 5) - 2;
    return static_cast<Counter>(static_cast<int>(Counter::HttpAnswers2xx) + above);
}

enum class Gauge : uint8_t {
    LongestTurn,   // of the loop, since the start
    BufferedBytes, // of the worker's memory budget, at the end of the last turn
    Count
};

enum class Measure : uint8_t {
    LoopTurn, // see net::TurnMeter
    BoshHold, // from the newest copy of a request to its answer
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
    // `first` is MessagesFromClients or MessagesFromServers.
    void count_element(Counter first, ElementKind kind, uint64_t bytes) {
        constexpr size_t kKinds = 4;
        size_t at = static_cast<size_t>(first) + static_cast<size_t>(kind);
        add_to(counters_[at], 1);
        add_to(counters_[at + kKinds], bytes);
    }
    void count_end(Transport transport, std::string_view cause) {
        ends_[static_cast<size_t>(transport)].add(cause);
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
    [[nodiscard]] const SessionEnds& operator[](Transport transport) const {
        return ends_[static_cast<size_t>(transport)];
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
    // Most requests are answered by what comes next, or when `wait` is over: a minute by default.
    static constexpr std::array<uint32_t, 12> kHoldBounds = {
        5, 20, 100, 500, 1'000, 5'000, 10'000, 20'000, 30'000, 45'000, 60'000, 120'000};

    std::array<std::atomic<uint64_t>, static_cast<size_t>(Counter::Count)> counters_{};
    std::array<std::atomic<uint64_t>, static_cast<size_t>(Gauge::Count)> gauges_{};
    std::array<Histogram, static_cast<size_t>(Measure::Count)> measures_{Histogram(kTurnBounds),
                                                                         Histogram(kHoldBounds)};
    std::array<SessionEnds, 2> ends_{SessionEnds(kBoshEnds), SessionEnds(kWebsocketEnds)};
};

} // namespace base
