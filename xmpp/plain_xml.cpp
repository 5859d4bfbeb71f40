#include "xmpp/plain_xml.h"

#include "xmpp/namespaces.h"
#include "xmpp/xml_text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace xmpp {

namespace {

// What a longer document needs is not kept for the next one, and is no work of chats.
constexpr size_t kMostEvents = 1024;
constexpr size_t kMostAttributes = 16; // of one tag: all pairs are compared
constexpr std::string_view kXml = "xml";
// Two of its names are bound to prefixes, and no default namespace may be one of them.
constexpr std::string_view kReservedUris = "http://www.w3.org/";

enum Class : uint8_t { NameStart = 1, NamePart = 2, ValueStop = 4, Space = 8 };

constexpr std::array<uint8_t, 256> make_classes() {
    std::array<uint8_t, 256> classes{};
    auto mark = [&](std::string_view characters, unsigned as) {
        for (char each : characters) {
            auto& entry = classes[static_cast<uint8_t>(each)];
            entry = static_cast<uint8_t>(entry | as);
        }
    };
    mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", NameStart | NamePart);
    mark("0123456789.-", NamePart);
    mark("<&\t\n\r", ValueStop); // white space is read as spaces
    mark(kWhiteSpace, Space);
    return classes;
}

constexpr std::array<uint8_t, 256> kClasses = make_classes();

bool is(char byte, Class wanted) {
    return (kClasses[static_cast<uint8_t>(byte)] & wanted) != 0;
}

std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<size_t>(end - begin)};
}

} // namespace

PlainXml::PlainXml(const XmlCheck::Limits& limits) : limits_(limits) {
    limits_.max_attributes = std::min<uint16_t>(limits_.max_attributes, kMostAttributes);
}

bool PlainXml::read(base::ByteView document) {
    at_ = document.data();
    end_ = at_ + document.size();
    declarations_ = 0;
    events_.clear();
    attributes_.clear();
    open_.clear();
    if (!take('<') || !read_start()) return false;
    while (!open_.empty()) {
        if (!take('<')) {
            if (!read_text()) return false;
        } else if (!(take('/') ? read_end() : read_start())) {
            return false;
        }
    }
    take_space();
    return at_ == end_;
}

// Behind its "<".
bool PlainXml::read_start() {
    if (open_.size() == limits_.max_depth) return false;
    Event start{.kind = Kind::Start,
                .text = take_name(),
                .uri = open_.empty() ? std::string_view() : open_.back().uri};
    if (start.text.empty()) return false;
    while (take_space() && at_ != end_ && is(*at_, NameStart)) {
        if (!read_attribute(start)) return false;
    }
    if (start.declares && ++declarations_ > limits_.max_declarations) return false;
    bool empty = take('/');
    if (!take('>') || !note(start)) return false;
    if (empty) return note({.kind = Kind::End});
    open_.push_back({.name = start.text, .uri = start.uri});
    return true;
}

bool PlainXml::read_attribute(Event& start) {
    XmlAttribute attribute{.local = take_name()};
    if (attribute.local == kXml && take(':')) { // the one prefix that is always there
        attribute = {.prefix = kXml, .local = take_name(), .uri = kXmlNamespace};
        if (attribute.local != "lang") return false;
    }
    if (attribute.local.empty() || !take('=') || at_ == end_) return false;
    char quote = *at_++;
    if (quote != '\'' && quote != '"') return false;
    const char* stop = std::find_if(
        at_, end_, [quote](char byte) { return byte == quote || is(byte, ValueStop); });
    attribute.value = between(std::exchange(at_, stop), stop);
    if (!take(quote)) return false;
    if (start.attributes + start.declares == limits_.max_attributes) return false;
    if (attribute.local == "xmlns") {
        if (start.declares || attribute.value.starts_with(kReservedUris)) return false;
        start.declares = true;
        start.uri = attribute.value;
        return true;
    }
    auto others = std::span(attributes_).last(start.attributes);
    if (std::ranges::any_of(others, [&](const XmlAttribute& other) {
            return other.local == attribute.local && other.prefix == attribute.prefix;
        })) {
        return false;
    }
    attributes_.push_back(attribute);
    ++start.attributes;
    return true;
}

// Behind its "</".
bool PlainXml::read_end() {
    if (take_name() != open_.back().name) return false;
    take_space();
    open_.pop_back();
    return take('>') && note({.kind = Kind::End});
}

// Up to the next "<". A carriage return would be read as a line's end.
bool PlainXml::read_text() {
    std::string_view text = between(at_, end_);
    text = text.substr(0, text.find('<'));
    if (text.data() + text.size() == end_) return false;
    if (text.contains('\r') || text.contains("]]>")) return false;
    while (!text.empty()) {
        std::string_view literal = text.substr(0, text.find('&'));
        at_ += literal.size();
        if (!literal.empty() && !note({.kind = Kind::Text, .text = literal})) return false;
        if (literal.size() < text.size() && !read_entity()) return false;
        text.remove_prefix(static_cast<size_t>(at_ - text.data()));
    }
    return true;
}

bool PlainXml::read_entity() {
    for (const auto& [reference, character] : kPredefinedEntities) {
        if (!between(at_, end_).starts_with(reference)) continue;
        at_ += reference.size();
        return note({.kind = Kind::Text, .text = character});
    }
    return false;
}

bool PlainXml::note(const Event& event) {
    events_.push_back(event);
    return events_.size() < kMostEvents;
}

// Empty: there is none that is plain.
std::string_view PlainXml::take_name() {
    if (at_ == end_ || !is(*at_, NameStart)) return {};
    const char* stop = std::find_if_not(at_, end_, [](char byte) { return is(byte, NamePart); });
    std::string_view name = between(std::exchange(at_, stop), stop);
    return name.size() <= limits_.max_name_bytes ? name : std::string_view();
}

// Was there any?
bool PlainXml::take_space() {
    const char* begin = at_;
    while (at_ != end_ && is(*at_, Space)) ++at_;
    return at_ != begin;
}

bool PlainXml::take(char expected) {
    if (at_ == end_ || *at_ != expected) return false;
    ++at_;
    return true;
}

void PlainXml::tell(XmlVisitor& visitor) const {
    unsigned depth = 0; // how many are open
    std::span<const XmlAttribute> attributes = attributes_;
    for (const Event& event : events_) {
        switch (event.kind) {
        case Kind::Start: {
            XmlNamespace declared{.prefix = {}, .uri = event.uri};
            visitor.on_start(depth++, {.local = event.text,
                                       .uri = event.uri,
                                       .declarations = {&declared, event.declares ? 1U : 0U},
                                       .attributes = attributes.first(event.attributes)});
            attributes = attributes.subspan(event.attributes);
            break;
        }
        case Kind::End: visitor.on_end(--depth); break;
        case Kind::Text: visitor.on_text(depth - 1, event.text); break;
        }
    }
}

} // namespace xmpp
