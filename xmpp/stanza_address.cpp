#include "xmpp/stanza_address.h"

#include "xmpp/namespaces.h"
#include "xmpp/xml_text.h"

#include <span>

namespace xmpp {

namespace {

class AddressVisitor final : public XmlVisitor {
public:
    void on_start(unsigned depth, const XmlStartTag& tag) override {
        if (depth > 0) return;
        is_client_ = tag.uri.empty() || tag.uri == kClientNamespace;
        address.name = tag.local;
        address.type = tag.attribute("type");
        copy(tag, "from", "to");
        copy(tag, "to", "from");
        copy(tag, "id", "id");
    }
    void on_end(unsigned) override {}

    [[nodiscard]] bool is_stanza() const {
        const std::string& name = address.name;
        return is_client_ && (name == "message" || name == "presence" || name == "iq");
    }

    StanzaAddress address;

private:
    void copy(const XmlStartTag& tag, std::string_view name, std::string_view swapped) {
        if (!tag.has_attribute(name)) return;
        append_attribute(address.swapped, swapped, tag.attribute(name));
        append_attribute(address.same, name, tag.attribute(name));
    }

    bool is_client_ = false;
};

} // namespace

std::optional<StanzaAddress> read_address(XmlCheck& check, base::ByteView stanza) {
    AddressVisitor visitor;
    if (!check.run(std::span(&stanza, 1), visitor) || !visitor.is_stanza()) return std::nullopt;
    return std::move(visitor.address);
}

std::string error_stanza(std::string_view name, std::string_view attributes,
                         std::string_view condition) {
    std::string out = "<";
    out.append(name).append(attributes).append(" type='error'>");
    return out.append(condition).append("</").append(name).append(">");
}

} // namespace xmpp
