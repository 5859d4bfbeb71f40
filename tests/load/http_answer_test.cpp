// Rows: -
#include "bench/load/http_answer.h"
#include "tests/support/for_each_split.h"

#include <gtest/gtest.h>

#include <vector>

namespace load {
namespace {

using State = HttpAnswer::State;

TEST(HttpAnswer, IsTheSameHoweverItIsCut) {
    tests::for_each_split(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\ncontent-LENGTH:  7 \r\n\r\n"
        "<body/>HTTP/1.1 404 Not Found\r\nConnection: close\r\n"
        "Content-Length: 0\r\n\r\n",
        [](tests::Pieces pieces) {
            HttpAnswer answer;
            std::vector<std::string> seen;
            for (base::ByteView piece : pieces) {
                while (!piece.empty()) {
                    if (answer.feed(piece) != State::Whole) continue;
                    seen.push_back(std::string(answer.status()) + ' ' + std::string(answer.body()) +
                                   (answer.ends_connection() ? " end" : ""));
                    answer.clear();
                    EXPECT_FALSE(answer.begun());
                }
            }
            EXPECT_EQ(seen, (std::vector<std::string>{"200 <body/>", "404  end"}));
        });
}

TEST(HttpAnswer, RefusesWhatItCannotRead) {
    for (base::ByteView bytes :
         {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
          "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200 OK\r\nno field\r\n\r\n"}) {
        HttpAnswer answer;
        base::ByteView in = bytes;
        EXPECT_EQ(answer.feed(in), State::Fault) << bytes;
    }
}

TEST(HttpAnswer, AHeadWithoutAnEndIsRefusedAtSomeLength) {
    HttpAnswer answer;
    std::string line = "HTTP/1.1 200 OK\r\n" + std::string(20'000, 'x');
    base::ByteView in = line;
    EXPECT_EQ(answer.feed(in), State::Fault);
}

} // namespace
} // namespace load
