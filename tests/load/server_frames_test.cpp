// The client's side of WebSocket frames against the room ws, which has the server's.
// Rows: -
#include "bench/load/server_frames.h"
#include "tests/support/for_each_split.h"
#include "ws/frame_codec.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace load {
namespace {

std::string read(ServerFrames& frames, base::ByteView in) {
    std::string seen;
    for (;;) {
        auto step = frames.next(in);
        switch (step.kind) {
        case ServerFrames::Step::Kind::NeedMore: EXPECT_TRUE(in.empty()); return seen;
        case ServerFrames::Step::Kind::Message: seen += "message "; break;
        case ServerFrames::Step::Kind::Ping: seen += "ping "; break;
        case ServerFrames::Step::Kind::Pong: seen += "pong "; break;
        case ServerFrames::Step::Kind::Close: seen += "close "; break;
        case ServerFrames::Step::Kind::Fault: return seen + "fault";
        }
        seen.append(step.payload).append(";");
    }
}

class ServerFramesTest : public testing::Test {
protected:
    std::string message(std::string_view text) {
        base::SliceChain out;
        ws::append_message(out, pool_, base::SliceChain(base::Slice::copy(pool_, text)), false);
        return out.to_string();
    }
    std::string control(ws::Opcode opcode, std::string_view text) {
        base::SliceChain out;
        ws::append_control(out, pool_, opcode, base::Slice::copy(pool_, text));
        return out.to_string();
    }
    std::string close(uint16_t code) {
        base::SliceChain out;
        ws::append_close(out, pool_, code);
        return out.to_string();
    }

    base::SlicePool pool_{64UL * 1024 * 1024};
};

TEST_F(ServerFramesTest, AreTheSameHoweverTheyAreCut) {
    std::string bytes = message("<open/>") + control(ws::Opcode::Ping, "hi") + message("") +
                        message(std::string(200, 'x')) + control(ws::Opcode::Pong, "") +
                        close(1000);
    tests::for_each_split(bytes, [](tests::Pieces pieces) {
        ServerFrames frames;
        std::string seen;
        for (std::string_view piece : pieces) seen += read(frames, piece);
        EXPECT_EQ(seen, "message <open/>;ping hi;message ;message " + std::string(200, 'x') +
                            ";pong ;close ;");
    });
}

TEST_F(ServerFramesTest, AMessageInManyFramesIsOneAlsoAroundAPing) {
    std::string text(200'000, 'y');
    std::string bytes = message(text); // frames of 64 KiB
    constexpr size_t kFirstFrame = 10 + 64UL * 1024;
    bytes.insert(kFirstFrame, control(ws::Opcode::Ping, "!"));
    ServerFrames frames;
    EXPECT_EQ(read(frames, bytes), "ping !;message " + text + ';');
}

TEST_F(ServerFramesTest, AMaskOrAnAbsurdLengthIsAFault) {
    for (std::string_view bytes :
         {std::string_view("\x81\x81"
                           "abcdx"),
          std::string_view("\x81\x7F\x01\0\0\0\0\0\0\0", 10), std::string_view("\x83\x01x")}) {
        ServerFrames frames;
        EXPECT_EQ(read(frames, bytes), "fault");
    }
}

TEST_F(ServerFramesTest, WhatAClientWritesIsReadByTheServersSide) {
    for (size_t size : {0UL, 1UL, 125UL, 126UL, 65'535UL, 65'536UL, 100'000UL}) {
        std::string text(size, 'z');
        base::SliceBuilder out(pool_);
        append_frame(out, ws::Opcode::Text, text, 0xCAFE1234);
        append_frame(out, ws::Opcode::Pong, "pong", 0x01020304);
        ws::FrameLimits limits;
        ws::FrameReader reader(pool_, limits, false);
        base::ByteView in = out.view();
        auto step = reader.feed(in);
        ASSERT_EQ(step.kind, ws::FrameReader::Step::Kind::Message) << size << step.what;
        EXPECT_EQ(step.payload.view(), text);
        in.remove_prefix(step.taken);
        step = reader.feed(in);
        ASSERT_EQ(step.kind, ws::FrameReader::Step::Kind::Pong) << step.what;
        EXPECT_EQ(step.payload.view(), "pong");
    }
}

} // namespace
} // namespace load
