#include "xmpp/stanza_reader.h"

#include "xmpp/namespaces.h"
#include "xmpp/standalone.h"
#include "xmpp/stream_header.h"
#include "xmpp/xml_fault.h"

#include <utility>

namespace xmpp {

namespace {

Stanza::Kind kind_of(const ElementFacts& facts) {
    if (facts.uri == kClientNamespace) {
        if (facts.local == "message") return Stanza::Kind::Message;
        if (facts.local == "presence") return Stanza::Kind::Presence;
        if (facts.local == "iq") return Stanza::Kind::Iq;
    }
    if (facts.uri == kStreamsNamespace) {
        if (facts.local == "features") return Stanza::Kind::Features;
        if (facts.local == "error") return Stanza::Kind::StreamError;
    }
    return Stanza::Kind::Other;
}

// Sees in passing what the outcome of a login and of stream management is.
class StanzaVisitor final : public XmlVisitor {
public:
    StanzaVisitor(Stanza& stanza, InheritanceVisitor& inheritance)
        : stanza_(stanza), inheritance_(inheritance) {}

    void on_start(unsigned depth, const XmlStartTag& tag) override {
        inheritance_.on_start(depth, tag);
        if (depth == 1 && tag.local == "success") {
            in_sasl2_success_ = tag.uri == kSasl2Namespace;
            stanza_.authenticates = in_sasl2_success_ || tag.uri == kSaslNamespace;
        }
        // SASL2 tells inside of its success what it enabled or resumed with it.
        if (depth == 1 || in_sasl2_success_) note_stream_management(tag);
    }
    void on_end(unsigned depth) override { inheritance_.on_end(depth); }

private:
    void note_stream_management(const XmlStartTag& tag) {
        if (tag.uri != kStreamManagementNamespace) return;
        bool resumed = tag.local == "resumed";
        if (!resumed && tag.local != "enabled") return;
        std::string_view resume = tag.attribute("resume");
        stanza_.enables_sm = true;
        stanza_.resumable = resumed || resume == "true" || resume == "1";
    }

    Stanza& stanza_;
    InheritanceVisitor& inheritance_;
    bool in_sasl2_success_ = false;
};

} // namespace

base::Result<Stanza> StanzaReader::read(base::ByteView wrapper, Framed element,
                                        const FeaturePolicy& policy, StreamCondition& condition) {
    base::ByteView bytes = element.bytes;
    base::ByteView pieces[] = {wrapper, bytes, kWrapperEnd};
    Stanza stanza;
    StanzaVisitor visitor(stanza, inheritance_);
    auto checked = check_.run(pieces, visitor);
    if (!checked) return std::unexpected(checked.error());
    if (inheritance_.children().size() != 1) {
        return base::fail(base::Category::Xml, XmlFault::Disagreement, "not one element");
    }
    const ElementFacts& facts = inheritance_.children().front();
    stanza.kind = kind_of(facts);
    inherited_.clear();
    append_inherited(inherited_, inheritance_.scope(), facts, true, stanza.is_stanza());
    if (inherited_.empty() && !element.whole.empty()) {
        stanza.bytes = std::move(element.whole);
    } else {
        base::SliceBuilder builder(pool_, bytes.size() + inherited_.size());
        builder.append(bytes.substr(0, element.name_end))
            .append(inherited_)
            .append(bytes.substr(element.name_end));
        stanza.bytes = builder.take();
    }
    bool usual_form =
        stanza.is_stanza() ? !facts.prefixed_root : stanza.kind == Stanza::Kind::Other;
    return usual_form ? stanza : rewrite(std::move(stanza), policy, condition);
}

// Features, errors, and stanzas with a prefix.
base::Result<Stanza> StanzaReader::rewrite(Stanza stanza, const FeaturePolicy& policy,
                                           StreamCondition& condition) {
    base::ByteView document = stanza.bytes.view();
    base::Result<std::string> text;
    if (stanza.kind == Stanza::Kind::Features) {
        auto filtered = filter_features(check_, document, policy);
        if (!filtered) return std::unexpected(filtered.error());
        stanza.stripped_binding = filtered->stripped_binding;
        stanza.max_bytes = filtered->max_bytes;
        stanza.idle_seconds = filtered->idle_seconds;
        text = std::move(filtered->features);
    } else if (stanza.kind == Stanza::Kind::StreamError) {
        auto error = take_apart(check_, document);
        if (!error) return std::unexpected(error.error());
        for (const StreamElement::Child& child : error->children) {
            if (child.facts.uri == kStreamErrorsNamespace && child.facts.local != "text") {
                condition = stream_condition_named(child.facts.local);
            }
        }
        text = error->to_string("error");
    } else {
        text = without_prefixes(check_, document);
    }
    if (!text) return std::unexpected(text.error());
    stanza.bytes = base::Slice::copy(pool_, *text);
    return stanza;
}

} // namespace xmpp
