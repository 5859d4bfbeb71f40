#include "doctor/server_fixes.h"

#include <array>
#include <string_view>

namespace doctor {

namespace {

struct ServerRow {
    ServerTopic topic;
    std::string_view server;
    std::string_view program; // whose lines they are
    std::string_view place;
    std::string_view remove;
    std::array<std::string_view, 3> add; // {jid}, {user}, {domain}
};

constexpr auto kServerRows = std::to_array<ServerRow>({
    {ServerTopic::StanzaSize,
     "prosody",
     "prosody",
     "",
     "c2s_stanza_size_limit",
     {"c2s_stanza_size_limit = 262144"}},
    {ServerTopic::StanzaSize,
     "ejabberd",
     "ejabberd",
     "listen: of ejabberd_c2s",
     "max_stanza_size",
     {"max_stanza_size: 262144"}},

    {ServerTopic::Rate,
     "prosody",
     "prosody",
     "",
     "limits",
     {"limits = { c2s = { rate = \"1mb/s\" }, s2sin = { rate = \"30kb/s\" } }"}},
    {ServerTopic::Rate,
     "ejabberd",
     "ejabberd",
     "shaper:",
     "",
     {"web:", "  rate: 1000000", "  burst_size: 1000000"}},
    {ServerTopic::Rate, "ejabberd", "ejabberd", "shaper_rules:", "c2s_shaper", {"c2s_shaper: web"}},

    {ServerTopic::Mechanisms, "prosody", "prosody", "", "disable_sasl_mechanisms", {}},
    {ServerTopic::Mechanisms, "ejabberd", "ejabberd", "", "disable_sasl_mechanisms", {}},

    {ServerTopic::Password, "prosody", "shell", "", "", {"prosodyctl passwd {jid}"}},
    {ServerTopic::Password,
     "ejabberd",
     "shell",
     "",
     "",
     {"ejabberdctl change_password {user} {domain} PASSWORD"}},
});

std::string filled(std::string_view line, const std::string& jid) {
    std::string text(line);
    size_t sign = jid.find('@');
    const std::array<std::pair<std::string_view, std::string>, 3> values = {
        {{"{jid}", jid}, {"{user}", jid.substr(0, sign)}, {"{domain}", jid.substr(sign + 1)}}};
    for (const auto& [name, value] : values) {
        size_t at = text.find(name);
        if (at != text.npos) text.replace(at, name.size(), value);
    }
    return text;
}

} // namespace

std::vector<Fix> server_fixes(ServerTopic topic, const std::string& server,
                              const std::string& jid) {
    std::vector<Fix> found;
    for (const ServerRow& row : kServerRows) {
        if (row.topic != topic || (!server.empty() && row.server != server)) continue;
        Fix& fix = found.emplace_back(Fix{.program = std::string(row.program),
                                          .place = std::string(row.place),
                                          .remove = {},
                                          .add = {}});
        if (!row.remove.empty()) fix.remove.emplace_back(row.remove);
        for (std::string_view line : row.add) {
            if (!line.empty()) fix.add.push_back(filled(line, jid));
        }
    }
    return found;
}

} // namespace doctor
