#include "bosh/creation.h"

#include "bosh/key_sequence.h"
#include "bosh/media_type.h"
#include "xmpp/stream_address.h"
#include "xmpp/xml_text.h"

#include <algorithm>

namespace bosh {

namespace {

using std::chrono::seconds;

constexpr uint16_t kOurMinorVersion = 11; // XEP-0124 1.11
constexpr seconds kLeastPollingInactivity{120};
constexpr size_t kUsualAttributeBytes = 256; // of an answer; more are made room for

// B-073: the lower of the two, compared as numbers: 1.10 is above 1.9. A client of a later major
// version speaks a protocol that we do not know; we offer ours.
uint16_t granted_minor(std::pair<uint32_t, uint32_t> asked) {
    if (asked.first > 1) return kOurMinorVersion;
    if (asked.first < 1) return 0;
    return static_cast<uint16_t>(std::min<uint32_t>(asked.second, kOurMinorVersion));
}

// XEP-0124 §17.2 has the same words for these.
Condition condition_of(xmpp::StreamCondition condition) {
    switch (condition) {
    case xmpp::StreamCondition::HostGone: return Condition::HostGone;
    case xmpp::StreamCondition::HostUnknown: return Condition::HostUnknown;
    default: return Condition::ImproperAddressing;
    }
}

} // namespace

std::expected<StreamTerms, Refusal> negotiate_stream(const BodyIn& body, const Settings& settings,
                                                     const Domains& domains) {
    auto refuse = [](Condition condition, const char* what) {
        return std::unexpected(Refusal{.condition = condition, .legacy = false, .what = what});
    };

    const std::string& to = body.to.empty() ? settings.default_domain : body.to;
    auto address = xmpp::address_stream(to, body.from, body.lang, domains);
    if (!address) return refuse(condition_of(address.error().condition), address.error().what);
    StreamTerms terms{.to = std::move(address->to),
                      .from = std::string_view(address->from),
                      .lang = std::string_view(address->lang)};
    if (auto routes = domains.routes(terms.to); !body.route.empty() && !routes.empty()) {
        auto route = Route::parse(body.route);
        if (!route) return refuse(Condition::BadRequest, "route is not xmpp:host:port");
        auto found = std::ranges::find(routes, *route);
        if (found == routes.end()) return refuse(Condition::HostUnknown, "route not allowed");
        terms.server = static_cast<xmpp::ServerIndex>(1 + (found - routes.begin()));
    }
    return terms;
}

std::expected<Granted, Refusal> negotiate(const BodyIn& body, const CreationAttributes& creation,
                                          const Settings& settings, const Domains& domains) {
    Terms terms;
    terms.legacy = !creation.ver;
    auto refuse = [&](Condition condition, const char* what) {
        return std::unexpected(Refusal{condition, terms.legacy, what});
    };

    if (!body.rid) return refuse(Condition::BadRequest, "rid missing or out of range");
    terms.rid = *body.rid;
    if (body.type == BodyIn::Type::Terminate) {
        return refuse(Condition::BadRequest, "terminate without a session");
    }
    if (creation.has_content) {
        auto type = parse_media_type(creation.content);
        if (!type) return refuse(Condition::BadRequest, "content is no media type");
        bool listed =
            std::ranges::find(settings.content_types, *type) != settings.content_types.end();
        if (!listed) return refuse(Condition::BadRequest, "content is not on the list");
        if (creation.content != kDefaultContentType) {
            terms.content_type = std::string_view(creation.content);
        }
    }

    if (!body.newkey.empty() && !KeySequence::is_key(body.newkey)) { // B-246
        return refuse(Condition::BadRequest, "newkey is no key");
    }

    auto stream = negotiate_stream(body, settings, domains);
    if (!stream) return refuse(stream.error().condition, stream.error().what);

    if (creation.ver) terms.ver_minor = granted_minor(*creation.ver);
    terms.wait =
        creation.wait ? std::min(settings.wait_max, seconds(*creation.wait)) : settings.wait_max;
    terms.hold = std::min(creation.hold.value_or(1), settings.hold_max);
    terms.requests = terms.hold + 1;
    terms.polling = terms.wait == seconds(0) || terms.hold == 0;
    terms.polling_interval = settings.polling;
    terms.accept = settings.compression;
    if (!terms.legacy) { // B-047
        terms.maxpause = settings.maxpause;
        terms.acks = body.ack == 1U;
        terms.multiple_streams = settings.max_streams > 1;
    }
    terms.inactivity = settings.inactivity;
    if (terms.polling) { // B-086
        terms.inactivity =
            std::max(kLeastPollingInactivity, settings.inactivity + 2 * settings.polling);
    }
    return Granted{.terms = std::move(terms), .stream = *std::move(stream)};
}

std::string creation_attributes(std::string_view sid, const Terms& terms, std::string_view stream) {
    std::string out;
    out.reserve(kUsualAttributeBytes);
    auto number = [](seconds value) { return static_cast<uint64_t>(value.count()); };
    xmpp::append_attribute(out, "sid", sid);
    append_number(out, "wait", number(terms.wait));
    append_number(out, "requests", terms.requests);
    append_number(out, "inactivity", number(terms.inactivity));
    append_number(out, "polling", number(terms.polling_interval));
    if (terms.accept) xmpp::append_attribute(out, "accept", "gzip,deflate");
    if (!terms.legacy) { // B-047
        xmpp::append_attribute(out, "ver", "1." + std::to_string(terms.ver_minor));
        append_number(out, "hold", terms.hold);
        append_number(out, "maxpause", number(terms.maxpause));
        if (terms.acks) append_number(out, "ack", terms.rid);
    }
    if (!stream.empty()) xmpp::append_attribute(out, "stream", stream);
    xmpp::append_attribute(out, "xmpp:restartlogic", "true");
    return out;
}

} // namespace bosh
