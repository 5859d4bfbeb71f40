#include "xmpp/stream_error.h"

#include "xmpp/namespaces.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace xmpp {

namespace {

// In the order of StreamCondition, which is that of the alphabet.
constexpr std::array<std::string_view, 25> kConditionNames = {
    "bad-format",
    "bad-namespace-prefix",
    "conflict",
    "connection-timeout",
    "host-gone",
    "host-unknown",
    "improper-addressing",
    "internal-server-error",
    "invalid-from",
    "invalid-namespace",
    "invalid-xml",
    "not-authorized",
    "not-well-formed",
    "policy-violation",
    "remote-connection-failed",
    "reset",
    "resource-constraint",
    "restricted-xml",
    "see-other-host",
    "system-shutdown",
    "undefined-condition",
    "unsupported-encoding",
    "unsupported-feature",
    "unsupported-stanza-type",
    "unsupported-version",
};
static_assert(std::ranges::is_sorted(kConditionNames));

} // namespace

std::string_view to_string(StreamCondition condition) {
    return kConditionNames[static_cast<size_t>(condition)];
}

StreamCondition stream_condition_named(std::string_view name) {
    const auto* found = std::ranges::lower_bound(kConditionNames, name);
    if (found == kConditionNames.end() || *found != name)
        return StreamCondition::UndefinedCondition;
    return static_cast<StreamCondition>(found - kConditionNames.begin());
}

StreamCondition condition_for(const base::Error& fault) {
    if (fault.category == base::Category::Xml) {
        return stream_condition_named(stream_condition(static_cast<XmlFault>(fault.code)));
    }
    CM_ASSERT(fault.category == base::Category::Stream);
    return static_cast<StreamCondition>(fault.code);
}

std::string stream_error(StreamCondition condition) {
    std::string text = "<stream:error><";
    text += to_string(condition);
    text += " xmlns='";
    text += kStreamErrorsNamespace;
    text += "'/></stream:error>";
    return text;
}

} // namespace xmpp
