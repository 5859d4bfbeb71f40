// Two readers that are strangers to each other, and clients of chance: they must read the same.
#include "tests/ws/frames.h"
#include "tests/ws/own_reader.h"
#include "tests/ws/wslay_reader.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <string_view>

namespace ws {
namespace {

constexpr FrameLimits kLimits = {.max_message_bytes = 300, .max_fragments = 5000};

// A few frames, most of them as they should be; the number chooses which.
class ChanceClient {
public:
    explicit ChanceClient(unsigned seed) : random_(seed) {}

    std::string bytes() {
        std::string all;
        for (size_t left = 1 + below(8); left > 0; --left) all += one_frame();
        if (below(4) == 0) all[below(all.size())] = static_cast<char>(below(256));
        return all;
    }

private:
    size_t below(size_t bound) { return random_() % bound; }

    std::string one_frame() {
        static constexpr int kOpcodes[] = {0x1, 0x1, 0x1, 0x0, 0x0, 0x9, 0xA, 0x8};
        int opcode = below(30) == 0 ? static_cast<int>(below(16)) : kOpcodes[below(8)];
        if (opcode <= 1 && below(10) > 0) opcode = in_message_ ? 0 : 1; // else out of its place
        bool last = opcode >= 8 ? below(30) > 0 : below(2) == 0;
        if (opcode <= 2) in_message_ = !last;
        std::string payload = opcode == 0x8 ? close_payload() : text_payload();
        int length_bits = below(40) > 0 ? 0 : below(2) == 0 ? 16 : 64;
        int first = (last ? 0x80 : 0) | (below(60) == 0 ? 0x40 : 0) | opcode;
        return frame({.first = first,
                      .payload = payload,
                      .masked = below(60) > 0,
                      .length_bits = length_bits});
    }

    std::string close_payload() {
        static constexpr int kCodes[] = {1000, 1001, 1005, 1015, 2999, 3000, 4999, 5000};
        if (below(5) == 0) return std::string(below(2), 'x');
        int code = kCodes[below(8)];
        return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)} +
               text_payload().substr(0, below(123));
    }

    // Cut anywhere, now and then: a character may go on in the next frame.
    std::string text_payload() {
        static constexpr std::string_view kPieces[] = {"<a/>", "é", "한", "😀", " ", "x"};
        std::string text;
        size_t wanted = below(6) == 0 ? 100 + below(120) : below(30);
        while (text.size() < wanted) text += kPieces[below(6)];
        if (below(8) == 0) text.resize(wanted);
        if (below(40) == 0) text += '\xFF';
        return text;
    }

    std::mt19937 random_;
    bool in_message_ = false;
};

// Rows: W-020, W-021, W-022, W-023, W-024, W-025, W-029
TEST(DifferentialTest, ReadsWhatWslayReads) {
    std::map<std::string, int> ends; // how many clients met which end
    for (unsigned seed = 0; seed < 5000; ++seed) {
        std::string bytes = ChanceClient(seed).bytes() + std::string(kWslayPaddingBytes, '\0');
        std::string trace = read_with_ours(bytes, bytes.size(), kLimits);
        ASSERT_EQ(trace, read_with_ours(bytes, 1, kLimits)) << seed;
        ASSERT_EQ(trace, read_with_ours(bytes, 3, kLimits)) << seed;
        ASSERT_EQ(trace, read_with_wslay(bytes, kLimits.max_message_bytes)) << seed;
        trace.pop_back();
        ++ends[trace.substr(trace.rfind('\n') + 1)];
    }
    for (const char* end : {"close 1000", "close 4999", "fault 1002", "fault 1007", "fault 1009"}) {
        EXPECT_GT(ends[end], 20) << end << ": such clients are wanted, too";
    }
}

} // namespace
} // namespace ws
