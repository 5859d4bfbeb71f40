#include "tests/ws/frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ws {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using Steps = std::vector<std::string>;

class FrameReaderTest : public testing::Test {
protected:
    // What the reader says, however the input is cut.
    void expect(std::string_view input, const Steps& expected) {
        tests::for_each_split(input, [&](tests::Pieces pieces) {
            FrameReader reader(pool_, limits_, deflate_);
            EXPECT_THAT(steps_of(reader, pieces), ElementsAreArray(expected));
        });
        EXPECT_EQ(pool_.used_bytes(), 0U);
    }
    void expect_fault(std::string_view input, uint16_t code) {
        expect(input, {"fault " + std::to_string(code)});
    }

    base::SlicePool pool_{16UL << 20};
    FrameLimits limits_{.max_message_bytes = 300'000, .max_fragments = 8};
    bool deflate_ = false;
};

// RFC 6455 §5.7.
// Rows: W-020
TEST_F(FrameReaderTest, ReadsTheMaskedExampleOfTheSpecification) {
    expect("\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58"sv, {"message Hello"});
}

// Rows: W-020, S-044
TEST_F(FrameReaderTest, RefusesWhatIsNotMasked) {
    for (int first : {0x81, 0x88, 0x89, 0x8A}) {
        expect_fault(frame({.first = first, .payload = "Hello", .masked = false}), 1002);
        expect_fault(frame({.first = first, .masked = false}), 1002);
    }
}

// Rows: W-021
TEST_F(FrameReaderTest, RefusesReservedBitsAndOpcodes) {
    for (int reserved : {0x10, 0x20, 0x40, 0x70}) {
        for (int opcode : {0x81, 0x88, 0x89}) {
            expect_fault(fragment(opcode | reserved, "x"), 1002);
        }
    }
    for (int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        expect_fault(fragment(0x80 | opcode, "x"), 1002);
    }
}

// Rows: W-032
TEST_F(FrameReaderTest, TakesTheBitOfDeflateOnlyWhereAMessageBegins) {
    deflate_ = true;
    expect(fragment(0xC1, "\xFF\xFF") + text("plain"),
           {"compressed message \xFF\xFF", "message plain"});
    expect(fragment(0x41, "\xFF") + fragment(0x89, "") + fragment(0x80, "\xFE"),
           {"ping", "compressed message \xFF\xFE"});
    expect_fault(fragment(0x01, "a") + fragment(0xC0, "b"), 1002);
    expect_fault(fragment(0xC9, ""), 1002);
    expect_fault(fragment(0xA1, ""), 1002);
}

// Rows: W-022
TEST_F(FrameReaderTest, WantsLengthsInTheirShortestForm) {
    for (size_t size : {0UL, 1UL, 125UL, 126UL, 127UL, 300UL}) {
        std::string payload(size, 'a');
        expect(text(payload), {size == 0 ? "message" : "message " + payload});
        if (size < 126) expect_fault(frame({.payload = payload, .length_bits = 16}), 1002);
        expect_fault(frame({.payload = payload, .length_bits = 64}), 1002);
    }
    // The top bit of 64 must be 0, whatever the limit is.
    expect_fault("\x81\xFF\x80\x00\x00\x00\x00\x01\x00\x00"sv, 1002);
}

// Rows: W-022
TEST_F(FrameReaderTest, ReadsLengthsOf16And64Bits) {
    for (size_t size : {65'535UL, 65'536UL, 70'001UL}) {
        std::string payload(size, 'a');
        FrameReader reader(pool_, limits_, false);
        std::string input = text(payload);
        std::string_view whole = input;
        EXPECT_THAT(steps_of(reader, tests::Pieces(&whole, 1)), ElementsAre("message " + payload));
    }
}

// Rows: W-023
TEST_F(FrameReaderTest, WantsControlFramesShortAndWhole) {
    std::string most(125, 'a');
    for (int opcode : {8, 9, 10}) {
        auto whole = 0x80 | opcode;
        expect_fault(fragment(opcode, ""), 1002);
        expect_fault(fragment(whole, most + "a"), 1002);
    }
    expect(fragment(0x89, most) + fragment(0x8A, most), {"ping " + most, "pong " + most});
}

// Rows: W-023, W-024, D-47
TEST_F(FrameReaderTest, PutsFragmentsTogetherWithControlFramesBetween) {
    expect(fragment(0x01, "one ") + fragment(0x89, "still there?") + fragment(0x00, "two ") +
               fragment(0x00, "") + fragment(0x8A, "") + fragment(0x80, "three") + text("next"),
           {"ping still there?", "pong", "message one two three", "message next"});
    expect(fragment(0x01, "") + fragment(0x80, ""), {"message"});
    expect(fragment(0x01, "one") + fragment(0x88, "\x03\xE8"), {"close 1000"});
}

// Rows: W-024
TEST_F(FrameReaderTest, RefusesFragmentsOutOfOrder) {
    expect_fault(fragment(0x80, "x"), 1002);
    expect_fault(fragment(0x00, "x"), 1002);
    expect_fault(fragment(0x01, "x") + text("y"), 1002);
    expect_fault(fragment(0x01, "x") + fragment(0x01, "y"), 1002);
    expect(fragment(0x01, "x") + fragment(0x80, "y") + fragment(0x80, "z"),
           {"message xy", "fault 1002"});
}

// Rows: W-025
TEST_F(FrameReaderTest, ReadsCharactersThatAreCutByFragments) {
    constexpr std::string_view kText = "aß한😀z";
    for (size_t at = 0; at <= kText.size(); ++at) {
        expect(fragment(0x01, kText.substr(0, at)) + fragment(0x89, "") +
                   fragment(0x80, kText.substr(at)),
               {"ping", "message " + std::string(kText)});
    }
}

// Rows: W-025
TEST_F(FrameReaderTest, RefusesTextThatIsNotUtf8AsSoonAsItIsSeen) {
    for (std::string_view bad : {"\x80"sv, "\xC0\xAF"sv, "\xC1\xBF"sv, "\xE0\x80\x80"sv,
                                 "\xED\xA0\x80"sv, "\xF0\x80\x80\x80"sv, "\xF4\x90\x80\x80"sv,
                                 "\xF5"sv, "\xFE"sv, "abcdefgh\xFF"sv, "\xC3("sv}) {
        expect_fault(text(bad), 1007);
        expect_fault(fragment(0x01, bad), 1007);
    }
    for (std::string_view cut : {"\xC3"sv, "\xE2\x82"sv, "\xF0\x9F\x98"sv}) {
        expect_fault(text(cut), 1007);
        expect_fault(fragment(0x01, cut) + fragment(0x80, ""), 1007);
    }
}

// Rows: W-026, D-47
TEST_F(FrameReaderTest, RefusesBinaryMessagesByTheirHeader) {
    std::string input = fragment(0x82, "<a/>");
    expect_fault(input, 1003);
    expect_fault(input.substr(0, 2), 1003);
}

// Rows: W-027, S-044
TEST_F(FrameReaderTest, JudgesLengthsBeforeItKeepsAByte) {
    limits_.max_message_bytes = 1000;
    expect_fault("\x81\xFE\x03\xE9"sv, 1009);
    expect_fault("\x81\xFF\x00\x00\x00\x00\x00\x01\x00\x00"sv, 1009);
    expect_fault("\x81\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv, 1009);
    std::string half(500, 'a');
    expect(fragment(0x01, half) + fragment(0x80, half), {"message " + half + half});
    expect_fault(fragment(0x01, half) + fragment(0x80, half + "a").substr(0, 4), 1009);

    FrameReader reader(pool_, limits_, false);
    (void)reader.feed("\x81\xFE\x03\xE8\x00\x00\x00\x00"sv);
    EXPECT_EQ(pool_.used_bytes(), 0U) << "announced, but nothing has come";
}

// Rows: W-027
TEST_F(FrameReaderTest, LimitsTheNumberOfFragments) {
    std::string input = fragment(0x01, "");
    for (int i = 0; i < 6; ++i) input += fragment(0x00, "");
    expect(input + fragment(0x80, "x") + text("y"), {"message x", "message y"});
    expect_fault(input + fragment(0x00, "") + fragment(0x80, "x"), 1009);
}

// Rows: W-029
TEST_F(FrameReaderTest, ReadsCloseFrames) {
    expect(fragment(0x88, ""), {"close 0"});
    expect(fragment(0x88, "\x03\xE8"), {"close 1000"});
    expect(fragment(0x88, "\x0F\xA0 bye 한"), {"close 4000  bye 한"});
    expect(fragment(0x88, "\x03\xE8" + std::string(123, 'r')),
           {"close 1000 " + std::string(123, 'r')});
}

// Rows: W-029
TEST_F(FrameReaderTest, RefusesCloseFramesThatSayWhatNobodyMay) {
    auto close = [](int code, std::string_view reason = "") {
        return fragment(
            0x88, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)}.append(
                      reason));
    };
    expect_fault(fragment(0x88, "\x03"), 1002);
    for (int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2999, 5000, 65535}) {
        expect_fault(close(code), 1002);
    }
    for (int code : {1000, 1001, 1002, 1003, 1007, 1011, 1012, 1014, 3000, 4999}) {
        expect(close(code), {"close " + std::to_string(code)});
    }
    expect_fault(close(1000, "\xFF"), 1007);
    expect_fault(close(1000, "\xC3"), 1007);
}

// Rows: S-040
TEST_F(FrameReaderTest, KeepsNothingBetweenMessages) {
    FrameReader reader(pool_, limits_, false);
    std::string input = text("one") + fragment(0x89, "two");
    std::string_view whole = input;
    EXPECT_THAT(steps_of(reader, tests::Pieces(&whole, 1)), ElementsAre("message one", "ping two"));
    EXPECT_EQ(pool_.used_bytes(), 0U);
    EXPECT_LE(sizeof(FrameReader), 160U);
}

// Rows: W-020
TEST_F(FrameReaderTest, SaysNothingMoreAfterAFault) {
    FrameReader reader(pool_, limits_, false);
    EXPECT_EQ(to_text(reader.feed("\x01\x00"sv)), "fault 1002");
    FrameReader::Step again = reader.feed(text("x"));
    EXPECT_EQ(to_text(again), "fault 1002");
    EXPECT_EQ(again.taken, 0U);
}

// Rows: W-020
TEST(UnmaskTest, TurnsTheMaskToWhereverThePayloadGoesOn) {
    const uint8_t mask[] = {0x37, 0xFA, 0x21, 0x3D};
    std::string plain;
    for (int i = 0; i < 67; ++i) plain += static_cast<char>(i * 7);
    for (size_t at = 0; at < plain.size(); ++at) {
        std::string_view part = std::string_view(plain).substr(at);
        std::string expected;
        for (size_t i = 0; i < part.size(); ++i) {
            expected += static_cast<char>(static_cast<uint8_t>(part[i]) ^ mask[(at + i) % 4]);
        }
        std::string out(part.size(), '\0');
        unmask(out.data(), part, mask, at);
        EXPECT_EQ(out, expected) << at;
    }
}

class FrameWriterTest : public testing::Test {
protected:
    std::string message(size_t size, size_t slices = 1, bool compressed = false) {
        base::SliceChain text;
        for (size_t i = 0; i < slices; ++i) {
            text.push(base::Slice::copy(pool_, std::string(size / slices, 'a')));
        }
        base::SliceChain out;
        append_message(out, pool_, text, compressed);
        return out.to_string();
    }
    base::SlicePool pool_{16UL << 20};
};

// Rows: W-020
TEST_F(FrameWriterTest, WritesTheUnmaskedExampleOfTheSpecification) {
    base::SliceChain out;
    append_message(out, pool_, base::SliceChain(base::Slice::literal("Hello")), false);
    EXPECT_EQ(out.to_string(), "\x81\x05Hello"sv);
}

// Rows: W-022, W-033
TEST_F(FrameWriterTest, WritesOneFrameUpTo64KiB) {
    EXPECT_EQ(message(125), std::string("\x81\x7D"sv) + std::string(125, 'a'));
    EXPECT_EQ(message(126), std::string("\x81\x7E\x00\x7E"sv) + std::string(126, 'a'));
    EXPECT_EQ(message(65'535), std::string("\x81\x7E\xFF\xFF"sv) + std::string(65'535, 'a'));
    EXPECT_EQ(message(65'536),
              std::string("\x81\x7F\0\0\0\0\0\x01\0\0"sv) + std::string(65'536, 'a'));
    EXPECT_EQ(message(0), "\x81\x00"sv);
    EXPECT_EQ(message(4, 1, true), "\xC1\x04"
                                   "aaaa"sv);
}

// Rows: W-033
TEST_F(FrameWriterTest, WritesFragmentsAbove) {
    std::string out = message(3 * 50'000, 3);
    std::string part(65'536, 'a');
    std::string_view length = "\x7F\0\0\0\0\0\x01\0\0"sv;
    EXPECT_EQ(out, std::string("\x01").append(length) + part + std::string("\0"sv).append(length) +
                       part + std::string("\x80\x7E\x49\xF0"sv) + std::string(18'928, 'a'));
}

// Rows: -
TEST_F(FrameWriterTest, CopiesNothingOfAMessage) {
    base::Slice text = base::Slice::copy(pool_, std::string(100'000, 'a'));
    size_t before = pool_.used_bytes();
    base::SliceChain out;
    append_message(out, pool_, base::SliceChain(text), false);
    EXPECT_LT(pool_.used_bytes(), before + 200);
    EXPECT_EQ(out.slice_count(), 4U);
}

// Rows: -
TEST_F(FrameWriterTest, PutsASmallMessageBehindItsHeaderInOneBlock) {
    base::SliceChain text(base::Slice::copy(pool_, "<a>"));
    text.push(base::Slice::copy(pool_, "</a>"));
    base::SliceChain out;
    append_message(out, pool_, text, false);
    EXPECT_EQ(out.slice_count(), 1U);
    EXPECT_EQ(out.to_string(), "\x81\x07<a></a>"sv);
}

// Rows: W-028, W-031
TEST_F(FrameWriterTest, WritesControlFrames) {
    base::SliceChain out;
    append_control(out, pool_, Opcode::Pong, base::Slice::literal("abc"));
    append_control(out, pool_, Opcode::Ping, {});
    append_close(out, pool_, 1000);
    append_close(out, pool_, 0);
    EXPECT_EQ(out.to_string(), "\x8A\x03"
                               "abc\x89\x00\x88\x02\x03\xE8\x88\x00"sv);
}

} // namespace
} // namespace ws
