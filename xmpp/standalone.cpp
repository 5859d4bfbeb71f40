#include "xmpp/standalone.h"

#include "xmpp/namespaces.h"
#include "xmpp/stream_framer.h"
#include "xmpp/xml_text.h"

#include <limits>
#include <utility>

namespace xmpp {

namespace {

class PlainWriter final : public XmlVisitor {
public:
    void on_start(unsigned depth, const XmlStartTag& tag) override {
        finish_tag();
        text += '<';
        text += tag.local;
        if (tag.uri != (depth == 0 ? "" : open_.back().uri)) {
            append_attribute(text, "xmlns", tag.uri);
        }
        // All prefixes stay declared: values may hold names with them.
        for (const auto& [prefix, uri] : tag.declarations) {
            if (!prefix.empty()) {
                append_attribute(text, "xmlns:" + std::string(prefix), uri);
            }
        }
        for (const XmlAttribute& attribute : tag.attributes) {
            std::string name(attribute.prefix);
            if (!name.empty()) {
                name += ':';
            }
            append_attribute(text, name.append(attribute.local), attribute.value);
        }
        open_.push_back({.local = std::string(tag.local), .uri = std::string(tag.uri)});
        in_tag_ = true;
    }
    void on_end(unsigned /*depth*/) override {
        if (std::exchange(in_tag_, false)) {
            text += "/>";
        } else {
            text += "</" + open_.back().local + ">";
        }
        open_.pop_back();
    }
    void on_text(unsigned /*depth*/, std::string_view content) override {
        finish_tag();
        append_escaped(text, content);
    }

    std::string text;

private:
    struct Open {
        std::string local;
        std::string uri;
    };
    void finish_tag() {
        if (std::exchange(in_tag_, false)) {
            text += '>';
        }
    }

    std::vector<Open> open_;
    bool in_tag_ = false; // the start tag's ">" is not written yet
};

// What the children inherit, and the root's own attributes. Those with a prefix are not kept: no
// specification has any, and the language goes to the children.
class StreamElementVisitor final : public XmlVisitor {
public:
    void on_start(unsigned depth, const XmlStartTag& tag) override {
        inherited.on_start(depth, tag);
        if (depth > 0) return;
        for (const XmlAttribute& attribute : tag.attributes) {
            if (attribute.prefix.empty()) {
                append_attribute(attributes, attribute.local, attribute.value);
            }
        }
    }
    void on_end(unsigned depth) override { inherited.on_end(depth); }

    InheritanceVisitor inherited;
    std::string attributes;
};

} // namespace

base::Result<std::string> without_prefixes(XmlCheck& check, base::ByteView document) {
    PlainWriter writer;
    auto checked = check.run(std::span(&document, 1), writer);
    if (!checked) return std::unexpected(checked.error());
    return std::move(writer.text);
}

base::Result<StreamElement> take_apart(XmlCheck& check, base::ByteView document) {
    StreamElementVisitor visitor;
    auto checked = check.run(std::span(&document, 1), visitor);
    if (!checked) return std::unexpected(checked.error());
    StreamElement element{.attributes = std::move(visitor.attributes)};
    // Its size and depth have been limited already, as those of an element of the stream.
    constexpr uint32_t kUnlimited = std::numeric_limits<uint32_t>::max();
    StreamFramer framer({.max_tag_bytes = kUnlimited, .max_element_bytes = kUnlimited});
    while (!framer.finished()) {
        auto step = framer.next(document);
        if (!step) return std::unexpected(step.error());
        if (step->event == StreamFramer::Event::Element) {
            size_t index = element.children.size();
            if (index == visitor.inherited.children().size()) break;
            const ElementFacts& facts = visitor.inherited.children()[index];
            std::string child(document.substr(step->begin, step->name_end));
            append_inherited(child, visitor.inherited.scope(), facts, true);
            child += document.substr(step->begin + step->name_end,
                                     step->end - step->begin - step->name_end);
            if (facts.prefixed_root) {
                auto plain = without_prefixes(check, child);
                if (!plain) return std::unexpected(plain.error());
                child = *std::move(plain);
            }
            element.children.push_back({.facts = facts, .document = std::move(child)});
        }
        if (step->event == StreamFramer::Event::None) break;
        document.remove_prefix(step->end);
    }
    if (!framer.finished() || element.children.size() != visitor.inherited.children().size()) {
        return base::fail(base::Category::Xml, XmlFault::Disagreement, "children of features");
    }
    return element;
}

std::string StreamElement::to_string(std::string_view local) const {
    std::string text = "<stream:";
    text += local;
    append_attribute(text, "xmlns:stream", kStreamsNamespace);
    text += attributes;
    if (children.empty()) return text += "/>";
    text += '>';
    for (const Child& child : children) {
        text += child.document;
    }
    text += "</stream:";
    text += local;
    return text += '>';
}

} // namespace xmpp
