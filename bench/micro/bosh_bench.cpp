// The BOSH path: <body/> from bytes and back, and one request's whole way through a session.
#include "base/env.h"
#include "bosh/body_codec.h"
#include "bosh/session.h"

#include <benchmark/benchmark.h>

#include <string>

namespace {

constexpr std::string_view kPayload =
    "<message to='bob@example.org/balcony' from='alice@example.org/orchard' id='ktx72v49' "
    "type='chat' xmlns='jabber:client'><body>Art thou not Romeo, and a Montague?</body>"
    "<active xmlns='http://jabber.org/protocol/chatstates'/></message>";

std::string request_body(bosh::Rid rid, std::string_view payload) {
    return "<body rid='" + std::to_string(rid) +
           "' sid='AAAAAAAAAAAAAAAAAAAAAAAAAAA' xmlns='http://jabber.org/protocol/httpbind'>" +
           std::string(payload) + "</body>";
}

class StillClock final : public base::Clock {
public:
    base::TimePoint now() const override { return base::TimePoint(std::chrono::hours(1)); }
};

struct Services {
    StillClock clock;
    base::SlicePool pool{1UL << 30};
    base::TimerWheel wheel{clock.now()};
    base::RetireList retired;
    base::Log log = base::Log::nowhere();
    base::Metrics metrics;
    base::Env env{clock, pool, wheel, retired, log, metrics};
    xmpp::XmlCheck check;
    bosh::BodyCodec codec{env, check, 256UL * 1024};
};

void BM_BodyDecodeEmpty(benchmark::State& state) {
    Services services;
    auto document = base::Slice::copy(services.pool, request_body(1573741821, ""));
    for (auto _ : state) benchmark::DoNotOptimize(services.codec.decode(document));
}

void BM_BodyDecodeMessage(benchmark::State& state) {
    Services services;
    auto document = base::Slice::copy(services.pool, request_body(1573741821, kPayload));
    for (auto _ : state) benchmark::DoNotOptimize(services.codec.decode(document));
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(document.size()));
}

void BM_BodyEncodeMessage(benchmark::State& state) {
    Services services;
    auto stanza = base::Slice::copy(services.pool, kPayload);
    for (auto _ : state) {
        bosh::BodyOut body;
        body.payloads.push(stanza);
        benchmark::DoNotOptimize(encode(services.pool, std::move(body)));
    }
}

class AnyDomain final : public bosh::Domains {
public:
    [[nodiscard]] Standing standing(std::string_view) const override { return Standing::Served; }
};

// A client that sends a message and gets one back, all in memory: decode, rid order, upstream,
// stanza in, answer out, cache. One iteration is one HTTP request.
void BM_SessionCycle(benchmark::State& state) {
    Services services;
    bosh::Settings settings;
    AnyDomain domains;
    bosh::ActionQueue actions;
    bosh::Terms terms{.rid = 1,
                      .wait = std::chrono::seconds(60),
                      .inactivity = std::chrono::seconds(60),
                      .polling_interval = std::chrono::seconds(5),
                      .hold = 1,
                      .requests = 2,
                      .ver_minor = 11};
    bosh::Session session(terms, bosh::SessionId("AAAAAAAAAAAAAAAAAAAAAAAAAAA"), settings, domains,
                          services.pool, actions);
    base::TimePoint now = services.clock.now();
    auto drain = [&] {
        bosh::Action action;
        while (actions.next(action)) benchmark::DoNotOptimize(action);
    };
    session.on_created({.index = 0, .generation = 1}, {.to = "example.org"}, {.rid = 1}, now);
    session.on_stream_opened(bosh::kFirstStream,
                             {.from = "example.org", .id = "i", .version = "1.0", .lang = "en"},
                             now);
    session.on_stanza(
        bosh::kFirstStream,
        {.bytes = base::Slice::literal("<stream:features/>"), .kind = xmpp::Stanza::Kind::Features},
        now);
    session.on_batch_end(now);
    drain();

    bosh::Rid rid = 1;
    for (auto _ : state) {
        auto document = base::Slice::copy(services.pool, request_body(++rid, kPayload));
        session.on_request({.index = 0, .generation = 1}, services.codec.decode(document), now);
        drain();
        session.on_stanza(bosh::kFirstStream,
                          {.bytes = base::Slice::copy(services.pool, kPayload),
                           .kind = xmpp::Stanza::Kind::Message},
                          now);
        session.on_batch_end(now);
        drain();
    }
}

BENCHMARK(BM_BodyDecodeEmpty);
BENCHMARK(BM_BodyDecodeMessage);
BENCHMARK(BM_BodyEncodeMessage);
BENCHMARK(BM_SessionCycle);

} // namespace
