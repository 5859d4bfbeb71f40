#include "xmpp/stream_address.h"

#include "xmpp/domain.h"

#include <utility>

namespace xmpp {

std::expected<StreamParameters, AddressFault> address_stream(std::string_view to,
                                                             std::string_view from,
                                                             std::string_view lang,
                                                             const Domains& domains) {
    auto refuse = [](StreamCondition condition, const char* what) {
        return std::unexpected(AddressFault{.condition = condition, .what = what});
    };
    if (to.empty()) return refuse(StreamCondition::ImproperAddressing, "no to");
    auto domain = Domain::parse(to);
    if (!domain) return refuse(StreamCondition::ImproperAddressing, "to is no bare domain");
    switch (domains.standing(domain->name)) {
    case Domains::Standing::Unknown:
        return refuse(StreamCondition::HostUnknown, "domain not served");
    case Domains::Standing::Retired: return refuse(StreamCondition::HostGone, "domain retired");
    case Domains::Standing::Served: break;
    }
    StreamParameters parameters{.to = std::move(domain->name)};
    if (!from.empty()) {
        auto jid = Jid::parse(from);
        if (!jid) return refuse(StreamCondition::ImproperAddressing, "from is no JID");
        if (jid->domain == parameters.to) parameters.from = jid->bare();
    }
    if (is_language_tag(lang)) parameters.lang = lang;
    return parameters;
}

} // namespace xmpp
