#include "xmpp/starttls.h"

#include "xmpp/connect_failure.h"
#include "xmpp/namespaces.h"
#include "xmpp/stream_error.h"
#include "xmpp/stream_header.h"
#include "xmpp/xml_fault.h"

#include <utility>

namespace xmpp {

namespace {

// Features before TLS are short; a server that sends more is none that a client could wait for.
constexpr StreamFramer::Limits kLimits = {.max_element_bytes = 32 * 1024};

// The one element inside of the wrapper, and what it tells.
class ElementVisitor final : public XmlVisitor {
public:
    void on_start(unsigned depth, const XmlStartTag& tag) override {
        if (depth == 1) {
            ++elements;
            local = tag.local;
            uri = tag.uri;
        } else if (depth == 2 && is("features", kStreamsNamespace)) {
            offers_tls |= tag.local == "starttls" && tag.uri == kTlsNamespace;
        } else if (depth == 2 && is("error", kStreamsNamespace) &&
                   tag.uri == kStreamErrorsNamespace && tag.local != "text") {
            condition = stream_condition_named(tag.local);
        }
    }
    void on_end(unsigned /*depth*/) override {}
    [[nodiscard]] bool is(std::string_view name, std::string_view namespace_uri) const {
        return local == name && uri == namespace_uri;
    }

    unsigned elements = 0;
    std::string local;
    std::string uri;
    bool offers_tls = false;
    StreamCondition condition = StreamCondition::UndefinedCondition;
};

} // namespace

StartTls::StartTls(XmlCheck& check) : check_(check), framer_(kLimits) {}

std::string StartTls::header(const std::string& domain) {
    return stream_header({.to = domain, .from = {}, .lang = {}});
}

std::string_view StartTls::request() {
    return "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
}

base::Result<StartTls::Step> StartTls::feed(base::ByteView bytes) {
    CM_ASSERT(state_ != State::Over);
    while (!bytes.empty()) {
        auto step = framer_.next(bytes);
        if (!step) return std::unexpected(step.error());
        if (step->begin > 0) tail_.clear();
        tail_ += bytes.substr(step->begin, step->end - step->begin);
        bytes.remove_prefix(step->end);
        using enum StreamFramer::Event;
        if (step->event == None) break;
        std::string whole = std::exchange(tail_, {});
        if (step->event == RootOpen) {
            auto header = on_header(whole, step->name_end);
            if (!header) return std::unexpected(header.error());
        } else if (step->event == Element) {
            auto next = on_element(whole);
            // Whoever writes into the clear part of the connection would like its words to be taken
            // for those that come later, encrypted.
            if (next && !bytes.empty()) {
                return fail(ConnectFault::BytesInClear, "bytes in clear before TLS");
            }
            return next;
        } else {
            return fail(ConnectFault::StreamRefused, "stream closed before TLS");
        }
    }
    return Step::Wait;
}

base::Result<void> StartTls::on_header(base::ByteView tag, size_t name_end) {
    auto header = read_server_header(check_, tag, name_end);
    if (!header) return std::unexpected(header.error());
    if (header->version.empty()) { // U-010: it has no features
        return fail(ConnectFault::TlsNotOffered, "a server without version has no TLS");
    }
    wrapper_ = std::move(header->wrapper);
    state_ = State::AwaitingFeatures;
    return {};
}

base::Result<StartTls::Step> StartTls::on_element(base::ByteView element) {
    base::ByteView pieces[] = {wrapper_, element, kWrapperEnd};
    ElementVisitor visitor;
    auto checked = check_.run(pieces, visitor);
    if (!checked) return std::unexpected(checked.error());
    if (visitor.elements != 1) {
        return base::fail(base::Category::Xml, XmlFault::Disagreement, "not one element");
    }
    if (visitor.is("error", kStreamsNamespace)) {
        const char* word = to_string(visitor.condition).data(); // NOLINT(bugprone-*): a literal
        return fail(ConnectFault::StreamRefused, word);
    }
    if (state_ == State::AwaitingFeatures) {
        if (!visitor.is("features", kStreamsNamespace)) {
            return fail(ConnectFault::StreamRefused, "something else than features");
        }
        return on_features(visitor.offers_tls);
    }
    state_ = State::Over;
    if (visitor.is("proceed", kTlsNamespace)) return Step::Handshake;
    if (visitor.is("failure", kTlsNamespace)) {
        return fail(ConnectFault::TlsRefused, "the server refused STARTTLS");
    }
    return fail(ConnectFault::StreamRefused, "neither proceed nor failure");
}

base::Result<StartTls::Step> StartTls::on_features(bool offers_tls) {
    state_ = offers_tls ? State::AwaitingProceed : State::Over;
    return offers_tls ? Step::Request : Step::NotOffered;
}

} // namespace xmpp
