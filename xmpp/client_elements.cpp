#include "xmpp/client_elements.h"

#include "base/error.h"
#include "xmpp/namespaces.h"
#include "xmpp/stanza_address.h"
#include "xmpp/stream_framer.h"

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace xmpp {

namespace {

using base::ByteView;

constexpr std::string_view kExternal = "EXTERNAL";
constexpr ByteView kSaslRefusal =
    "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><invalid-mechanism/></failure>";
constexpr ByteView kSasl2Refusal =
    "<failure xmlns='urn:xmpp:sasl:2'>"
    "<invalid-mechanism xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>";

bool is_external(std::string_view mechanism) {
    return std::ranges::equal(mechanism, kExternal, [](char given, char upper) {
        return given == upper || (given >= 'a' && given <= 'z' && given - 'a' + 'A' == upper);
    });
}

// Does the element begin a login by EXTERNAL? Then: what the client is told.
class ExternalVisitor final : public XmlVisitor {
public:
    void on_start(unsigned depth, const XmlStartTag& tag) override {
        if (depth > 0 || !is_external(tag.attribute("mechanism"))) return;
        if (tag.local == "auth" && tag.uri == kSaslNamespace) refusal = kSaslRefusal;
        if (tag.local == "authenticate" && tag.uri == kSasl2Namespace) refusal = kSasl2Refusal;
    }
    void on_end(unsigned) override {}

    ByteView refusal;
};

class Sorter {
public:
    Sorter(XmlCheck& check, base::SlicePool& pool, const ServerRules& rules)
        : check_(check), pool_(pool), rules_(rules) {}

    // False: nothing after it is looked at.
    bool take(ByteView element) {
        if (rules_.refuses_external && refuse_external(element)) return true;
        if (rules_.max_bytes == 0 || element.size() <= rules_.max_bytes) {
            sorted_.to_server.push(base::Slice::copy(pool_, element));
            return true;
        }
        sorted_.ends = !refuse_size(element);
        return !sorted_.ends;
    }

    [[nodiscard]] SortedElements result() && { return std::move(sorted_); }

private:
    bool refuse_external(ByteView element) {
        ExternalVisitor visitor;
        if (!check_.run(std::span(&element, 1), visitor) || visitor.refusal.empty()) return false;
        sorted_.to_client.push_back({.bytes = base::Slice::literal(visitor.refusal)});
        return true;
    }

    // False: nobody can be told.
    bool refuse_size(ByteView element) {
        if (rules_.managed) return false;
        auto address = read_address(check_, element);
        if (!address) return false;
        if (address->is_answered_by_error()) {
            std::string attributes = " xmlns='jabber:client'" + address->swapped;
            std::string error = error_stanza(address->name, attributes, refusal("modify"));
            // Not of its kind: what comes of the server's own tells more (ClientStanding).
            sorted_.to_client.push_back({.bytes = base::Slice::copy(pool_, error)});
        } else if (address->name == "iq" && address->type == "result") {
            // Somebody waits for it.
            std::string error = error_stanza(address->name, address->same, refusal("cancel"));
            sorted_.to_server.push(base::Slice::copy(pool_, error));
        }
        return true;
    }

    [[nodiscard]] std::string refusal(std::string_view type) const {
        return "<error type='" + std::string(type) +
               "'><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
               "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>"
               "the server takes at most " +
               std::to_string(rules_.max_bytes) + " bytes</text></error>";
    }

    XmlCheck& check_;
    base::SlicePool& pool_;
    const ServerRules& rules_;
    SortedElements sorted_;
};

} // namespace

SortedElements sort_out(XmlCheck& check, base::SlicePool& pool, const base::SliceChain& elements,
                        const ServerRules& rules) {
    constexpr ByteView kParent = "<s>"; // the framer looks for the children of a root
    std::string text = elements.to_string();
    Sorter sorter(check, pool, rules);
    // They passed their own limits when they came in, before declarations were added.
    StreamFramer framer({.max_tag_bytes = std::numeric_limits<uint32_t>::max(),
                         .max_depth = std::numeric_limits<uint16_t>::max(),
                         .max_attributes = std::numeric_limits<uint16_t>::max(),
                         .max_element_bytes = std::numeric_limits<uint32_t>::max()});
    CM_ASSERT(framer.next(kParent).has_value());
    ByteView rest = text;
    bool more = true;
    while (more && !rest.empty()) {
        auto step = framer.next(rest);
        CM_ASSERT(step.has_value());
        more = step->event == StreamFramer::Event::Element &&
               sorter.take(rest.substr(step->begin, step->end - step->begin));
        rest.remove_prefix(step->end);
    }
    return std::move(sorter).result();
}

} // namespace xmpp
