// Http2Manager — a manager that the test plays, for one connection of HTTP/2: what it has been
// asked is kept, and answered when the test says so. Its framing is that of the product's server.
#pragma once

#include "http/h2_session.h"
#include "tests/support/memory_transport.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tests {

class Http2Manager final : private http::H2Session::Listener {
public:
    using Stream = http::H2Session::Stream;

    Http2Manager(MemoryPeer peer, base::SlicePool& pool, bool tunnels = false)
        : peer_(std::move(peer)), session_(pool, room_, limits_, *this, tunnels) {}

    // Lets what was sent arrive, both ways, until nothing more comes.
    void exchange() {
        while (true) {
            peer_.pump();
            std::string in = peer_.take_received();
            session_.feed(in, {});
            std::string out = session_.take_output(SIZE_MAX).to_string();
            if (in.empty() && out.empty()) return;
            if (!out.empty()) peer_.send(out);
        }
    }
    void answer(Stream stream, std::string_view body, uint16_t status = 200) {
        http::Response response{.status = status};
        response.body.push(base::Slice::copy(pool_, body));
        session_.answer(stream, http::H2Answer(std::move(response), {}));
    }
    void accept_tunnel(Stream stream) {
        session_.open_tunnel(stream,
                             http::H2Answer(http::Response{.status = 200}, {.tunnel = true}));
    }
    void send(Stream stream, std::string_view bytes) {
        session_.send(stream, base::SliceChain(base::Slice::copy(pool_, bytes)));
    }
    void end(Stream stream) { session_.end(stream); }
    void reset(Stream stream) { session_.abort(stream); }
    void wind_down() { session_.wind_down(); }

    [[nodiscard]] MemoryPeer& peer() { return peer_; }
    // In the order in which they became whole.
    [[nodiscard]] const std::vector<Stream>& asked() const { return asked_; }
    [[nodiscard]] const std::string& body(Stream stream) const { return bodies_.at(stream); }
    [[nodiscard]] const std::string& path() const { return path_; } // of the latest

private:
    void on_head(Stream stream, http::H2Head& head, bool /*body_follows*/) override {
        EXPECT_EQ(head.judge(), http::HttpFault::None);
        path_ = head.head().path;
        bodies_[stream];
        if (head.head().method == http::Method::Connect) asked_.push_back(stream);
    }
    void on_body(Stream stream, base::ByteView bytes) override { bodies_[stream] += bytes; }
    void on_complete(Stream stream, const http::H2Head& /*head*/) override {
        asked_.push_back(stream);
    }
    void on_tunnel_end(Stream /*stream*/) override {}
    void on_progress(Stream /*stream*/) override {}
    void on_stream_over(Stream /*stream*/) override {}

    base::SlicePool pool_{1024UL * 1024};
    http::Limits limits_;
    http::FrameRoom room_;
    MemoryPeer peer_;
    http::H2Session session_;
    std::vector<Stream> asked_;
    std::map<Stream, std::string> bodies_;
    std::string path_;
};

} // namespace tests
