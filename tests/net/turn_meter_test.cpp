// Rows: -
#include "net/descriptor_limit.h"
#include "net/turn_meter.h"
#include "tests/net/loop_fixture.h"

#include <gtest/gtest.h>

using tests::LoopTest;
using namespace std::chrono_literals;

namespace {

using base::Gauge;
using base::Measure;

constexpr auto kLong = static_cast<uint32_t>(net::TurnMeter::kLong.count());

void be_busy_for(base::Duration time) {
    auto until = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < until) {
    }
}

// Events that keep the loop busy, the first of which sets a deadline.
class BusyEvents final : private base::TimerNode {
public:
    explicit BusyEvents(net::Loop& loop) : loop_(loop) {}

    void happen() {
        if (count_++ == 0) loop_.wheel().set_soon(*this, loop_.now() + 1ms);
        be_busy_for(10ms);
    }
    [[nodiscard]] size_t count() const { return count_; }
    [[nodiscard]] size_t before_the_deadline() const { return before_the_deadline_; }

private:
    void on_deadline(base::TimePoint /*now*/) override { before_the_deadline_ = count_; }

    net::Loop& loop_;
    size_t count_ = 0;
    size_t before_the_deadline_ = SIZE_MAX;
};

class TurnMeterTest : public LoopTest {
protected:
    TurnMeterTest() { loop.set_meter(&meter_); }
    ~TurnMeterTest() override { loop.set_meter(nullptr); }

    [[nodiscard]] uint64_t turns_counted() const {
        uint64_t sum = 0;
        const base::Histogram& counted = metrics[Measure::LoopTurn];
        for (size_t i = 0; i <= counted.bounds().size(); ++i) sum += counted.count(i);
        return sum;
    }

    void on_accept(std::unique_ptr<net::Transport> connection) override {
        LoopTest::on_accept(std::move(connection));
        if (inside_accept_) inside_accept_();
    }

    net::TurnMeter meter_{env(), 0};
    std::function<void()> inside_accept_;
};

TEST_F(TurnMeterTest, WaitingIsNoPartOfATurn) {
    auto listener = listen();
    for (int wait = 0; wait < 3; ++wait) run_for(100ms);
    EXPECT_GE(turns_counted(), 1U);
    EXPECT_LT(metrics[Measure::LoopTurn].sum(), 150U);
}

TEST_F(TurnMeterTest, ATurnLastsUntilTheNextWait) {
    auto listener = listen();
    auto peer = connect_raw(*listener);
    records[0]->inside_bytes = [&] { be_busy_for(50ms); };
    peer.send("x");
    ASSERT_TRUE(run_until([&] { return records[0]->received == "x"; }));
    run_for(50ms); // the end of that turn is seen before the next wait
    EXPECT_GE(metrics[Measure::LoopTurn].above(kLong), 1U);
    EXPECT_GE(metrics[Gauge::LongestTurn], 49U);
}

// However many events there are: who waits for a deadline does not wait for all of them.
TEST_F(TurnMeterTest, ADeadlineComesBetweenTwoEventsOfALongTurn) {
    constexpr size_t kPeers = 20;
    auto listener = listen();
    std::vector<tests::RawPeer> peers;
    while (peers.size() < kPeers) peers.push_back(connect_raw(*listener));
    BusyEvents events(loop);
    for (auto& record : records) record->inside_bytes = [&] { events.happen(); };
    for (tests::RawPeer& peer : peers) peer.send("x");
    ASSERT_TRUE(run_until([&] { return events.count() == kPeers; }));
    EXPECT_LE(events.before_the_deadline(), 5U) << "all came in the same turn";
}

// Many who come at once are as many events, though nothing was read yet in that turn.
TEST_F(TurnMeterTest, ADeadlineComesBetweenTwoOfMuchThatIsAccepted) {
    constexpr size_t kPeers = 20;
    auto listener = listen();
    BusyEvents events(loop);
    inside_accept_ = [&] { events.happen(); };
    std::vector<tests::RawPeer> peers(kPeers);
    for (tests::RawPeer& peer : peers) peer.connect(listener->local());
    ASSERT_TRUE(run_until([&] { return events.count() == kPeers; }));
    EXPECT_LE(events.before_the_deadline(), 5U) << "all came in the same turn";
}

// With more events than libuv takes at a time, the time it shows at the end is not that of the
// beginning.
TEST_F(TurnMeterTest, ATurnOfVeryManyReadsIsOneTurn) {
    constexpr size_t kPeers = 1'100;
    if (net::raise_descriptor_limit() < 2 * kPeers + 100) GTEST_SKIP() << "too few descriptors";
    auto listener = listen();
    std::vector<tests::RawPeer> peers;
    while (peers.size() < kPeers) peers.push_back(connect_raw(*listener));
    uint64_t longest_before = metrics[Gauge::LongestTurn];
    base::Duration busy{static_cast<int64_t>(longest_before) + 100};
    size_t heard = 0;
    for (auto& record : records) {
        record->inside_bytes = [&] {
            if (heard++ == 0) be_busy_for(busy);
        };
    }
    for (tests::RawPeer& peer : peers) peer.send("x");
    ASSERT_TRUE(run_until([&] { return heard == kPeers; }));
    run_for(50ms);
    EXPECT_GE(metrics[Gauge::LongestTurn], longest_before + 99);
}

TEST_F(TurnMeterTest, ShowsHowMuchOfTheBudgetIsUsedWhenATurnIsOver) {
    auto kept = chain_of(10'000);
    meter_.on_turn(loop.now(), loop.now());
    EXPECT_GE(metrics[Gauge::BufferedBytes], 10'000U);
    kept.clear();
    meter_.on_turn(loop.now(), loop.now());
    EXPECT_EQ(metrics[Gauge::BufferedBytes], 0U);
}

TEST(TurnMeterLogTest, TellsOfLongTurnsOnceAMinuteWithHowMany) {
    testing::internal::CaptureStderr();
    {
        base::Log log = base::Log::to_stderr(base::Level::Warn);
        base::SlicePool pool(1024);
        base::Metrics metrics;
        net::Loop loop;
        net::TurnMeter meter({loop, pool, loop.wheel(), loop.retired(), log, metrics}, 3);
        base::TimePoint now{1h};
        meter.on_turn(now, now + 20ms); // is not long
        meter.on_turn(now, now + 21ms); // the first is told of at once
        meter.on_turn(now + 1s, now + 1s + 90ms);
        meter.on_turn(now + 2s, now + 2s + 40ms);
        meter.on_turn(now + 61s, now + 61s + 30ms);
        meter.on_turn(now + 70s, now + 69s); // a clock that was set back
        EXPECT_EQ(metrics[Measure::LoopTurn].above(kLong), 4U);
    }
    std::string text = testing::internal::GetCapturedStderr();
    EXPECT_NE(text.find("worker.delayed worker=3 times=1 longest_ms=21 "), std::string::npos)
        << text;
    EXPECT_NE(text.find("worker.delayed worker=3 times=3 longest_ms=90 "), std::string::npos)
        << text;
    EXPECT_EQ(std::ranges::count(text, '\n'), 2) << text;
}

} // namespace
