#include "bosh/body_attributes.h"

#include "xmpp/namespaces.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace bosh {

namespace {

constexpr std::string_view kXbosh = "urn:xmpp:xbosh";

// Digits only, no sign, not empty. What is too large for 64 bits counts as the largest.
std::optional<uint64_t> to_number(std::string_view text) {
    if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    uint64_t number = 0;
    auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    return result.ec == std::errc::result_out_of_range ? std::numeric_limits<uint64_t>::max()
                                                       : number;
}

// B-026: values above the range of the type are taken as its largest; they mean "very much".
bool read_clamped(std::string_view text, uint32_t largest, std::optional<uint32_t>& out) {
    auto number = to_number(text);
    if (!number) return false;
    out = static_cast<uint32_t>(std::min<uint64_t>(*number, largest));
    return true;
}

// B-046: `major.minor`, two separate integers.
bool read_version(std::string_view text, CreationAttributes& creation) {
    size_t dot = text.find('.');
    if (dot == std::string_view::npos) return false;
    std::optional<uint32_t> major;
    std::optional<uint32_t> minor;
    if (!read_clamped(text.substr(0, dot), UINT16_MAX, major)) return false;
    if (!read_clamped(text.substr(dot + 1), UINT16_MAX, minor)) return false;
    creation.ver.emplace(*major, *minor);
    return true;
}

const char* read_creation(std::string_view name, std::string_view value,
                          CreationAttributes& creation) {
    if (name == "content") {
        creation.content = value;
        creation.has_content = true;
    } else if (name == "ver") {
        if (!read_version(value, creation)) return "ver is not major.minor";
    } else if (name == "wait") {
        if (!read_clamped(value, 65'535, creation.wait)) return "wait is no number";
    } else if (name == "hold") {
        if (!read_clamped(value, 255, creation.hold)) return "hold is no number";
    }
    return nullptr;
}

const char* read_common(std::string_view name, std::string_view value, BodyIn& body) {
    if (name == "sid") {
        body.sid = value;
        body.has_sid = true;
    } else if (name == "rid") {
        auto rid = to_number(value);
        if (rid >= 1U && rid <= kHighestRid) body.rid = rid;
    } else if (name == "type") {
        if (value == "terminate") body.type = BodyIn::Type::Terminate;
        if (value == "error") body.type = BodyIn::Type::Error;
    } else if (name == "to") {
        body.to = value;
    } else if (name == "route") {
        body.route = value;
    } else if (name == "from") {
        body.from = value;
    } else if (name == "key") {
        body.key = value;
    } else if (name == "newkey") {
        body.newkey = value;
    } else if (name == "stream") {
        body.stream = value;
    } else if (name == "pause") {
        if (!read_clamped(value, UINT32_MAX, body.pause)) return "pause is no number";
    } else if (name == "ack") {
        body.ack = to_number(value);
        if (!body.ack) return "ack is no number";
    }
    return nullptr;
}

const char* read_xbosh(std::string_view name, std::string_view value, BodyIn& body) {
    // `version` is read nowhere: whatever the client says, 1.0 goes upstream.
    if (name != "restart") return nullptr;
    if (value == "true" || value == "1") {
        body.restart = true;
    } else if (value != "false" && value != "0") {
        return "xmpp:restart is no boolean";
    }
    return nullptr;
}

} // namespace

const char* read_attributes(const xmpp::XmlStartTag& tag, Decoded& decoded) {
    const char* fault = nullptr;
    const char* creation_fault = nullptr;
    // Reads on after a fault: sid and rid may stand behind it (B-306).
    for (const xmpp::XmlAttribute& attribute : tag.attributes) {
        if (attribute.uri == kXbosh) {
            const char* found = read_xbosh(attribute.local, attribute.value, decoded.body);
            if (found != nullptr) fault = found;
        } else if (attribute.uri == xmpp::kXmlNamespace && attribute.local == "lang") {
            decoded.body.lang = attribute.value;
        } else if (attribute.uri.empty()) {
            const char* found = read_creation(attribute.local, attribute.value, decoded.creation);
            if (found != nullptr) creation_fault = found;
            found = read_common(attribute.local, attribute.value, decoded.body);
            if (found != nullptr) fault = found;
        }
    }
    // What only creation requests carry is ignored elsewhere, also when it is wrong (B-009).
    if (fault == nullptr && !decoded.body.has_sid) fault = creation_fault;
    return fault;
}

} // namespace bosh
