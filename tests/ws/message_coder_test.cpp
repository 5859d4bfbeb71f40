// permessage-deflate, a message at a time.
#include "ws/message_coder.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ws {
namespace {

using namespace std::string_view_literals;

class MessageCoderTest : public testing::Test {
protected:
    // "fault 1009", or what came out.
    std::string inflate(std::string_view coded, size_t max_bytes = 1000) {
        auto plain = coder_.inflate(coded, max_bytes);
        if (plain) return std::string(plain->view());
        return "fault " + std::to_string(static_cast<int>(plain.error()));
    }
    std::string deflate(std::string_view plain, DeflateWindow window = DeflateWindow::Wide) {
        return coder_.deflate(window, base::SliceChain(base::Slice::copy(pool_, plain)))
            .to_string();
    }

    base::SlicePool pool_{16UL << 20};
    MessageCoder coder_{pool_};
};

// RFC 7692 §7.2.3.
// Rows: W-032
TEST_F(MessageCoderTest, ReadsTheExamplesOfTheSpecification) {
    EXPECT_EQ(inflate("\xf2\x48\xcd\xc9\xc9\x07\x00"sv), "Hello");
    EXPECT_EQ(inflate("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"sv), "Hello") << "stored";
    EXPECT_EQ(inflate("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"sv), "Hello") << "marked as the last";
    EXPECT_EQ(inflate("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"sv), "Hello")
        << "two blocks";
    EXPECT_EQ(inflate("\x00"sv), "");
}

// Rows: W-032
TEST_F(MessageCoderTest, GivesBackWhatItWasGiven) {
    std::string text;
    for (int i = 0; i < 3000; ++i) text += "<message to='bob@example.org' id='" + std::to_string(i);
    for (DeflateWindow window : {DeflateWindow::Wide, DeflateWindow::Narrow}) {
        for (size_t size : {0UL, 1UL, 100UL, 4096UL, 100'000UL}) {
            std::string_view part = std::string_view(text).substr(0, size);
            std::string coded = deflate(part, window);
            EXPECT_EQ(inflate(coded, size), part);
            EXPECT_LT(coded.size(), size / 3 + 100);
        }
    }
}

// Rows: W-032
TEST_F(MessageCoderTest, KeepsNothingOfOneMessageForTheNext) {
    std::string first = deflate("the same text");
    EXPECT_EQ(deflate("the same text"), first);
    EXPECT_EQ(inflate(first), "the same text");
    EXPECT_EQ(inflate(first), "the same text");
}

// Rows: W-027, W-032, S-013
TEST_F(MessageCoderTest, StopsAtTheLimit) {
    std::string bomb = deflate(std::string(10'000'000, 'a'));
    EXPECT_LT(bomb.size(), 60'000U);
    EXPECT_EQ(inflate(bomb, 256UL * 1024), "fault 1009");
    EXPECT_EQ(inflate(deflate(std::string(1001, 'a'))), "fault 1009");
    EXPECT_EQ(inflate(deflate(std::string(1000, 'a'))), std::string(1000, 'a'));
    EXPECT_EQ(pool_.used_bytes(), 0U);
}

// Rows: W-032
TEST_F(MessageCoderTest, RefusesWhatIsNotDeflate) {
    EXPECT_EQ(inflate("\xff\xff\xff"sv), "fault 1007");
    EXPECT_EQ(inflate("\xf2\x48\xcd"sv), "fault 1007") << "cut off";
    EXPECT_EQ(inflate("\xf3\x48\xcd\xc9\xc9\x07\x00\x00 behind the end"sv), "fault 1007");
    EXPECT_EQ(inflate("\xf2\x48\xcd\xc9\xc9\x07\x00"sv), "Hello") << "and goes on";
}

// What an earlier message said is out of reach.
// Rows: W-032
TEST_F(MessageCoderTest, RefusesReferencesIntoTheLastMessage) {
    EXPECT_EQ(inflate("\xf2\x48\xcd\xc9\xc9\x07\x00"sv), "Hello");
    EXPECT_EQ(inflate("\xf2\x00\x11\x00\x00"sv), "fault 1007") << "RFC 7692 §7.2.3.2";
}

} // namespace
} // namespace ws
