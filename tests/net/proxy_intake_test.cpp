#include "net/proxy_intake.h"
#include "tests/support/for_each_split.h"

#include <gtest/gtest.h>

#include <string>

namespace net {
namespace {

using namespace std::string_literals;
using State = ProxyIntake::State;

// "complete peer>local rest", "fault" or "more".
std::string read(tests::Pieces pieces) {
    ProxyIntake intake;
    ProxyIntake::Step step;
    std::string rest;
    for (std::string_view piece : pieces) {
        size_t taken = 0;
        if (step.state == State::NeedMore) {
            step = intake.feed(piece);
            taken = step.taken;
        }
        if (step.state == State::Complete) rest += piece.substr(taken);
    }
    if (step.state == State::NeedMore) return "more";
    if (step.state == State::Fault) return "fault";
    std::string ends = "its own";
    if (intake.ends()) {
        ends = intake.ends()->peer.to_string() + ">" + intake.ends()->local.to_string();
    }
    return "complete " + ends + " " + rest;
}

void expect(const std::string& input, const std::string& outcome) {
    tests::for_each_split(input, [&](tests::Pieces pieces) { EXPECT_EQ(read(pieces), outcome); });
}

std::string second(uint8_t command, uint8_t family, const std::string& block) {
    std::string header("\r\n\r\n\0\r\nQUIT\n", 12);
    header += static_cast<char>(command);
    header += static_cast<char>(family);
    header += static_cast<char>(block.size() >> 8);
    header += static_cast<char>(block.size() & 0xFF);
    return header + block;
}

const std::string kV4Block = "\xC0\x00\x02\x01\xC0\x00\x02\x02\x30\x39\x01\xBB"s;
const std::string kV6Block = "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
                             "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02"
                             "\x30\x39\x01\xBB"s;

// Rows: H-065
TEST(ProxyIntake, ReadsTheLineOfVersionOne) {
    expect("PROXY TCP4 192.0.2.1 192.0.2.2 12345 443\r\nGET /",
           "complete 192.0.2.1:12345>192.0.2.2:443 GET /");
    expect("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n",
           "complete [2001:db8::1]:1>[2001:db8::2]:65535 ");
}

// Rows: H-066
TEST(ProxyIntake, LeavesTheSocketsAddressesWhereTheProxyDoesNotKnow) {
    expect("PROXY UNKNOWN\r\nx", "complete its own x");
    expect("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\nx", "complete its own x");
    expect(second(0x20, 0x00, ""), "complete its own ");
    expect(second(0x20, 0x11, kV4Block) + "x", "complete its own x");
    expect(second(0x20, 0xFF, "?") + "x", "complete its own x");
    expect(second(0x21, 0x00, "") + "x", "complete its own x");
    expect(second(0x21, 0x31, std::string(216, '/')) + "x", "complete its own x");
}

// Rows: H-065, H-066
TEST(ProxyIntake, ReadsTheBlockOfVersionTwoAndPassesOverAdditions) {
    expect(second(0x21, 0x11, kV4Block) + "x", "complete 192.0.2.1:12345>192.0.2.2:443 x");
    expect(second(0x21, 0x21, kV6Block) + "x", "complete [2001:db8::1]:12345>[2001:db8::2]:443 x");
    expect(second(0x21, 0x11, kV4Block + "\x04\0\x01"s + "z") + "x",
           "complete 192.0.2.1:12345>192.0.2.2:443 x");
}

// Rows: H-065
TEST(ProxyIntake, RefusesEverythingElse) {
    for (const std::string& bad : {"GET / HTTP/1.1\r\n"s,
                                   "POST /http-bind"s,
                                   "\x16\x03\x01"s,
                                   " PROXY TCP4"s,
                                   "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n"s,
                                   "PROXY\r\n"s,
                                   "PROXY \r\n"s,
                                   "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n"s,
                                   "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n"s,
                                   "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n"s,
                                   "PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n"s,
                                   "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n"s,
                                   "PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n"s,
                                   "PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n"s,
                                   "PROXY TCP4 2001:db8::1 192.0.2.2 1 2\r\n"s,
                                   "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n"s,
                                   "PROXY TCP6 [::1] ::1 1 2\r\n"s,
                                   "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n"s,
                                   "PROXY UNKNOWNS\r\n"s,
                                   "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n"s}) {
        expect(bad, "fault");
    }
    std::string longest = "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n";
    ASSERT_EQ(longest.size(), 107U);
    expect(longest, "complete its own ");
    expect("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n", "fault");
}

// Rows: H-065
TEST(ProxyIntake, RefusesBlocksThatSayTheWrongThing) {
    expect(second(0x11, 0x11, kV4Block), "fault"); // version 1 in the form of 2
    expect(second(0x22, 0x11, kV4Block), "fault"); // a command that is none
    expect(second(0x21, 0x12, kV4Block), "fault"); // datagrams
    expect(second(0x21, 0x41, kV4Block), "fault");
    expect(second(0x21, 0x11, kV4Block.substr(1)), "fault");
    expect(second(0x21, 0x21, kV4Block), "fault");
    EXPECT_EQ(read(std::vector<std::string_view>{second(0x21, 0x11, std::string(4096, '\0'))}),
              "complete 0.0.0.0:0>0.0.0.0:0 ");
    EXPECT_EQ(read(std::vector<std::string_view>{second(0x21, 0x11, std::string(4097, '\0'))}),
              "fault");
}

// Rows: H-065
TEST(ProxyIntake, WaitsForTheRest) {
    std::string whole = second(0x21, 0x11, kV4Block + "more");
    for (size_t size = 1; size < whole.size(); ++size) {
        EXPECT_EQ(read(std::vector<std::string_view>{std::string_view(whole).substr(0, size)}),
                  "more");
    }
    EXPECT_EQ(read(std::vector<std::string_view>{"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r"}), "more");
}

} // namespace
} // namespace net
