// Rows: -
#include "net/address_race.h"

#include <gmock/gmock.h>

using net::Address;
using net::AddressRace;
using net::DnsOutcome;
using net::NetFault;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

namespace {

using Family = Address::Family;
using Strings = std::vector<std::string>;

std::string spelled(const AddressRace::Action& action) {
    if (const auto* start = std::get_if<AddressRace::Start>(&action)) {
        return start->address.to_string();
    }
    const base::Error& reason = std::get<AddressRace::Lost>(action).reason;
    return "lost " + std::to_string(reason.code) + ": " + reason.what;
}

struct AddressRaceTest : testing::Test {
    void begin(AddressRace::Rules rules = {}) { race.emplace(rules, 5222, allowed, now); }

    // What the race does by itself until then, with the time of each step since its beginning.
    Strings pass(base::Duration time) {
        Strings steps;
        base::TimePoint end = now + time;
        while (race->next_deadline() <= end) {
            now = std::max(now, race->next_deadline());
            race->on_deadline(now);
            for (const std::string& step : actions()) {
                steps.push_back(std::to_string((now - begun).count()) + "ms " + step);
            }
        }
        now = end;
        return steps;
    }
    Strings actions() {
        Strings all;
        AddressRace::Action action;
        while (race->next_action(action)) all.push_back(spelled(action));
        return all;
    }
    Strings answer(Family family, const Strings& hosts) {
        net::AddressAnswer found{.outcome = DnsOutcome::Found};
        for (const std::string& host : hosts) found.addresses.push_back(*Address::parse(host, 0));
        race->on_addresses(family, found, now);
        return actions();
    }
    Strings answer(Family family, DnsOutcome outcome) {
        race->on_addresses(family, {.outcome = outcome}, now);
        return actions();
    }
    Strings fail(uint16_t code, const char* what = nullptr) {
        race->on_attempt_failed(code, what, now);
        return actions();
    }

    const base::TimePoint begun{1h};
    base::TimePoint now = begun;
    const net::AddressFilter* allowed = nullptr;
    std::optional<AddressRace> race;
};

std::string lost(NetFault fault, const std::string& what) {
    return "lost " + std::to_string(static_cast<int>(fault)) + ": " + what;
}

// Rows: U-029
TEST_F(AddressRaceTest, StartsWithIpv6AndTakesTurnsAQuarterOfASecondApart) {
    begin();
    EXPECT_THAT(answer(Address::Family::V6, {"2001:db8::1", "2001:db8::2", "2001:db8::3"}),
                ElementsAre("[2001:db8::1]:5222"));
    EXPECT_THAT(answer(Address::Family::V4, {"192.0.2.1", "192.0.2.2"}), IsEmpty());
    EXPECT_THAT(pass(2s), ElementsAre("250ms 192.0.2.1:5222", "500ms [2001:db8::2]:5222",
                                      "750ms 192.0.2.2:5222", "1000ms [2001:db8::3]:5222"));
}

// Rows: U-029
TEST_F(AddressRaceTest, WaitsFiftyMillisecondsForIpv6WhenIpv4HasCome) {
    begin();
    pass(100ms);
    EXPECT_THAT(answer(Address::Family::V4, {"192.0.2.1"}), IsEmpty());
    EXPECT_THAT(pass(49ms), IsEmpty());
    EXPECT_THAT(pass(1ms), ElementsAre("150ms 192.0.2.1:5222"));
    // What comes later takes its turn.
    EXPECT_THAT(answer(Address::Family::V6, {"2001:db8::1"}), IsEmpty());
    EXPECT_THAT(pass(1s), ElementsAre("400ms [2001:db8::1]:5222"));
}

// Rows: U-029
TEST_F(AddressRaceTest, StartsWithIpv6ThatComesWithinTheWait) {
    begin();
    EXPECT_THAT(answer(Address::Family::V4, {"192.0.2.1"}), IsEmpty());
    pass(30ms);
    EXPECT_THAT(answer(Address::Family::V6, {"2001:db8::1"}), ElementsAre("[2001:db8::1]:5222"));
    EXPECT_THAT(pass(1s), ElementsAre("280ms 192.0.2.1:5222"));
}

// Rows: U-029
TEST_F(AddressRaceTest, DoesNotWaitForIpv6ThatIsKnownNotToBe) {
    for (DnsOutcome nothing : {DnsOutcome::NoData, DnsOutcome::NoName, DnsOutcome::Failed}) {
        begin();
        EXPECT_THAT(answer(Address::Family::V4, {"192.0.2.1"}), IsEmpty());
        EXPECT_THAT(answer(Address::Family::V6, nothing), ElementsAre("192.0.2.1:5222"));
        begin();
        EXPECT_THAT(answer(Address::Family::V6, nothing), IsEmpty());
        EXPECT_THAT(answer(Address::Family::V4, {"192.0.2.1"}), ElementsAre("192.0.2.1:5222"));
    }
}

// Rows: U-028, U-029
TEST_F(AddressRaceTest, TriesTheNextAtOnceWhenOneFails) {
    begin();
    answer(Address::Family::V4, {"192.0.2.1", "192.0.2.2"});
    answer(Address::Family::V6, {"2001:db8::1"});
    pass(100ms);
    EXPECT_THAT(fail(ECONNREFUSED), ElementsAre("192.0.2.1:5222"));
    EXPECT_THAT(pass(249ms), IsEmpty()); // and from then on counts the delay again
    EXPECT_THAT(pass(1ms), ElementsAre("350ms 192.0.2.2:5222"));
}

// Rows: U-028, U-029
TEST_F(AddressRaceTest, IsLostWithTheLastFailureWhenAllHaveFailed) {
    begin();
    answer(Address::Family::V6, {"2001:db8::1"});
    EXPECT_THAT(answer(Address::Family::V4, {"192.0.2.1"}), IsEmpty());
    EXPECT_THAT(pass(250ms), ElementsAre("250ms 192.0.2.1:5222"));
    EXPECT_THAT(fail(ENETUNREACH), IsEmpty());
    EXPECT_THAT(fail(ECONNREFUSED), ElementsAre("lost " + std::to_string(ECONNREFUSED) +
                                                ": no address of the host could be connected to"));
    EXPECT_EQ(race->next_deadline(), base::kNever);
}

// Rows: U-029
TEST_F(AddressRaceTest, KeepsWhatAFailureHadToSay) {
    begin();
    answer(Address::Family::V6, DnsOutcome::NoData);
    answer(Address::Family::V4, {"192.0.2.1"});
    EXPECT_THAT(fail(EADDRNOTAVAIL, "no port"),
                ElementsAre("lost " + std::to_string(EADDRNOTAVAIL) + ": no port"));
}

// Rows: U-029
TEST_F(AddressRaceTest, WaitsForTheOtherFamilyWhenAllOfTheFirstHaveFailed) {
    begin();
    answer(Address::Family::V6, {"2001:db8::1"});
    EXPECT_THAT(fail(ENETUNREACH), IsEmpty());
    EXPECT_THAT(pass(3s), IsEmpty());
    EXPECT_THAT(answer(Address::Family::V4, {"192.0.2.1"}), ElementsAre("192.0.2.1:5222"));
}

// Rows: U-029
TEST_F(AddressRaceTest, SaysWhetherThereIsNoAddressOrNothingIsKnown) {
    const std::string none = lost(NetFault::NoAddress, "the host has no address");
    const std::string unknown = lost(NetFault::LookUpFailed, "the host could not be looked up");
    begin();
    EXPECT_THAT(answer(Address::Family::V4, DnsOutcome::NoName), IsEmpty());
    EXPECT_THAT(answer(Address::Family::V6, DnsOutcome::NoName), ElementsAre(none));
    begin();
    EXPECT_THAT(answer(Address::Family::V6, DnsOutcome::NoData), IsEmpty());
    EXPECT_THAT(answer(Address::Family::V4, DnsOutcome::Failed), ElementsAre(unknown));
}

// Rows: U-030
TEST_F(AddressRaceTest, IsLostAtTheDeadlineWhateverItWaitsFor) {
    begin({.deadline = 2s});
    EXPECT_THAT(pass(10s), ElementsAre("2000ms " + lost(NetFault::Deadline,
                                                        "looking the host up took too long")));
    now = begun;
    begin({.deadline = 2s});
    answer(Address::Family::V6, {"2001:db8::1"});
    EXPECT_THAT(pass(10s),
                ElementsAre("2000ms " + lost(NetFault::Deadline, "connecting took too long")));
    EXPECT_THAT(answer(Address::Family::V4, {"192.0.2.1"}), IsEmpty()); // too late
}

// Rows: U-029
TEST_F(AddressRaceTest, TriesABoundedNumberOfAddresses) {
    begin({.most_addresses = 2});
    answer(Address::Family::V6, DnsOutcome::NoData);
    answer(Address::Family::V4, {"192.0.2.1", "192.0.2.2", "192.0.2.3"});
    EXPECT_THAT(pass(5s), ElementsAre("250ms 192.0.2.2:5222"));
}

// Rows: S-030
TEST_F(AddressRaceTest, TriesOnlyAddressesThatAreAllowed) {
    net::AddressFilter filter;
    allowed = &filter;
    begin();
    EXPECT_THAT(answer(Address::Family::V6, {"::1", "fe80::1"}), IsEmpty());
    EXPECT_THAT(answer(Address::Family::V4, {"127.0.0.1", "8.8.8.8", "10.0.0.1"}),
                ElementsAre("8.8.8.8:5222"));
    EXPECT_THAT(pass(5s), IsEmpty());
}

// Rows: S-030
TEST_F(AddressRaceTest, SaysWhyAHostWithRefusedAddressesOnlyIsNotConnectedTo) {
    net::AddressFilter filter;
    allowed = &filter;
    begin();
    EXPECT_THAT(answer(Address::Family::V4, {"10.0.0.1"}), IsEmpty());
    EXPECT_THAT(answer(Address::Family::V6, DnsOutcome::NoData),
                ElementsAre(lost(NetFault::Forbidden, "private addresses are refused")));
}

} // namespace
