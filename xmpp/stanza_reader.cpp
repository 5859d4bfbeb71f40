// An element of a stream means what its wrapper, the stream's start tag, makes of it. To parse that
// with each element would be a third of the work; but hardly any uses more of it than the default
// namespace. So an element is first taken for a document of its own, whose default namespace is the
// wrapper's. Whatever that finds a fault with, such as a prefix inside that the wrapper declares,
// is read again as it stands, and that is the verdict.

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

// Of an element that stands alone: as the visitor would see it in its wrapper.
class AloneVisitor final : public XmlVisitor {
public:
    AloneVisitor(StanzaVisitor& inside, const InheritanceVisitor& inheritance)
        : inside_(inside), inheritance_(inheritance) {}

    void on_start(unsigned depth, const XmlStartTag& tag) override {
        bool inherits =
            tag.prefix.empty() && inheritance_.in_default_of_root() && !tag.declares("");
        XmlStartTag in_wrapper = tag;
        if (inherits) in_wrapper.uri = inheritance_.scope().default_uri;
        inside_.on_start(depth + 1, in_wrapper);
    }
    void on_end(unsigned depth) override { inside_.on_end(depth + 1); }

private:
    StanzaVisitor& inside_;
    const InheritanceVisitor& inheritance_;
};

} // namespace

base::Result<Stanza> StanzaReader::read(base::ByteView wrapper, Framed element,
                                        const FeaturePolicy& policy, StreamCondition& condition) {
    base::ByteView bytes = element.bytes;
    Stanza stanza;
    bool has_prefix = bytes.substr(0, element.name_end).contains(':');
    if (has_prefix || !read_alone(wrapper, bytes, stanza)) {
        stanza = {};
        if (auto done = read_in(wrapper, bytes, stanza); !done) {
            return std::unexpected(done.error());
        }
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

bool StanzaReader::read_alone(base::ByteView wrapper, base::ByteView element, Stanza& stanza) {
    if (wrapper != latest_wrapper_) return false;
    inheritance_.begin_again();
    StanzaVisitor visitor(stanza, inheritance_);
    AloneVisitor alone(visitor, inheritance_);
    base::ByteView pieces[] = {element};
    return check_.run(pieces, alone).has_value();
}

base::Result<void> StanzaReader::read_in(base::ByteView wrapper, base::ByteView element,
                                         Stanza& stanza) {
    base::ByteView pieces[] = {wrapper, element, kWrapperEnd};
    StanzaVisitor visitor(stanza, inheritance_);
    latest_wrapper_.clear();
    if (auto checked = check_.run(pieces, visitor); !checked) {
        return std::unexpected(checked.error());
    }
    if (inheritance_.children().size() != 1) {
        return base::fail(base::Category::Xml, XmlFault::Disagreement, "not one element");
    }
    latest_wrapper_ = wrapper;
    return {};
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
