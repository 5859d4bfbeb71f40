// Sessions that make their frames in the same buffer, each between the frames of the others.
#include "http/h2_session.h"
#include "tests/http/h2_peer.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace http {
namespace {

constexpr size_t kOneFrame = 1; // take_output() gives whole ones

// A session that answers what it is asked with a head of several frames, and a body.
class Answering final : private H2Session::Listener {
public:
    Answering(FrameRoom& room, char text)
        : text_(text), session_(pool_, room, limits_, *this, false) {
        session_.feed(tests::kH2Preface, {});
        session_.feed(tests::frame(NGHTTP2_SETTINGS, 0, 0), {});
    }
    void ask(H2Session::Stream stream) {
        session_.feed(tests::frame(NGHTTP2_HEADERS,
                                   NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream,
                                   tests::header_block({{":method", "GET"},
                                                        {":scheme", "https"},
                                                        {":authority", "h"},
                                                        {":path", "/"}})),
                      {});
    }
    // False: there is nothing more.
    bool take_frame() {
        std::string bytes = session_.take_output(kOneFrame).to_string();
        output_ += bytes;
        return !bytes.empty();
    }
    [[nodiscard]] const std::string& output() const { return output_; }

private:
    void on_head(H2Session::Stream /*stream*/, H2Head& /*head*/, bool /*body_follows*/) override {}
    void on_body(H2Session::Stream /*stream*/, base::ByteView /*bytes*/) override {}
    void on_complete(H2Session::Stream stream, const H2Head& /*head*/) override {
        Response response;
        response.fields = "X-Long: " + std::string(40'000, text_) + "\r\n";
        response.body.push(base::Slice::copy(pool_, std::string(30'000, text_)));
        session_.answer(stream, H2Answer(std::move(response), {}));
    }
    void on_tunnel_end(H2Session::Stream /*stream*/) override {}
    void on_progress(H2Session::Stream /*stream*/) override {}
    void on_stream_over(H2Session::Stream /*stream*/) override {}

    char text_;
    Limits limits_;
    base::SlicePool pool_{1024UL * 1024};
    H2Session session_;
    std::string output_;
};

// Rows: H-096
TEST(FrameRoomTest, SessionsDoNotDisturbEachOther) {
    auto play = [](bool in_turns) {
        FrameRoom room;
        std::array<std::unique_ptr<FrameRoom>, 3> own;
        std::array<std::unique_ptr<Answering>, 3> sessions;
        for (size_t i = 0; i < sessions.size(); ++i) {
            own[i] = std::make_unique<FrameRoom>();
            sessions[i] =
                std::make_unique<Answering>(in_turns ? room : *own[i], static_cast<char>('a' + i));
            sessions[i]->ask(1);
            sessions[i]->ask(3);
        }
        for (bool more = true; more;) {
            more = false;
            for (auto& session : sessions) {
                bool took = session->take_frame();
                while (took && !in_turns) took = session->take_frame();
                more = more || took;
            }
        }
        EXPECT_EQ(room.size_bytes() > 0, in_turns); // it is what they used
        std::array<std::string, 3> outputs;
        for (size_t i = 0; i < outputs.size(); ++i) outputs[i] = sessions[i]->output();
        return outputs;
    };
    auto alone = play(false);
    EXPECT_GT(alone[0].size(), 65'535U); // as far as windows go, and heads besides
    EXPECT_NE(alone[0], alone[1]);
    auto together = play(true);
    for (size_t i = 0; i < alone.size(); ++i) {
        EXPECT_EQ(together[i].size(), alone[i].size());
        EXPECT_TRUE(together[i] == alone[i]);
    }
}

} // namespace
} // namespace http
