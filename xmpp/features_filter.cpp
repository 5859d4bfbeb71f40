#include "xmpp/features_filter.h"

#include "xmpp/namespaces.h"
#include "xmpp/standalone.h"
#include "xmpp/stream_framer.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace xmpp {

namespace {

constexpr std::string_view kPlusSuffix = "-PLUS";

bool never_works(const ElementFacts& child) {
    return (child.local == "starttls" && child.uri == kTlsNamespace) ||
           (child.local == "compression" && child.uri == kCompressFeatureNamespace);
}

bool lists_binding_types(const ElementFacts& child) {
    return child.local == "sasl-channel-binding" && child.uri == kChannelBindingNamespace;
}

bool lists_mechanisms(const ElementFacts& child) {
    return (child.local == "mechanisms" && child.uri == kSaslNamespace) ||
           (child.local == "authentication" && child.uri == kSasl2Namespace);
}

// The mechanism named by each child of the root; empty for a child that names none.
class MechanismVisitor final : public XmlVisitor {
public:
    void on_start(unsigned depth, const XmlStartTag& tag) override {
        if (depth == 0) {
            uri_ = tag.uri;
        } else if (depth == 1) {
            is_mechanism_ = tag.local == "mechanism" && tag.uri == uri_;
            names.emplace_back();
        }
    }
    void on_end(unsigned /*depth*/) override {}
    void on_text(unsigned depth, std::string_view text) override {
        if (depth == 1 && is_mechanism_) {
            names.back() += text;
        }
    }

    std::vector<std::string> names;

private:
    std::string uri_;
    bool is_mechanism_ = false;
};

// Empty if no mechanism is left.
base::Result<std::string> without_plus(XmlCheck& check, base::ByteView container) {
    MechanismVisitor visitor;
    auto checked = check.run(std::span(&container, 1), visitor);
    if (!checked) return std::unexpected(checked.error());
    bool left = std::ranges::any_of(visitor.names, [](const std::string& name) {
        return !name.empty() && !name.ends_with(kPlusSuffix);
    });
    if (!left) return {};
    std::string kept;
    StreamFramer framer;
    size_t at = 0;     // given to the framer
    size_t copied = 0; // given to `kept`, or left out
    for (const std::string& name : visitor.names) {
        StreamFramer::Step step;
        do {
            auto next = framer.next(container.substr(at));
            if (!next) return std::unexpected(next.error());
            step = *next;
            step.begin += at;
            at += step.end;
        } while (step.event == StreamFramer::Event::RootOpen);
        if (step.event != StreamFramer::Event::Element) {
            return base::fail(base::Category::Xml, XmlFault::Disagreement, "mechanisms");
        }
        if (name.ends_with(kPlusSuffix)) {
            kept += container.substr(copied, step.begin - copied);
            copied = at;
        }
    }
    return kept += container.substr(copied);
}

} // namespace

base::Result<std::string> filter_features(XmlCheck& check, base::ByteView features,
                                          ChannelBinding channel_binding) {
    auto element = take_apart(check, features);
    if (!element) return std::unexpected(element.error());
    bool strip = channel_binding == ChannelBinding::Strip;
    std::erase_if(element->children, [&](const StreamElement::Child& child) {
        return never_works(child.facts) || (strip && lists_binding_types(child.facts));
    });
    for (StreamElement::Child& child : element->children) {
        if (!strip || !lists_mechanisms(child.facts)) continue;
        auto stripped = without_plus(check, child.document);
        if (!stripped) return std::unexpected(stripped.error());
        child.document = *std::move(stripped);
    }
    return element->to_string("features");
}

} // namespace xmpp
