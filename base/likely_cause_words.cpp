// What each cause is called, and what to do about it.

#include "base/likely_cause.h"

#include <array>
#include <cstddef>

namespace base {

namespace {

struct CauseWords {
    std::string_view name;
    std::string_view advice;
};

// In the order of the enumerators.
constexpr auto kCauses = std::to_array<CauseWords>({
    {"proxy-closes-held-requests",
     "set wait of <bosh> below it, or the proxy's timeout above wait"},
    {"proxy-closes-idle-websocket", "set ping-interval below it, or the proxy's timeout above it"},
    {"requests-lost-on-the-way", "let all requests of a session reach the same server"},
    {"request-repeated-without-end", "let neither proxy nor page repeat requests by itself"},
    {"session-of-other-instance", "let the balancer send all requests of a session to one place"},
    {"session-from-before-start", "nothing: the client logs in again"},
    {"page-closed", "nothing, or let pages terminate their session when they close"},
    {"client-vanished", "nothing, or a longer inactivity for clients that sleep"},
    {"network-changed", "nothing, or a longer inactivity for clients that move"},
    {"returned-too-late", "a longer inactivity, or let the page pause before it sleeps"},
    {"pause-ran-out", "nothing, or let the client ask for a longer pause"},
    {"pause-too-long", "raise maxpause, or let the client heed the one it was told"},
    {"login-abandoned", "nothing, unless it is frequent: then look at the page's login"},
    {"login-never-finished", "look at what the client does with the server's features"},
    {"creation-given-up", "see why the server is slow, or let the client wait longer"},
    {"sid-shared", "let each tab create a session of its own"},
    {"rid-ran-ahead", "let the client keep its rid, and no more requests than it was granted"},
    {"rid-fell-behind", "let the client keep its rid with the sid when its page reloads"},
    {"key-sequence-broken", "let the client keep its keys with the sid, each used once"},
    {"polls-too-fast", "let the client heed polling, or lower polling"},
    {"too-many-requests-at-once", "let the client heed the number of requests it was granted"},
    {"request-malformed", "look at what the client or a proxy makes of request bodies"},
    {"client-not-reading", "look at the client, or at who floods it"},
    {"ping-unanswered", "nothing; it comes back with a new connection"},
    {"websocket-cut", "look at proxies and firewalls between, if it is frequent"},
    {"websocket-never-opened", "let the client send <open/> first"},
    {"websocket-frames-broken", "look at the client, or the proxy between"},
    {"message-too-big", "raise max-message, or let the client upload large things"},
    {"client-sent-bad-xml", "look at the client: the server log has the place"},
    {"server-not-found", "check the domain's <server> or its SRV and address records"},
    {"dns-does-not-answer", "check the resolvers of this host"},
    {"domain-without-service", "list a <server>, or publish SRV records for the domain"},
    {"server-forbidden", "check <deny>, and where the domain's names lead to"},
    {"server-refuses-connections", "start the server, or correct host and port"},
    {"server-unreachable", "check routes and firewalls toward the server"},
    {"server-does-not-answer", "see whether the server hangs or a firewall drops packets"},
    {"server-hung-up", "look in the server's log, and at its limits for connections"},
    {"server-besieged", "raise pace, or see why so many come at once"},
    {"server-without-tls", "turn on STARTTLS at the server, or tls=\"none\" on a safe way"},
    {"tls-failed", "check which TLS the server speaks on that port"},
    {"certificate-not-trusted", "give the server a trusted certificate, or name its issuer"},
    {"certificate-expired", "renew the server's certificate, or set the clocks right"},
    {"certificate-for-other", "give the server a certificate for the domain"},
    {"certificate-unusable", "give the server a proper certificate"},
    {"certificate-wanted", "see who may connect to that port of the server"},
    {"server-speaks-no-xmpp", "check host and port; see upstream.refused in the log"},
    {"host-unknown", "add the domain to the server, or take it out here"},
    {"same-resource-elsewhere", "let each page bind a resource of its own"},
    {"server-shut-down", "nothing: clients come back when it is up"},
    {"server-connection-lost", "see whether the server crashed, or what ends its connections"},
    {"server-vanished", "check the network, and firewalls that forget idle connections"},
    {"server-closed-stream", "look in the server's log for the reason"},
    {"server-found-client-idle", "raise the server's timeout for idle clients"},
    {"server-limit-reached", "look at the server's limits and at what the client sends"},
    {"stanza-too-big-for-server", "raise the server's limit, or let the client send less"},
    {"out-of-descriptors", "raise LimitNOFILE of the service"},
    {"ended-by-administrator", "nothing"},
    {"daemon-stopped", "nothing: clients come back when it is up"},
});
static_assert(kCauses.size() == static_cast<size_t>(Cause::Last) + 1);

} // namespace

std::string_view to_string(Cause cause) {
    return kCauses[static_cast<size_t>(cause)].name;
}

std::string_view advice(Cause cause) {
    return kCauses[static_cast<size_t>(cause)].advice;
}

} // namespace base
