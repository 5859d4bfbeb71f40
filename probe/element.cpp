#include "probe/element.h"

#include <algorithm>

namespace probe {

namespace {

class TreeBuilder final : public xmpp::XmlVisitor {
public:
    void on_start(unsigned depth, const xmpp::XmlStartTag& tag) override {
        open_.resize(depth);
        Element* parent = depth == 0 ? nullptr : open_.back();
        // A parent gets no further child while one of its children is open, so pointers last.
        Element& element = parent == nullptr ? root_ : parent->children.emplace_back();
        element.name = tag.local;
        element.uri = tag.uri;
        for (const xmpp::XmlAttribute& each : tag.attributes) {
            element.attributes.push_back({.name = std::string(each.local),
                                          .uri = std::string(each.uri),
                                          .value = std::string(each.value)});
        }
        open_.push_back(&element);
    }
    void on_end(unsigned /*depth*/) override { open_.pop_back(); }
    void on_text(unsigned /*depth*/, std::string_view text) override { open_.back()->text += text; }

    [[nodiscard]] Element take() { return std::move(root_); }

private:
    Element root_;
    std::vector<Element*> open_;
};

} // namespace

std::optional<Element> Element::parse(xmpp::XmlCheck& check, std::string_view document) {
    TreeBuilder builder;
    base::ByteView pieces[] = {document};
    if (!check.run(pieces, builder)) return std::nullopt;
    return builder.take();
}

std::string Element::attribute(std::string_view local, std::string_view in) const {
    auto found = std::ranges::find_if(
        attributes, [&](const Attribute& each) { return each.name == local && each.uri == in; });
    return found == attributes.end() ? std::string() : found->value;
}

const Element* Element::child(std::string_view local, std::string_view in) const {
    auto found =
        std::ranges::find_if(children, [&](const Element& each) { return each.is(local, in); });
    return found == children.end() ? nullptr : &*found;
}

std::string Element::condition(std::string_view in) const {
    auto found = std::ranges::find_if(
        children, [&](const Element& each) { return each.uri == in && each.name != "text"; });
    return found == children.end() ? std::string() : found->name;
}

} // namespace probe
