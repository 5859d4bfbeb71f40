// WebSocketLine — the way of a WebSocket's frames, from dialling to the end of the connection: the
// seam between RFC 6455's frames and the versions of HTTP that lead there.
// Life:   not destroyed inside its callbacks (RetireList), but may be cut() there.
#pragma once

#include "bench/load/client_stream.h"

#include <memory>
#include <string_view>

namespace load {

class WebSocketLine {
public:
    class Listener {
    public:
        // Frames may go.
        virtual void on_open() = 0;
        virtual void on_frame_bytes(base::ByteView bytes) = 0;
        // The server does not want it; cut() is all that is left to do.
        virtual void on_refused(std::string_view fault) = 0;
        virtual void on_gone(std::string_view why) = 0;

    protected:
        ~Listener() = default;
    };

    virtual ~WebSocketLine() = default;
    virtual void dial() = 0;
    virtual void write(base::SliceChain frames) = 0;
    // What was written is sent, and on_gone() follows.
    virtual void hang_up() = 0;
    // Nothing follows.
    virtual void cut() = 0;
};

// Of the HTTP that the context says.
[[nodiscard]] std::unique_ptr<WebSocketLine> make_websocket_line(StreamContext& context,
                                                                 WebSocketLine::Listener& listener);

} // namespace load
