// The HTTP path: a browser's poll, head and body, through the request parser.
#include "http/request_parser.h"

#include <benchmark/benchmark.h>

#include <string>

namespace {

std::string browser_post() {
    std::string body = "<body rid='1573741821' sid='AAAAAAAAAAAAAAAAAAAAAAAAAAA' "
                       "xmlns='http://jabber.org/protocol/httpbind'/>";
    return "POST /http-bind HTTP/1.1\r\n"
           "Host: chat.example.org\r\n"
           "Connection: keep-alive\r\n"
           "Content-Length: " +
           std::to_string(body.size()) +
           "\r\n"
           "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
           "Chrome/120.0.0.0 Safari/537.36\r\n"
           "Content-Type: text/xml; charset=UTF-8\r\n"
           "Accept: */*\r\n"
           "Origin: https://example.org\r\n"
           "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
           "Referer: https://example.org/\r\n"
           "Accept-Encoding: gzip, deflate, br\r\n"
           "Accept-Language: en-US,en;q=0.9\r\n\r\n" +
           body;
}

void BM_RequestParse(benchmark::State& state) {
    using Kind = http::RequestParser::Step::Kind;
    http::Limits limits;
    http::RequestParser parser(limits);
    std::string request = browser_post();
    for (auto _ : state) {
        std::string_view rest = request;
        for (;;) {
            auto step = parser.feed(rest);
            rest.remove_prefix(step.taken);
            benchmark::DoNotOptimize(step);
            if (step.kind == Kind::Complete || step.kind == Kind::Fault) break;
        }
        parser.restart();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(request.size()));
}

BENCHMARK(BM_RequestParse);

} // namespace
