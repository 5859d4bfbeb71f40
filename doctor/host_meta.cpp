#include "doctor/host_meta.h"

#include "xmpp/xml_text.h"

#include <nlohmann/json.hpp>

namespace doctor {

namespace {

constexpr std::string_view kBosh = "urn:xmpp:alt-connections:xbosh";
constexpr std::string_view kWebSocket = "urn:xmpp:alt-connections:websocket";

void add(HostMetaLinks& links, std::string_view rel, const std::string& href) {
    if (rel == kBosh && links.bosh.empty()) links.bosh = href;
    if (rel == kWebSocket && links.websocket.empty()) links.websocket = href;
}

// Of a start tag; clients that read host-meta by other means than a parser do the same.
std::string attribute(std::string_view tag, std::string_view name) {
    for (size_t at = tag.find(name); at != tag.npos; at = tag.find(name, at + 1)) {
        size_t quote = tag.find_first_not_of(" \t\r\n=", at + name.size());
        bool named = at > 0 && xmpp::is_white_space(tag[at - 1]);
        if (!named || quote == tag.npos || (tag[quote] != '"' && tag[quote] != '\'')) continue;
        size_t end = tag.find(tag[quote], quote + 1);
        if (end == tag.npos) return {};
        std::string value(tag.substr(quote + 1, end - quote - 1));
        for (size_t amp = 0; (amp = value.find("&amp;", amp)) != value.npos; ++amp) {
            value.replace(amp, 5, "&");
        }
        return value;
    }
    return {};
}

} // namespace

std::optional<HostMetaLinks> links_in_xrd(std::string_view document) {
    if (!document.contains("<XRD")) return std::nullopt;
    HostMetaLinks links;
    while (document.contains("<!--")) { // what is commented out counts for nobody
        size_t begin = document.find("<!--");
        size_t end = document.find("-->", begin);
        auto before = links_in_xrd("<XRD" + std::string(document.substr(0, begin)));
        add(links, kBosh, before->bosh);
        add(links, kWebSocket, before->websocket);
        if (end == document.npos) return links;
        document.remove_prefix(end + 3);
    }
    for (size_t at = 0; (at = document.find("<Link", at)) != document.npos; ++at) {
        std::string_view tag = document.substr(at, document.find('>', at) - at);
        add(links, attribute(tag, "rel"), attribute(tag, "href"));
    }
    return links;
}

std::optional<HostMetaLinks> links_in_jrd(std::string_view document) {
    auto parsed = nlohmann::json::parse(document, nullptr, false);
    if (!parsed.is_object()) return std::nullopt;
    HostMetaLinks links;
    auto listed = parsed.find("links");
    if (listed == parsed.end() || !listed->is_array()) return links;
    for (const auto& each : *listed) {
        if (!each.is_object() || !each.contains("rel") || !each["rel"].is_string()) continue;
        if (!each.contains("href") || !each["href"].is_string()) continue;
        add(links, each["rel"].get<std::string>(), each["href"].get<std::string>());
    }
    return links;
}

} // namespace doctor
