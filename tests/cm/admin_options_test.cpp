// Rows: -
#include "cm/options.h"
#include "tests/cm/command_line.h"

#include <gmock/gmock.h>

#include <initializer_list>
#include <variant>
#include <vector>

using testing::HasSubstr;
using tests::parse;
using What = cm::AdminCommand::What;

namespace {

cm::AdminCommand command(std::initializer_list<const char*> words) {
    cm::Options options = parse(words);
    if (const auto* fault = std::get_if<cm::UsageFault>(&options)) ADD_FAILURE() << fault->text;
    return std::get<cm::AdminCommand>(options);
}

TEST(AdminOptionsTest, SayWhereTheDaemonIs) {
    cm::AdminCommand status = command({"status"});
    EXPECT_EQ(status.what, What::Status);
    EXPECT_EQ(status.socket + status.config_file + status.token_file, "");
    EXPECT_FALSE(status.json);
    status = command({"status", "--socket", "/s", "--token-file", "/t", "--json"});
    EXPECT_EQ(status.socket, "/s");
    EXPECT_EQ(status.token_file, "/t");
    EXPECT_TRUE(status.json);
    EXPECT_EQ(command({"reload", "-c", "a.xml"}).config_file, "a.xml");
    EXPECT_TRUE(
        std::holds_alternative<cm::UsageFault>(parse({"status", "--socket", "/s", "-c", "a.xml"})));
}

TEST(AdminOptionsTest, ListWhatIsAskedFor) {
    cm::AdminCommand listing =
        command({"sessions", "--search", "bob", "--transport", "bosh", "--state", "open", "--sort",
                 "queue", "--reverse", "--limit", "7"});
    EXPECT_EQ(listing.what, What::Sessions);
    EXPECT_EQ(listing.search, "bob");
    EXPECT_EQ(listing.transport, "bosh");
    EXPECT_EQ(listing.state, "open");
    EXPECT_EQ(listing.sort, "queue");
    EXPECT_TRUE(listing.reverse);
    EXPECT_EQ(listing.limit, 7U);
    for (auto wrong : {"--sort=size", "--transport=http", "--state=x", "--limit=1001"}) {
        EXPECT_TRUE(std::holds_alternative<cm::UsageFault>(parse({"sessions", wrong}))) << wrong;
    }
}

TEST(AdminOptionsTest, NameASession) {
    EXPECT_EQ(command({"session", "ws-3"}).what, What::Session);
    EXPECT_EQ(command({"kill", "ws-3"}).what, What::Kill);
    cm::AdminCommand trace = command({"trace", "bob@chat.example", "--bodies"});
    EXPECT_EQ(trace.what, What::Trace);
    EXPECT_EQ(trace.subject, "bob@chat.example");
    EXPECT_TRUE(trace.bodies);
    EXPECT_EQ(command({"log-level", "debug"}).subject, "debug");
    cm::Options none = parse({"kill"});
    ASSERT_TRUE(std::holds_alternative<cm::UsageFault>(none));
    EXPECT_THAT(std::get<cm::UsageFault>(none).text, HasSubstr("Try 'boshcm kill --help'"));
}

TEST(AdminOptionsTest, DrainByADeadlineOrNotAtAll) {
    EXPECT_EQ(command({"drain"}).deadline, std::nullopt);
    EXPECT_EQ(command({"drain", "--deadline", "5m"}).deadline, std::chrono::seconds(300));
    EXPECT_EQ(command({"drain", "--deadline", "1500ms"}).deadline, std::chrono::seconds(2));
    EXPECT_TRUE(command({"drain", "--cancel"}).cancel);
    EXPECT_TRUE(
        std::holds_alternative<cm::UsageFault>(parse({"drain", "--cancel", "--deadline", "5m"})));
    EXPECT_TRUE(std::holds_alternative<cm::UsageFault>(parse({"drain", "--deadline", "soon"})));
}

} // namespace
