#include "bench/load/client_stream.h"

#include "bench/load/bosh_stream.h"
#include "bench/load/tcp_stream.h"
#include "bench/load/websocket_stream.h"

namespace load {

std::string_view to_string(TransportKind kind) {
    switch (kind) {
    case TransportKind::Bosh: return "bosh";
    case TransportKind::WebSocket: return "websocket";
    case TransportKind::Tcp: return "tcp";
    }
    return {};
}

std::unique_ptr<ClientStream> make_stream(TransportKind kind, StreamContext& context,
                                          ClientStreamListener& listener) {
    switch (kind) {
    case TransportKind::Bosh: return std::make_unique<BoshStream>(context, listener);
    case TransportKind::WebSocket: return std::make_unique<WebSocketStream>(context, listener);
    case TransportKind::Tcp: return std::make_unique<TcpStream>(context, listener);
    }
    return nullptr;
}

} // namespace load
