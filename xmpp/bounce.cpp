#include "xmpp/bounce.h"

#include "xmpp/xml_text.h"

#include <array>

namespace xmpp {

namespace {

constexpr std::string_view kRecipientUnavailable =
    "<error type='wait'>"
    "<recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
constexpr std::string_view kServiceUnavailable =
    "<error type='cancel'>"
    "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

// Who sent it, to whom, and of what type.
class AddressVisitor final : public XmlVisitor {
public:
    void on_start(unsigned depth, const XmlStartTag& tag) override {
        if (depth > 0) return;
        type = tag.attribute("type");
        if (tag.has_attribute("from")) append_attribute(swapped, "to", tag.attribute("from"));
        if (tag.has_attribute("to")) append_attribute(swapped, "from", tag.attribute("to"));
        if (tag.has_attribute("id")) append_attribute(swapped, "id", tag.attribute("id"));
    }
    void on_end(unsigned) override {}

    std::string type;
    std::string swapped;
};

} // namespace

std::optional<std::string> bounce(XmlCheck& check, const Stanza& undelivered) {
    bool is_message = undelivered.kind == Stanza::Kind::Message;
    bool is_iq = undelivered.kind == Stanza::Kind::Iq;
    if (!is_message && !is_iq) return std::nullopt;
    AddressVisitor address;
    std::array<base::ByteView, 1> pieces{undelivered.bytes.view()};
    if (!check.run(pieces, address)) return std::nullopt;
    if (is_message && address.type == "error") return std::nullopt;
    if (is_iq && address.type != "get" && address.type != "set") return std::nullopt;

    std::string name = is_message ? "message" : "iq";
    std::string out = "<" + name + address.swapped + " type='error'>";
    out += is_message ? kRecipientUnavailable : kServiceUnavailable;
    return out + "</" + name + ">";
}

} // namespace xmpp
