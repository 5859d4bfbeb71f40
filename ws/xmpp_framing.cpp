#include "ws/xmpp_framing.h"

#include "base/error.h"
#include "xmpp/element_kind.h"
#include "xmpp/namespaces.h"
#include "xmpp/xml_declaration.h"
#include "xmpp/xml_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace ws {

namespace {

using base::ByteView;
using base::Category;
using base::Slice;
using xmpp::kByteOrderMark;
using xmpp::kWhiteSpace;
using xmpp::StreamCondition;
using xmpp::XmlFault;
using Kind = ClientMessage::Kind;

constexpr ByteView kCompress = "http://jabber.org/protocol/compress";
// Around an element it makes a document in which the element has a parent, as on a stream.
constexpr ByteView kWrapper = "<s>";
constexpr ByteView kWrapperEnd = "</s>";

// The facts of the element, and the attributes that <open/> may have.
class MessageVisitor final : public xmpp::XmlVisitor {
public:
    explicit MessageVisitor(xmpp::InheritanceVisitor& inheritance) : inheritance_(inheritance) {}

    void on_start(unsigned depth, const xmpp::XmlStartTag& tag) override {
        inheritance_.on_start(depth, tag);
        if (depth != 1) return;
        declares_default_ = std::ranges::any_of(
            tag.declarations, [](const xmpp::XmlNamespace& each) { return each.prefix.empty(); });
        if (tag.local != "open") return;
        open_ = {.to = std::string(tag.attribute("to")),
                 .from = std::string(tag.attribute("from")),
                 .lang = std::string(tag.attribute("lang", xmpp::kXmlNamespace)),
                 .version = std::string(tag.attribute("version"))};
    }
    void on_end(unsigned depth) override { inheritance_.on_end(depth); }

    [[nodiscard]] const std::vector<xmpp::ElementFacts>& elements() const {
        return inheritance_.children();
    }
    [[nodiscard]] bool declares_default() const { return declares_default_; }
    [[nodiscard]] OpenTag take_open() { return std::move(open_); }

private:
    xmpp::InheritanceVisitor& inheritance_;
    OpenTag open_;
    bool declares_default_ = false;
};

ClientMessage fault(StreamCondition condition, const char* what) {
    return {.kind = Kind::Fault, .condition = condition, .what = what};
}

// Where `xmlns='…'` stands in a start tag that libxml2 has accepted, with the white space before
// it.
std::optional<std::pair<size_t, size_t>> find_default_declaration(ByteView tag, size_t name_end) {
    for (size_t at = name_end; at < tag.size();) {
        size_t name = tag.find_first_not_of(kWhiteSpace, at);
        size_t equals = tag.find('=', name);
        if (name == ByteView::npos || equals == ByteView::npos) break;
        size_t quote = tag.find_first_of("'\"", equals);
        size_t end = tag.find(tag[quote], quote + 1) + 1;
        ByteView written = tag.substr(name, equals - name);
        if (written.substr(0, written.find_first_of(kWhiteSpace)) == "xmlns") return {{at, end}};
        at = end;
    }
    return std::nullopt;
}

} // namespace

XmppFraming::XmppFraming(base::Env& env, xmpp::XmlCheck& check, size_t max_element_bytes)
    : env_(env), check_(check) {
    allow_elements(max_element_bytes);
}

void XmppFraming::allow_elements(size_t max_bytes) {
    max_element_bytes_ = std::max(max_element_bytes_, static_cast<uint32_t>(max_bytes));
    framer_ = xmpp::StreamFramer({.max_element_bytes = max_element_bytes_});
}

ClientMessage XmppFraming::read(const Slice& message) {
    if (message.view().find_first_not_of(kWhiteSpace) == ByteView::npos) return {}; // W-058
    auto found = find_element(message.view());
    if (!found) return fault(xmpp::condition_for(found.error()), found.error().what);
    return judge(message, *found);
}

// The one element that the message is, with an XML declaration and white space around it at most.
base::Result<XmppFraming::Found> XmppFraming::find_element(ByteView message) {
    size_t at = message.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    if (message.substr(at).starts_with("<?")) {
        xmpp::XmlDeclaration declaration;
        for (at += 2;; ++at) {
            if (at == message.size()) {
                return base::fail(Category::Xml, XmlFault::NotWellFormed, "declaration cut off");
            }
            auto taken = declaration.take(message[at]);
            if (!taken) return base::fail(Category::Xml, taken.error(), "XML declaration", at);
            if (*taken) break;
        }
        ++at;
    }
    at = std::min(message.find_first_not_of(kWhiteSpace, at), message.size());
    if (at == message.size() || message[at] != '<') {
        return base::fail(Category::Xml, XmlFault::NotWellFormed, "no element", at);
    }
    framer_.reset();
    auto opened = framer_.next(kWrapper);
    CM_ASSERT(opened.has_value());
    auto step = framer_.next(message.substr(at));
    if (!step) return std::unexpected(step.error());
    size_t end = at + step->end;
    bool alone = message.find_first_not_of(kWhiteSpace, end) == ByteView::npos;
    if (step->event != xmpp::StreamFramer::Event::Element || !alone) {
        return base::fail(Category::Xml, XmlFault::NotWellFormed, "not one whole element", end);
    }
    return Found{.begin = at, .size = step->end, .name_end = step->name_end};
}

ClientMessage XmppFraming::judge(const Slice& message, const Found& found) {
    Slice element = message.sub(found.begin, found.size);
    std::array<ByteView, 3> pieces{kWrapper, element.view(), kWrapperEnd};
    MessageVisitor visitor(inheritance_);
    auto checked = check_.run(pieces, visitor);
    if (!checked) return fault(xmpp::condition_for(checked.error()), checked.error().what);
    if (visitor.elements().size() != 1) {
        env_.metrics.add(base::Counter::XmlDisagreements);
        env_.log.error("xml.disagreed", {{"scanner", 1}, {"parser", visitor.elements().size()}});
        return fault(StreamCondition::NotWellFormed, "scanner and parser disagree");
    }
    const xmpp::ElementFacts& facts = visitor.elements().front();
    bool of_framing = facts.uri == xmpp::kFramingNamespace;
    bool is_open = facts.local == "open";
    if (is_open || facts.local == "close") {
        if (!of_framing) return fault(StreamCondition::InvalidNamespace, "not of the framing");
        if (is_open) return {.kind = Kind::Open, .open = visitor.take_open()};
        return {.kind = Kind::Close};
    }
    if (facts.uri == xmpp::kStreamsNamespace && facts.local == "error") {
        return {.kind = Kind::StreamError};
    }
    if (facts.uri == xmpp::kStreamsNamespace || facts.uri == xmpp::kTlsNamespace) {
        return fault(StreamCondition::UnsupportedStanzaType, "not for clients to say");
    }
    if (facts.uri == kCompress && facts.local == "compress") return {.kind = Kind::Compression};
    bool is_client = of_framing || facts.uri.empty() || facts.uri == xmpp::kClientNamespace;
    env_.metrics.count_element(base::Counter::MessagesFromClients,
                               xmpp::element_kind(is_client, facts.local), found.size);
    ClientMessage read{.kind = Kind::Element};
    if (!of_framing) {
        read.element.push(std::move(element));
        return read;
    }
    if (facts.prefixed_root || !visitor.declares_default()) {
        return fault(StreamCondition::InvalidNamespace, "no element of the framing");
    }
    auto cut = find_default_declaration(element.view(), found.name_end);
    CM_ASSERT(cut.has_value());
    read.element.push(element.sub(0, cut->first));
    read.element.push(element.sub(cut->second));
    return read;
}

std::string open_element(const xmpp::StreamOpened& header) {
    std::string text = R"(<open xmlns="urn:ietf:params:xml:ns:xmpp-framing")";
    std::array<std::pair<std::string_view, std::string_view>, 5> attributes{{
        {"from", header.from},
        {"to", header.to},
        {"id", header.id},
        {"version", header.version},
        {"xml:lang", header.lang},
    }};
    for (auto [name, value] : attributes) {
        if (!value.empty()) xmpp::append_attribute(text, name, value);
    }
    return text += " />";
}

std::string close_element(std::string_view see_other_uri) {
    std::string text = R"(<close xmlns="urn:ietf:params:xml:ns:xmpp-framing")";
    xmpp::append_attribute(text, "see-other-uri", see_other_uri);
    return text += " />";
}

std::string error_element(StreamCondition condition, std::string_view explanation) {
    std::string text = "<stream:error";
    xmpp::append_attribute(text, "xmlns:stream", xmpp::kStreamsNamespace);
    text += "><";
    text += to_string(condition);
    xmpp::append_attribute(text, "xmlns", xmpp::kStreamErrorsNamespace);
    text += "/>";
    if (!explanation.empty()) {
        text += "<text";
        xmpp::append_attribute(text, "xmlns", xmpp::kStreamErrorsNamespace);
        xmpp::append_attribute(text, "xml:lang", "en");
        text += ">";
        xmpp::append_escaped(text, explanation);
        text += "</text>";
    }
    return text += "</stream:error>";
}

} // namespace ws
