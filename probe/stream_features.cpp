#include "probe/stream_features.h"

#include "probe/diagnosis.h"
#include "xmpp/namespaces.h"

namespace probe {

std::vector<std::string> mechanisms_in(const Element& features) {
    std::vector<std::string> mechanisms;
    if (const Element* offer = features.child("mechanisms", xmpp::kSaslNamespace)) {
        for (const Element& each : offer->children) {
            if (each.is("mechanism", xmpp::kSaslNamespace)) mechanisms.push_back(each.text);
        }
    }
    return mechanisms;
}

std::vector<std::string> add_facts(Step& step, const Element& features) {
    std::vector<std::string> mechanisms = mechanisms_in(features);
    std::vector<std::string> names;
    names.reserve(features.children.size());
    for (const Element& each : features.children) names.push_back(each.name);
    step.add("features", std::move(names));
    step.add("mechanisms", mechanisms);
    return mechanisms;
}

std::optional<std::string> lack_of_mechanism(const std::vector<std::string>& mechanisms,
                                             const Account& account) {
    if (!account.given() || !mechanism_for(mechanisms, account.anonymous).empty()) {
        return std::nullopt;
    }
    if (mechanisms.empty()) return "it offers no SASL mechanism at all";
    std::string offered = "it offers only";
    for (const std::string& each : mechanisms) offered += ' ' + each;
    return offered;
}

} // namespace probe
