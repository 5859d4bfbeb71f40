#include "xmpp/bound_address.h"

#include "xmpp/namespaces.h"
#include "xmpp/xml_text.h"

#include <string>
#include <string_view>

namespace xmpp {

namespace {

std::string without_references(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        size_t taken = 1;
        std::string_view next = text.substr(0, taken);
        for (const auto& [reference, character] : kPredefinedEntities) {
            if (!text.starts_with(reference)) continue;
            next = character;
            taken = reference.size();
        }
        plain += next;
        text.remove_prefix(taken);
    }
    return plain;
}

// What stands in the first element of that name. The text is XML that has been checked.
std::string text_in(base::ByteView xml, std::string_view name) {
    for (size_t at = xml.find(name); at != base::ByteView::npos; at = xml.find(name, at + 1)) {
        size_t end = at + name.size();
        bool begins = at > 0 && (xml[at - 1] == '<' || xml[at - 1] == ':');
        bool ends = end < xml.size() && (xml[end] == '>' || is_white_space(xml[end]));
        if (!begins || !ends) continue;
        size_t from = xml.find('>', end);
        if (from == base::ByteView::npos) break;
        base::ByteView text = xml.substr(from + 1, xml.find('<', from) - from - 1);
        size_t first = text.find_first_not_of(kWhiteSpace);
        if (first == base::ByteView::npos) break;
        return without_references(
            text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1));
    }
    return {};
}

std::string_view of_bounded_size(std::string_view text) {
    return text.substr(0, kMostAddressBytes);
}

} // namespace

void note_address(const Stanza& stanza, ClientStanding& client, base::RareString& jid) {
    if (client.address_told) return;
    base::ByteView bytes = stanza.bytes.view();
    if (stanza.kind == Stanza::Kind::Iq && bytes.contains(kBindNamespace)) {
        std::string bound = text_in(bytes, "jid");
        if (bound.empty()) return; // it was refused
        jid = of_bounded_size(bound);
        client.address_told = true;
    } else if (stanza.authenticates) { // SASL2 tells the account, and what it has bound with it
        std::string told = text_in(bytes, "authorization-identifier");
        if (!told.empty()) jid = of_bounded_size(told);
        client.address_told = told.contains('/');
    } else if (stanza.kind == Stanza::Kind::Message || stanza.kind == Stanza::Kind::Presence ||
               stanza.enables_sm) {
        client.address_told = true; // all of these come behind it
    }
}

} // namespace xmpp
