#include "bench/load/http2_tunnel.h"

#include "bench/load/browser_head.h"

#include <utility>

namespace load {

void Http2Tunnel::on_line_up(Line& /*line*/) {
    Http2Client::Listener& self = *this;
    client_ = std::make_unique<Http2Client>(self);
    flush();
}

void Http2Tunnel::write(base::SliceChain frames) {
    client_->send(stream_, frames.to_string());
    flush();
}

void Http2Tunnel::flush() {
    std::string bytes = client_->take_output();
    if (!bytes.empty()) {
        line_.write(base::SliceChain(base::Slice::copy(context_.env.pool, bytes)));
    }
}

// The listener hears of it when all is read, as it may answer or cut.
void Http2Tunnel::on_line_bytes(Line& /*line*/, base::ByteView bytes) {
    client_->feed(bytes);
    flush();
    if (client_->broken()) refusal_ = "http2-fault";
    if (!refusal_.empty()) return listener_.on_refused(refusal_);
    if (accepted_ && !std::exchange(open_, true)) listener_.on_open();
    std::string frames = std::exchange(frames_, {});
    if (!frames.empty()) listener_.on_frame_bytes(frames);
    if (!ended_ || line_.state() != Line::State::Up) return;
    line_.cut();
    listener_.on_gone("the stream has ended");
}

void Http2Tunnel::on_settings(bool offers_tunnels) {
    if (stream_ != 0) return;
    if (offers_tunnels) {
        stream_ = client_->connect(
            connect_fields(context_.secured ? "https" : "http", context_.host, context_.path));
    } else {
        refusal_ = "http2-without-websocket";
    }
}

void Http2Tunnel::on_status(Stream /*stream*/, std::string_view status) {
    if (status == "200") {
        accepted_ = true;
    } else {
        refusal_ = "http " + std::string(status);
    }
}

void Http2Tunnel::on_data(Stream /*stream*/, base::ByteView bytes) {
    frames_ += bytes;
}

void Http2Tunnel::on_end(Stream /*stream*/) {
    ended_ = true;
}

} // namespace load
