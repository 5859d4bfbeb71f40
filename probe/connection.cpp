#include "probe/connection.h"

#include "xmpp/namespaces.h"
#include "xmpp/stream_error.h"
#include "xmpp/stream_framer.h"
#include "xmpp/stream_header.h"

#include <algorithm>
#include <utility>

namespace probe {

namespace {

// Enough to know a service by, and for a line of output.
constexpr size_t kMostHeard = 80;

constexpr base::Error kNoXmpp = {.category = base::Category::Stream,
                                 .code = static_cast<uint16_t>(xmpp::StreamCondition::BadFormat),
                                 .what = "no stream of XMPP"};

} // namespace

Outcome<net::Address> Connection::connect(net::Connector& connector, const net::Target& target) {
    auto attempt = connector.connect(target, *this);
    turns_.until([this] { return transport_ != nullptr || ended_; });
    if (transport_ == nullptr) return fault();
    return transport_->peer();
}

void Connection::announce(net::ProxyProtocol version) {
    if (version == net::ProxyProtocol::None) return;
    write(
        net::proxy_header(version, {.client = transport_->local(), .reached = transport_->peer()}));
}

Outcome<bool> Connection::start_tls(const std::string& domain) {
    using Step = xmpp::StartTls::Step;
    xmpp::StartTls starttls(check_);
    write(xmpp::StartTls::header(domain));
    while (wait_for_bytes()) {
        auto step = starttls.feed(std::exchange(unread_, {}));
        if (!step) return fault(step.error());
        if (*step == Step::Request) write(xmpp::StartTls::request());
        if (*step == Step::Handshake) return true;
        if (*step == Step::NotOffered) return false;
    }
    return fault();
}

Outcome<tls::PeerFacts> Connection::secure(const std::shared_ptr<const tls::ClientContext>& context,
                                           const tls::ClientParameters& parameters) {
    if (ended_) return fault();
    auto secured =
        tls::TlsTransport::connect(env_, std::move(transport_), context, parameters, *this);
    tls_ = secured.get();
    transport_ = std::move(secured);
    turns_.until([this] { return secured_ || ended_; });
    if (!secured_) return fault();
    return tls_->peer_facts();
}

Outcome<Element> Connection::open_stream(const std::string& domain) {
    xmpp::StreamFramer framer;
    std::string wrapper;
    std::string whole;
    write(xmpp::stream_header({.to = domain, .from = {}, .lang = {}}));
    while (wait_for_bytes()) {
        auto step = framer.next(unread_);
        if (!step) return fault(step.error());
        if (step->begin > 0) whole.clear();
        whole += unread_.substr(step->begin, step->end - step->begin);
        unread_.erase(0, step->end);
        if (step->event == xmpp::StreamFramer::Event::RootOpen) {
            auto header = xmpp::read_server_header(check_, whole, step->name_end);
            if (!header) return fault(header.error());
            wrapper = std::move(header->wrapper);
            whole.clear();
        } else if (step->event == xmpp::StreamFramer::Event::Element) {
            auto document =
                Element::parse(check_, wrapper + whole + std::string(xmpp::kWrapperEnd));
            if (!document || document->children.empty()) return fault(kNoXmpp);
            return std::move(document->children.front());
        } else if (step->event != xmpp::StreamFramer::Event::None) {
            return fault(kNoXmpp);
        }
    }
    return fault();
}

void Connection::close() {
    if (transport_ == nullptr || ended_) return;
    if (tls_ == nullptr || secured_) write("</stream:stream>");
    transport_->close(net::CloseMode::Flush);
    turns_.until([this] { return ended_.has_value(); });
}

void Connection::on_connected(std::unique_ptr<net::Transport> transport) {
    transport_ = std::move(transport);
    transport_->set_listener(*this);
}

void Connection::on_connect_failed(base::Error reason) {
    ended_ = reason;
}

void Connection::on_bytes(base::ByteView bytes) {
    if (tls_ == nullptr && heard_.size() < kMostHeard) {
        heard_ += bytes.substr(0, kMostHeard - heard_.size());
    }
    unread_ += bytes;
}

void Connection::on_closed(base::Error reason) {
    ended_ = reason;
}

void Connection::on_secured() {
    secured_ = true;
    transport_->set_listener(*this);
}

void Connection::on_handshake_failed(base::Error reason) {
    ended_ = reason;
}

void Connection::write(std::string_view text) {
    if (ended_) return;
    transport_->write(base::SliceChain(base::Slice::copy(env_.pool, text)));
}

// False if the connection ended, or time is over.
bool Connection::wait_for_bytes() {
    turns_.until([this] { return !unread_.empty() || ended_; });
    return !unread_.empty();
}

// Of a connection that ended, or of a step whose time is over.
std::unexpected<Fault> Connection::fault() const {
    return fault(ended_.value_or(base::Error{.category = base::Category::Net,
                                             .code = static_cast<uint16_t>(net::NetFault::Deadline),
                                             .what = "no answer in time"}));
}

std::unexpected<Fault> Connection::fault(const base::Error& error) const {
    bool tls = tls_ != nullptr && error.category == base::Category::Tls;
    return std::unexpected(Fault{
        .error = error, .heard = heard_, .sentence = tls ? tls_->explanation() : std::string()});
}

} // namespace probe
