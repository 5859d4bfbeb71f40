#include "probe/message.h"

#include "tls/base64.h"
#include "tls/random.h"

#include <algorithm>
#include <array>

namespace probe {

std::string new_message_id() {
    std::array<uint8_t, 12> bytes{};
    tls::fill_random(bytes);
    return "probe-" + tls::base64url(bytes);
}

std::string message_to(std::string_view jid, std::string_view id, std::string_view words) {
    std::string text = "<message xmlns='jabber:client' type='headline' to='";
    // A JID comes from the server and may hold what an attribute may not.
    for (char c : jid) {
        switch (c) {
        case '&': text += "&amp;"; break;
        case '<': text += "&lt;"; break;
        case '\'': text += "&apos;"; break;
        default: text += c;
        }
    }
    text += "' id='";
    text += id;
    text += "'><body>";
    text += words;
    text += "</body><no-store xmlns='urn:xmpp:hints'/></message>";
    return text;
}

Delivery delivery_of(const std::vector<Element>& received, std::string_view id) {
    auto found = std::ranges::find_if(received, [&](const Element& each) {
        return each.name == "message" &&
               each.attribute("id") == id; // libstrophe drops jabber:client
    });
    if (found == received.end()) return Delivery::Awaited;
    return found->attribute("type") == "error" ? Delivery::Returned : Delivery::Arrived;
}

} // namespace probe
