// What a client may send of each kind of frame, by numbers; and that it does not matter how it
// comes.
#include "http/h2_guard.h"
#include "tests/http/h2_peer.h"
#include "tests/support/for_each_split.h"

#include <gmock/gmock.h>

namespace http {
namespace {

using Kind = H2Guard::Kind;
using tests::frame;
using tests::kH2Preface;
using namespace std::chrono_literals;

struct Flood {
    Kind kind;
    std::string one;
    size_t most; // of them at once
    base::Duration another_after;
};

std::vector<Flood> floods() {
    std::string number(4, '\1');
    return {{Kind::Reset, frame(3, 0, 1, number), 200, 50ms},
            {Kind::Settings, frame(4, 0, 0), 20, 500ms},
            {Kind::Ping, frame(6, 0, 0, number + number), 40, 250ms},
            {Kind::EmptyData, frame(0, 0, 1), 100, 100ms},
            {Kind::EmptyData, frame(0, 0x8, 1, std::string("\2\0\0", 3)), 100, 100ms},
            {Kind::Priority, frame(2, 0, 1, number + '\1'), 500, 20ms},
            {Kind::WindowUpdate, frame(8, 0, 0, number), 5'000, 2ms},
            {Kind::Unknown, frame(0xFA, 0, 0, "whatever"), 100, 100ms},
            {Kind::Unknown, frame(4, 1, 0), 100, 100ms}};
}

// Rows: H-096
TEST(H2GuardTest, TakesSoManyOfAKindAndNoMore) {
    for (const Flood& flood : floods()) {
        SCOPED_TRACE(to_string(flood.kind));
        H2Guard guard;
        base::TimePoint now{1h};
        EXPECT_EQ(guard.read(kH2Preface, now).excess, Kind::None);
        for (size_t i = 0; i < flood.most; ++i) {
            ASSERT_EQ(guard.read(flood.one, now).excess, Kind::None) << i;
        }
        H2Guard other = guard;
        EXPECT_EQ(guard.read(flood.one, now).excess, flood.kind);
        EXPECT_EQ(other.read(flood.one, now + flood.another_after).excess, Kind::None);
    }
}

// Rows: H-096
TEST(H2GuardTest, CountsResetsOfOursLikeTheirs) {
    H2Guard guard;
    base::TimePoint now{1h};
    EXPECT_EQ(guard.read(kH2Preface, now).excess, Kind::None);
    for (size_t i = 0; i < 100; ++i) {
        ASSERT_TRUE(guard.admits_reset(now));
        ASSERT_EQ(guard.read(frame(3, 0, 1, "abcd"), now).excess, Kind::None);
    }
    EXPECT_FALSE(guard.admits_reset(now));
}

// Rows: H-096
TEST(H2GuardTest, BoundsAHeaderBlockInBytesAndInFrames) {
    base::TimePoint now{1h};
    for (size_t each : {size_t{0}, size_t{1}, size_t{16'384}}) {
        SCOPED_TRACE(each);
        H2Guard guard;
        std::string part(each, 'h');
        EXPECT_EQ(guard.read(kH2Preface, now).excess, Kind::None);
        size_t most = each == 16'384 ? H2Guard::kBlockBytes / each : H2Guard::kBlockFrames;
        EXPECT_EQ(guard.read(frame(1, 0, 1, part), now).excess, Kind::None);
        for (size_t i = 1; i < most; ++i) {
            EXPECT_EQ(guard.read(frame(9, 0, 1, part), now).excess, Kind::None) << i;
        }
        EXPECT_EQ(guard.read(frame(9, 0, 1, part), now).excess, Kind::HeaderBlock);
    }
}

// Rows: H-096
TEST(H2GuardTest, LetsAnHonestClientWorkForAsLongAsItLikes) {
    H2Guard guard;
    base::TimePoint now{1h};
    EXPECT_EQ(guard.read(kH2Preface, now).excess, Kind::None);
    EXPECT_EQ(guard.read(frame(4, 0, 0), now).excess, Kind::None);
    const std::string request[] = {frame(1, 0x4, 1, "head"), frame(0, 0, 1, "body"), frame(0, 1, 1),
                                   frame(8, 0, 0, "abcd"), frame(8, 0, 1, "abcd")};
    for (size_t i = 0; i < 20'000; ++i) {
        now += 5ms;
        for (const std::string& one : request) {
            ASSERT_EQ(guard.read(one, now).excess, Kind::None) << i;
        }
        if (i % 100 != 0) continue;
        ASSERT_EQ(guard.read(frame(6, 0, 0, "12345678"), now).excess, Kind::None);
    }
}

// Rows: H-096
TEST(H2GuardTest, ReadsAFrameAtATime) {
    base::TimePoint now{1h};
    H2Guard guard;
    std::string input(kH2Preface);
    for (const std::string& one :
         {frame(4, 0, 0), frame(0, 0, 1, "body"), frame(0, 0x8, 1, std::string("\1x\0", 3)),
          frame(0, 0x8, 1, std::string(1, '\0')), frame(6, 0, 0, "12345678")}) {
        input += one;
        EXPECT_EQ(guard.read(input + frame(7, 0, 0, "12345678"), now).taken, input.size());
        input.clear();
    }
}

// Rows: H-096
TEST(H2GuardTest, SeesTheSameHoweverItIsCut) {
    base::TimePoint now{1h};
    std::string input(kH2Preface);
    input += frame(4, 0, 0, "123456") + frame(1, 0, 1, "a") + frame(9, 0x4, 1, "b") +
             frame(0, 0x8, 1, std::string("\1\0", 2));
    size_t good = input.size();
    for (size_t i = 0; i < H2Guard::kBlockFrames; ++i) input += frame(i == 0 ? 1 : 9, 0, 3, "c");
    input += frame(9, 0, 3, "d");
    size_t excess_at = input.size() - 1; // behind the header of the last one
    tests::for_each_split(input, [&](tests::Pieces pieces) {
        H2Guard guard;
        size_t taken = 0;
        bool over = false;
        for (std::string_view piece : pieces) {
            while (!piece.empty() && !over) {
                H2Guard::Step step = guard.read(piece, now);
                piece.remove_prefix(step.taken);
                taken += step.taken;
                if (taken >= good) {
                    EXPECT_EQ(guard.unfinished() != 0, taken > good);
                }
                if (step.excess == Kind::None) continue;
                EXPECT_EQ(step.excess, Kind::HeaderBlock);
                over = true;
            }
        }
        EXPECT_TRUE(over);
        EXPECT_EQ(taken, excess_at);
    });
}

} // namespace
} // namespace http
