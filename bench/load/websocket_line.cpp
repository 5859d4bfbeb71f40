#include "bench/load/websocket_line.h"

#include "bench/load/http2_tunnel.h"
#include "bench/load/upgraded_line.h"

namespace load {

std::unique_ptr<WebSocketLine> make_websocket_line(StreamContext& context,
                                                   WebSocketLine::Listener& listener) {
    if (context.http2) return std::make_unique<Http2Tunnel>(context, listener);
    return std::make_unique<UpgradedLine>(context, listener);
}

} // namespace load
