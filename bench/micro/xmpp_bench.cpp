// The XML path: where does an element end, and is it legal?
#include "xmpp/inherited.h"
#include "xmpp/stream_framer.h"
#include "xmpp/xml_check.h"

#include <benchmark/benchmark.h>

#include <initializer_list>
#include <span>
#include <string>

namespace {

constexpr std::string_view kStreamOpen =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
    "id='x' from='example.org' version='1.0'>";

// A chat message as clients of today send it: 322 bytes with a body of one line.
constexpr std::string_view kMessage =
    "<message to='bob@example.org/balcony' from='alice@example.org/orchard' id='ktx72v49' "
    "type='chat' xml:lang='en'><body>Art thou not Romeo, and a Montague?</body>"
    "<active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/>"
    "<origin-id xmlns='urn:xmpp:sid:0' id='ktx72v49'/><markable xmlns='urn:xmpp:chat-markers:0'/>"
    "</message>";

std::string large_message() {
    return "<message to='bob@example.org'><body>" + std::string(4096, 'x') + "</body></message>";
}

void frame(benchmark::State& state, std::string_view stanza) {
    xmpp::StreamFramer framer;
    (void)framer.next(kStreamOpen);
    for (auto _ : state) {
        auto step = framer.next(stanza);
        benchmark::DoNotOptimize(step);
    }
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(stanza.size()));
}

void check(benchmark::State& state, std::initializer_list<base::ByteView> pieces) {
    xmpp::XmlCheck check;
    for (auto _ : state) {
        xmpp::InheritanceVisitor visitor;
        auto verdict = check.run(std::span(pieces.begin(), pieces.size()), visitor);
        benchmark::DoNotOptimize(verdict);
    }
}

void BM_StreamFramer(benchmark::State& state) {
    frame(state, kMessage);
}
void BM_StreamFramer4KiB(benchmark::State& state) {
    frame(state, large_message());
}
void BM_XmlCheck(benchmark::State& state) {
    check(state, {kMessage});
}
void BM_XmlCheck4KiB(benchmark::State& state) {
    std::string message = large_message();
    check(state, {message});
}
// With a prefix in its start tag: libxml2 reads it.
void BM_XmlCheckInStream(benchmark::State& state) {
    check(state, {kStreamOpen, kMessage, "</stream:stream>"});
}

BENCHMARK(BM_StreamFramer);
BENCHMARK(BM_StreamFramer4KiB);
BENCHMARK(BM_XmlCheck);
BENCHMARK(BM_XmlCheck4KiB);
BENCHMARK(BM_XmlCheckInStream);

} // namespace
