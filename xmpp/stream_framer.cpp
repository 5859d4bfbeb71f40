// The scanner runs over each byte of every stanza, so it is built around what it can skip: text up
// to the next "<", an attribute's value up to its quote, CDATA up to a "]". Only tags are looked at
// byte by byte, by a table.
//
// Limits count bytes of earlier inputs too. If a limit was passed before some other fault, the
// limit is what is reported, however the input was cut: refuse() looks at the limits first.

#include "xmpp/stream_framer.h"

#include "xmpp/xml_text.h"

#include <array>
#include <string_view>
#include <utility>

namespace xmpp {

namespace {

constexpr std::string_view kCdataOpen = "[CDATA[";

constexpr uint8_t kSpace = 1;
constexpr uint8_t kEndsName = 2;
constexpr uint8_t kStopsInTag = 4;

constexpr std::array<uint8_t, 256> classify() {
    std::array<uint8_t, 256> table{};
    for (char byte : kWhiteSpace) table[static_cast<uint8_t>(byte)] |= kSpace;
    for (char byte : {' ', '\t', '\r', '\n', '/', '>', '<', '"', '\'', '='}) {
        table[static_cast<uint8_t>(byte)] |= kEndsName;
    }
    for (char byte : {'/', '>', '<', '"', '\''}) table[static_cast<uint8_t>(byte)] |= kStopsInTag;
    return table;
}
constexpr std::array<uint8_t, 256> kByteClasses = classify();

bool is(uint8_t wanted, char byte) {
    return (kByteClasses[static_cast<uint8_t>(byte)] & wanted) != 0;
}

} // namespace

struct StreamFramer::Scan {
    StreamFramer& framer;
    base::ByteView in;
    size_t at = 0;
    size_t tag_from = 0;  // where the tag began; 0 if in an earlier input
    size_t item_from = 0; // the same for the item
    XmlFault fault = XmlFault::NotWellFormed;
    const char* what = nullptr; // set once refused

    base::Result<Step> run();

private:
    [[nodiscard]] Event advance();
    [[nodiscard]] Event start();
    [[nodiscard]] Event content();
    [[nodiscard]] Event markup();
    [[nodiscard]] Event declaration();
    [[nodiscard]] Event bang();
    [[nodiscard]] Event cdata();
    [[nodiscard]] Event name();
    [[nodiscard]] Event attributes();
    [[nodiscard]] Event quoted(char quote);
    [[nodiscard]] Event end_tag();
    [[nodiscard]] Event finish_tag(bool opens);

    void begin_markup(bool declaration_may_follow);
    [[nodiscard]] size_t item_bytes() const { return framer.item_bytes_ + at - item_from; }
    [[nodiscard]] bool too_long() const;
    Event refuse(XmlFault why, const char* rule);

    [[nodiscard]] char byte() const { return in[at]; }
    [[nodiscard]] bool at_end() const { return at == in.size(); }
    void skip_while(uint8_t wanted) {
        while (!at_end() && is(wanted, byte())) ++at;
    }
    void skip_until(uint8_t wanted) {
        while (!at_end() && !is(wanted, byte())) ++at;
    }
    // To the next `wanted`, or to the end.
    void skip_to(char wanted) {
        size_t found = in.find(wanted, at);
        at = found == base::ByteView::npos ? in.size() : found;
    }
};

StreamFramer::StreamFramer(Limits limits) : limits_(limits) {}

void StreamFramer::reset() {
    *this = StreamFramer(limits_);
}

base::Result<StreamFramer::Step> StreamFramer::next(base::ByteView in) {
    return Scan{.framer = *this, .in = in}.run();
}

base::Result<StreamFramer::Step> StreamFramer::Scan::run() {
    auto event = Event::None;
    while (event == Event::None && !at_end() && what == nullptr) event = advance();
    if (event == Event::None && what == nullptr && too_long()) {
        refuse(XmlFault::PolicyViolation, "size limit");
    }
    if (what != nullptr) return base::fail(base::Category::Xml, fault, what, at);

    Step step{.event = event, .begin = at, .end = at};
    if (event != Event::None) {
        step.begin = item_from;
        if (event != Event::RootClose) step.name_end = framer.name_end_;
        return step;
    }
    if (framer.in_item()) step.begin = item_from;
    framer.tag_bytes_ += static_cast<uint32_t>(at - tag_from);
    framer.item_bytes_ += static_cast<uint32_t>(at - item_from);
    return step;
}

StreamFramer::Event StreamFramer::Scan::advance() {
    switch (framer.state_) {
    case State::Start: return start();
    case State::Prolog:
    case State::Epilog:
    case State::Content: return content();
    case State::Cdata: return cdata();
    case State::Failed: return refuse(XmlFault::NotWellFormed, "used after a fault");
    case State::Markup: return markup();
    case State::Declaration: return declaration();
    case State::Bang: return bang();
    case State::Name: return name();
    case State::Attributes: return attributes();
    case State::SingleQuoted: return quoted('\'');
    case State::DoubleQuoted: return quoted('"');
    case State::Slash:
        if (byte() != '>') return refuse(XmlFault::NotWellFormed, "'/' inside a tag");
        ++at;
        return finish_tag(false);
    case State::EndTag: return end_tag();
    }
    std::unreachable();
}

bool StreamFramer::Scan::too_long() const {
    if (framer.in_tag() && framer.tag_bytes_ + at - tag_from > framer.limits_.max_tag_bytes) {
        return true;
    }
    bool of_root = framer.depth_ == 0 || (framer.depth_ == 1 && framer.state_ == State::EndTag);
    return framer.in_item() && !of_root && item_bytes() > framer.limits_.max_element_bytes;
}

StreamFramer::Event StreamFramer::Scan::refuse(XmlFault why, const char* rule) {
    bool limit_first = too_long();
    fault = limit_first ? XmlFault::PolicyViolation : why;
    what = limit_first ? "tag or element over its size limit" : rule;
    framer.state_ = State::Failed;
    return Event::None;
}

StreamFramer::Event StreamFramer::Scan::start() {
    uint8_t& matched = framer.matched_;
    if (matched < kByteOrderMark.size() && byte() == kByteOrderMark[matched]) {
        ++matched;
        ++at;
        return Event::None;
    }
    if (matched == 1 || matched == 2)
        return refuse(XmlFault::NotWellFormed, "text before the root");
    if (byte() == '\xFE' || byte() == '\xFF' || byte() == '\0') {
        return refuse(XmlFault::UnsupportedEncoding, "not UTF-8");
    }
    if (byte() == '<') {
        begin_markup(true);
    } else {
        framer.state_ = State::Prolog;
    }
    return Event::None;
}

void StreamFramer::Scan::begin_markup(bool declaration_may_follow) {
    framer.state_ = State::Markup;
    framer.matched_ = declaration_may_follow ? 1 : 0;
    framer.tag_bytes_ = 0;
    tag_from = at;
    if (framer.depth_ <= 1) {
        framer.item_bytes_ = 0;
        item_from = at;
    }
    ++at;
}

StreamFramer::Event StreamFramer::Scan::content() {
    if (framer.depth_ >= 2) {
        skip_to('<');
    } else {
        skip_while(kSpace);
    }
    if (at_end()) return Event::None;
    if (framer.state_ == State::Epilog) {
        return refuse(XmlFault::NotWellFormed, "something after the root");
    }
    if (byte() == '<') {
        begin_markup(false);
        return Event::None;
    }
    return framer.depth_ == 0 ? refuse(XmlFault::NotWellFormed, "text before the root")
                              : refuse(XmlFault::BadFormat, "text between elements");
}

StreamFramer::Event StreamFramer::Scan::markup() {
    switch (byte()) {
    case '/':
        if (framer.depth_ == 0) return refuse(XmlFault::NotWellFormed, "end tag without a root");
        framer.state_ = State::EndTag;
        break;
    case '?':
        if (framer.matched_ == 0) return refuse(XmlFault::RestrictedXml, "processing instruction");
        framer.state_ = State::Declaration;
        break;
    case '!':
        framer.state_ = State::Bang;
        framer.matched_ = 0;
        break;
    default:
        if (is(kEndsName, byte())) return refuse(XmlFault::NotWellFormed, "tag without a name");
        if (framer.depth_ > framer.limits_.max_depth) {
            return refuse(XmlFault::PolicyViolation, "depth limit");
        }
        framer.state_ = State::Name;
        framer.attributes_ = 0;
    }
    ++at;
    return Event::None;
}

StreamFramer::Event StreamFramer::Scan::declaration() {
    auto taken = framer.declaration_.take(byte());
    if (!taken) return refuse(taken.error(), "XML declaration");
    ++at;
    if (*taken) framer.state_ = State::Prolog;
    return Event::None;
}

StreamFramer::Event StreamFramer::Scan::bang() {
    if (framer.matched_ == 0) {
        if (byte() == '-') return refuse(XmlFault::RestrictedXml, "comment");
        if (byte() == 'D') return refuse(XmlFault::RestrictedXml, "DOCTYPE");
    }
    if (byte() != kCdataOpen[framer.matched_] || framer.depth_ == 0) {
        return refuse(XmlFault::NotWellFormed, "unknown markup");
    }
    if (framer.depth_ == 1) return refuse(XmlFault::BadFormat, "CDATA between elements");
    ++at;
    if (++framer.matched_ == kCdataOpen.size()) {
        framer.state_ = State::Cdata;
        framer.matched_ = 0;
    }
    return Event::None;
}

StreamFramer::Event StreamFramer::Scan::cdata() {
    if (framer.matched_ == 0) {
        skip_to(']');
        if (at_end()) return Event::None;
        framer.matched_ = 1;
    } else if (byte() == ']') {
        framer.matched_ = 2;
    } else {
        if (byte() == '>' && framer.matched_ == 2) framer.state_ = State::Content;
        framer.matched_ = 0;
    }
    ++at;
    return Event::None;
}

StreamFramer::Event StreamFramer::Scan::name() {
    skip_until(kEndsName);
    if (at_end()) return Event::None;
    if (framer.depth_ <= 1) framer.name_end_ = static_cast<uint32_t>(item_bytes());
    if (byte() == '=') return refuse(XmlFault::NotWellFormed, "'=' in a name");
    framer.state_ = State::Attributes;
    return Event::None;
}

StreamFramer::Event StreamFramer::Scan::attributes() {
    skip_until(kStopsInTag);
    if (at_end()) return Event::None;
    switch (byte()) {
    case '<': return refuse(XmlFault::NotWellFormed, "'<' inside a tag");
    case '/': framer.state_ = State::Slash; break;
    case '>': ++at; return finish_tag(true);
    default: // a quote
        if (++framer.attributes_ > framer.limits_.max_attributes) {
            return refuse(XmlFault::PolicyViolation, "attribute limit");
        }
        framer.state_ = byte() == '"' ? State::DoubleQuoted : State::SingleQuoted;
    }
    ++at;
    return Event::None;
}

StreamFramer::Event StreamFramer::Scan::quoted(char quote) {
    skip_to(quote);
    if (at_end()) return Event::None;
    framer.state_ = State::Attributes;
    ++at;
    return Event::None;
}

StreamFramer::Event StreamFramer::Scan::end_tag() {
    skip_to('>');
    if (at_end()) return Event::None;
    ++at;
    if (too_long()) return refuse(XmlFault::PolicyViolation, "size limit");
    framer.state_ = --framer.depth_ == 0 ? State::Epilog : State::Content;
    if (framer.depth_ == 0) return Event::RootClose;
    return framer.depth_ == 1 ? Event::Element : Event::None;
}

// The ">" of a start tag was taken.
StreamFramer::Event StreamFramer::Scan::finish_tag(bool opens) {
    if (too_long()) return refuse(XmlFault::PolicyViolation, "size limit");
    framer.state_ = State::Content;
    if (opens) return ++framer.depth_ == 1 ? Event::RootOpen : Event::None;
    if (framer.depth_ == 0) {
        framer.state_ = State::Epilog;
        return Event::EmptyRoot;
    }
    return framer.depth_ == 1 ? Event::Element : Event::None;
}

} // namespace xmpp
