#include "xmpp/features_filter.h"

#include "xmpp/namespaces.h"
#include "xmpp/standalone.h"
#include "xmpp/stream_framer.h"
#include "xmpp/xml_text.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace xmpp {

namespace {

constexpr std::string_view kPlusSuffix = "-PLUS";
constexpr std::string_view kEndpointType = "tls-server-end-point";

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

using Mechanism = std::string_view;
using Unwanted = std::function<bool(Mechanism)>;

// Empty if no mechanism is left.
base::Result<std::string> without(const Unwanted& unwanted, XmlCheck& check,
                                  base::ByteView container) {
    MechanismVisitor visitor;
    auto checked = check.run(std::span(&container, 1), visitor);
    if (!checked) return std::unexpected(checked.error());
    bool left = std::ranges::any_of(
        visitor.names, [&](const std::string& name) { return !name.empty() && !unwanted(name); });
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
        if (unwanted(name)) {
            kept += container.substr(copied, step.begin - copied);
            copied = at;
        }
    }
    return kept += container.substr(copied);
}

// What of the element's children is told in attributes or text: a number, or a binding type.
class DetailVisitor final : public XmlVisitor {
public:
    void on_start(unsigned depth, const XmlStartTag& tag) override {
        if (depth != 1) return;
        local_ = tag.local;
        has_endpoint |= tag.local == "channel-binding" && tag.attribute("type") == kEndpointType;
    }
    void on_end(unsigned depth) override {
        if (depth == 1) local_.clear();
    }
    void on_text(unsigned depth, std::string_view text) override {
        if (depth != 1) return;
        if (local_ == "max-bytes") max_bytes += text;
        if (local_ == "idle-seconds") idle_seconds += text;
    }

    bool has_endpoint = false;
    std::string max_bytes;
    std::string idle_seconds;

private:
    std::string local_;
};

// 0 for what is no number; what is too large for one is as good as the largest.
uint32_t number_in(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(kWhiteSpace), text.size()));
    while (!text.empty() && is_white_space(text.back())) text.remove_suffix(1);
    uint32_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end != text.data() + text.size() || text.empty()) return 0;
    return error == std::errc::result_out_of_range ? UINT32_MAX : number;
}

class Filter {
public:
    Filter(XmlCheck& check, const FeaturePolicy& policy) : check_(check), policy_(policy) {}

    base::Result<FilteredFeatures> run(base::ByteView features) {
        auto element = take_apart(check_, features);
        if (!element) return std::unexpected(element.error());
        std::erase_if(element->children,
                      [](const StreamElement::Child& child) { return never_works(child.facts); });
        if (auto decided = decide_on_binding(element->children); !decided) {
            return std::unexpected(decided.error());
        }
        for (StreamElement::Child& child : element->children) {
            auto rewritten = rewrite(child);
            if (!rewritten) return std::unexpected(rewritten.error());
        }
        result_.features = element->to_string("features");
        return std::move(result_);
    }

private:
    using Children = std::vector<StreamElement::Child>;

    // `endpoint` needs a server that offers it; one that does not say so is stripped.
    base::Result<void> decide_on_binding(Children& children) {
        strip_ = policy_.channel_binding != ChannelBinding::Pass;
        if (policy_.channel_binding == ChannelBinding::Endpoint) {
            auto list = std::ranges::find_if(
                children, [](const auto& child) { return lists_binding_types(child.facts); });
            if (list != children.end()) {
                DetailVisitor details;
                base::ByteView document = list->document;
                auto checked = check_.run(std::span(&document, 1), details);
                if (!checked) return checked;
                strip_ = !details.has_endpoint;
            }
        }
        if (!strip_) return {};
        result_.stripped_binding |= std::erase_if(children, [](const auto& child) {
                                        return lists_binding_types(child.facts);
                                    }) > 0;
        return {};
    }

    base::Result<void> rewrite(StreamElement::Child& child) {
        if (lists_mechanisms(child.facts)) return take_mechanisms_out(child);
        if (child.facts.local == "limits" && child.facts.uri == kLimitsNamespace) {
            return tell_limits(child);
        }
        if (policy_.channel_binding == ChannelBinding::Endpoint &&
            lists_binding_types(child.facts)) {
            child.document = "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>"
                             "<channel-binding type='tls-server-end-point'/>"
                             "</sasl-channel-binding>";
        }
        return {};
    }

    base::Result<void> take_mechanisms_out(StreamElement::Child& child) {
        bool found = false;
        Unwanted unwanted = [&](Mechanism name) {
            bool plus = strip_ && name.ends_with(kPlusSuffix);
            result_.stripped_binding |= plus;
            bool out = plus || (policy_.strip_external && name == "EXTERNAL");
            found |= out;
            return out;
        };
        auto left = without(unwanted, check_, child.document);
        if (!left) return std::unexpected(left.error());
        if (found) child.document = *std::move(left);
        return {};
    }

    // U-080: what a client may send is what both sides take, less what is added on the way.
    base::Result<void> tell_limits(StreamElement::Child& child) {
        constexpr uint32_t kAddedBytes = 256; // declarations that a stanza inherited
        DetailVisitor details;
        base::ByteView document = child.document;
        auto checked = check_.run(std::span(&document, 1), details);
        if (!checked) return checked;
        result_.max_bytes = number_in(details.max_bytes);
        result_.idle_seconds = number_in(details.idle_seconds);
        if (result_.max_bytes == 0) return {};
        uint32_t told = result_.max_bytes - std::min(result_.max_bytes, kAddedBytes);
        child.document = "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>" +
                         std::to_string(std::min(told, policy_.max_element_bytes)) +
                         "</max-bytes></limits>";
        return {};
    }

    XmlCheck& check_;
    const FeaturePolicy& policy_;
    FilteredFeatures result_;
    bool strip_ = false; // channel binding, in all its places
};

} // namespace

base::Result<FilteredFeatures> filter_features(XmlCheck& check, base::ByteView features,
                                               const FeaturePolicy& policy) {
    return Filter(check, policy).run(features);
}

} // namespace xmpp
