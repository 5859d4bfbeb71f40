// What is wrong with the WebSocket part of a configuration.
#include "cm/config_loader.h"
#include "tests/cm/config_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using tests::minimal_config;

namespace {

struct BadWebsocket {
    const char* name;
    std::string text;
    std::vector<std::string> errors;
};

void PrintTo(const BadWebsocket& config, std::ostream* out) {
    *out << config.name;
}

class BadWebsocketTest : public testing::TestWithParam<BadWebsocket> {};

// Rows: W-009, W-066, S-030, S-033, S-045
TEST_P(BadWebsocketTest, IsReportedWithLineFoundAndExpected) {
    std::vector<std::string> lines;
    cm::LoadResult result = cm::load_text(GetParam().text, "cm.xml");
    if (!result)
        for (const cm::ConfigError& error : result.error()) lines.push_back(cm::to_string(error));
    EXPECT_EQ(lines, GetParam().errors);
}

const BadWebsocket kBadWebsockets[] = {
    {"PathOfStaticFiles",
     minimal_config("<static path='/xmpp-websocket/' directory='/'/>"),
     {"cm.xml:4: <static path=\"/xmpp-websocket/\">: found the path /xmpp-websocket/ a second "
      "time, "
      "expected each path once; the first is as the default of <websocket>"}},
    {"PathOfBosh",
     minimal_config("<websocket path='/a'/>\n<bosh path='/a/'/>"),
     {"cm.xml:4: <websocket path=\"/a\">: found the path /a/ a second time, expected each path "
      "once; "
      "the first is in line 5"}},
    {"OutboxAboveItsLimit",
     minimal_config("<websocket outbox-high='1MiB' outbox-limit='64KiB'/>"),
     {"cm.xml:4: <websocket outbox-high=\"1MiB\" outbox-limit=\"64KiB\">: found outbox-high 1MiB "
      "and "
      "outbox-limit 64KiB, expected outbox-high less than outbox-limit"}},
    {"StarAmongOtherOrigins",
     minimal_config(
         "<websocket><origin>https://a.example</origin>\n<origin>*</origin></websocket>"),
     {"cm.xml:5: <origin>: found \"*\" among other origins, expected \"*\" alone, or only the "
      "origins "
      "that may"}},
    {"SeeOtherUriInClear",
     minimal_config("<websocket see-other-uri='ws://a.example/'/>"),
     {"cm.xml:4: <websocket see-other-uri=\"ws://a.example/\">: found \"ws://a.example/\", "
      "expected an "
      "absolute wss or https URI without fragment, such as wss://chat.example.org/xmpp-websocket"}},
    {"ForeignDomainsForEverySite",
     minimal_config("<bosh><cors><origin>https://a.example</origin></cors></bosh>\n"
                    "<domain name='*'/>"),
     {"cm.xml:5: <domain name=\"*\">: found foreign domains by WebSocket for the pages of every "
      "site, expected an <origin> in <websocket> for each site that may use this program as its "
      "way "
      "to any domain, or enabled=\"false\" there"}},
};

INSTANTIATE_TEST_SUITE_P(All, BadWebsocketTest, testing::ValuesIn(kBadWebsockets),
                         [](const auto& each) { return std::string(each.param.name); });

} // namespace
