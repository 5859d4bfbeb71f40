#include "bosh/body_codec.h"

#include "bosh/body_attributes.h"
#include "xmpp/element_kind.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <array>

namespace bosh {

namespace {

using base::ByteView;
using base::Category;
using base::Error;
using base::Slice;

constexpr ByteView kHttpbind = "http://jabber.org/protocol/httpbind";
constexpr ByteView kCompress = "http://jabber.org/protocol/compress";

Error bad(const char* what, size_t at = 0) {
    return base::fail(Category::Bosh, Condition::BadRequest, what, at).error();
}

// Reads the root's attributes as they come and leaves the rest to the facts about inheritance.
class BodyVisitor final : public xmpp::XmlVisitor {
public:
    BodyVisitor(Decoded& decoded, xmpp::InheritanceVisitor& inheritance)
        : decoded_(decoded), inheritance_(inheritance) {}

    void on_start(unsigned depth, const xmpp::XmlStartTag& tag) override {
        if (depth == 0) {
            is_body_ = tag.local == "body" && tag.uri == kHttpbind;
            if (is_body_) {
                decoded_.has_attributes = true;
                attribute_fault_ = read_attributes(tag, decoded_);
            }
        }
        inheritance_.on_start(depth, tag);
    }
    void on_end(unsigned depth) override { inheritance_.on_end(depth); }

    [[nodiscard]] std::optional<Error> fault() const {
        if (!is_body_) return bad("root is no <body/> of httpbind");
        if (attribute_fault_ != nullptr) return bad(attribute_fault_);
        if (inheritance_.too_many_prefixes()) return bad("too many prefixes on <body/>");
        return std::nullopt;
    }

private:
    Decoded& decoded_;
    xmpp::InheritanceVisitor& inheritance_;
    bool is_body_ = false;
    const char* attribute_fault_ = nullptr;
};

// Namespaces that an element without its own declaration falls out of when it leaves the wrapper.
bool becomes_client(ByteView uri) {
    return uri.empty() || uri == kHttpbind || uri == xmpp::kClientNamespace;
}

} // namespace

BodyCodec::BodyCodec(base::Env& env, xmpp::XmlCheck& check, size_t max_element_bytes)
    : env_(env), check_(check) {
    limit_elements(max_element_bytes);
}

void BodyCodec::limit_elements(size_t max_bytes) {
    framer_ = xmpp::StreamFramer({.max_element_bytes = static_cast<uint32_t>(max_bytes)});
}

std::optional<Error> BodyCodec::find_payloads(ByteView document, size_t& root_end) {
    using Event = xmpp::StreamFramer::Event;
    framer_.reset();
    payloads_.clear();
    root_end = 0;
    for (size_t at = 0; at < document.size();) {
        auto step = framer_.next(document.substr(at));
        if (!step) return step.error();
        switch (step->event) {
        case Event::RootOpen:
        case Event::EmptyRoot: root_end = at + step->end; break;
        case Event::Element:
            payloads_.push_back({at + step->begin, at + step->end, step->name_end});
            break;
        case Event::RootClose:
        case Event::None: break;
        }
        at += step->end;
    }
    if (!framer_.finished()) return bad("document is not complete", document.size());
    return std::nullopt;
}

Decoded BodyCodec::decode(const Slice& document) {
    Decoded decoded;
    size_t root_end = 0;
    decoded.fault = find_payloads(document.view(), root_end);
    if (decoded.fault && root_end == 0) return decoded;

    // With a fault in the content only the start tag is read on: it says whose session this is.
    BodyVisitor visitor(decoded, inheritance_);
    std::array<ByteView, 1> pieces{decoded.fault ? document.view().substr(0, root_end)
                                                 : document.view()};
    auto checked = check_.run(pieces, visitor);
    if (decoded.fault) return decoded;
    if (!checked) {
        decoded.fault = checked.error();
        return decoded;
    }
    decoded.fault = visitor.fault();
    if (decoded.fault) return decoded;

    const auto& children = inheritance_.children();
    if (children.size() != payloads_.size()) {
        env_.metrics.add(base::Counter::XmlDisagreements);
        env_.log.error("xml.disagreed",
                       {{"scanner", payloads_.size()}, {"parser", children.size()}});
        decoded.fault = bad("scanner and parser disagree");
        return decoded;
    }
    decoded.fault = cut_payloads(document, decoded.body);
    return decoded;
}

// The payloads in the order of the document, without the white space between them (B-007), ready
// for the stream. What a web client may not say to the server is taken out here.
std::optional<Error> BodyCodec::cut_payloads(const Slice& document, BodyIn& body) {
    const auto& children = inheritance_.children();
    const xmpp::Scope& scope = inheritance_.scope();
    bool writes_default = !becomes_client(scope.default_uri);
    body.payload_count = static_cast<uint32_t>(children.size());
    body.only_nonzas = !children.empty();

    for (size_t i = 0; i < children.size(); ++i) {
        const xmpp::ElementFacts& facts = children[i];
        base::ElementKind kind = xmpp::element_kind(becomes_client(facts.uri), facts.local);
        if (kind != base::ElementKind::Other) body.only_nonzas = false;
        if (facts.uri == xmpp::kTlsNamespace && facts.local == "starttls") {
            return bad("starttls from a web client");
        }
        if (facts.uri == xmpp::kStreamsNamespace && facts.local != "error") {
            return bad("element of the streams namespace from a client");
        }
        if (facts.uri == xmpp::kStreamsNamespace) {
            body.reports_stream_error = true;
            continue;
        }
        if (facts.uri == kCompress && facts.local == "compress") {
            body.asks_compression = true;
            continue;
        }
        const Range& range = payloads_[i];
        std::string inherited;
        xmpp::append_inherited(inherited, scope, facts, writes_default);
        size_t rest = range.begin;
        if (!inherited.empty()) {
            body.payloads.push(document.sub(range.begin, range.name_end));
            body.payloads.push(Slice::copy(env_.pool, inherited));
            rest += range.name_end;
        }
        body.payloads.push(document.sub(rest, range.end - rest));
        env_.metrics.count_element(base::Counter::MessagesFromClients, kind,
                                   range.end - range.begin);
    }
    return std::nullopt;
}

} // namespace bosh
