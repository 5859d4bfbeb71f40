#include "base/metrics.h"

namespace base {

std::string_view name(Counter counter) {
    constexpr std::array<std::string_view, static_cast<size_t>(Counter::Count)> kNames = {
        "http_connections_accepted_total",
        "http_requests_total",
        "http_requests_rejected_total",
        "http2_connections_total",
        "http2_floods_total",
        "bosh_requests_total",
        "bosh_sessions_created_total",
        "bosh_sessions_ended_total",
        "bosh_replays_total",
        "bosh_parked_total",
        "websocket_handshakes_refused_total",
        "websocket_sessions_created_total",
        "websocket_sessions_ended_total",
        "websocket_messages_total",
        "xml_disagreements_total",
        "upstream_connects_total",
        "upstream_connect_failures_total",
        "upstream_failures_look_up_total",
        "upstream_failures_queue_total",
        "upstream_failures_connect_total",
        "upstream_failures_starttls_total",
        "upstream_failures_tls_total",
        "upstream_failures_stream_total",
        "stanzas_to_server_total",
        "stanzas_to_client_total",
        "stanzas_bounced_total",
        "connections_shed_total",
        "proxy_headers_refused_total",
        "address_connections_refused_total",
        "address_sessions_refused_total",
        "address_unauthenticated_refused_total",
        "address_creations_refused_total",
        "address_requests_refused_total",
        "address_bytes_refused_total",
        "address_misses_refused_total",
        "connections_refused_total",
        "sessions_refused_total",
        "unauthenticated_refused_total",
        "creations_refused_total",
        "requests_refused_total",
        "bytes_refused_total",
        "memory_refused_total",
        "requests_dropped_total",
        "tls_handshakes_total",
        "tls_handshakes_failed_total",
        "tls_handshakes_refused_total",
        "dns_questions_total",
        "dns_failures_total",
    };
    return kNames[static_cast<size_t>(counter)];
}

} // namespace base
