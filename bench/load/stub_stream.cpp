#include "bench/load/stub_stream.h"

#include "bench/load/glance.h"
#include "bench/load/sasl_plain.h"
#include "xmpp/namespaces.h"
#include "xmpp/xml_text.h"

#include <utility>

namespace load {

namespace {

constexpr std::string_view kMechanisms =
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
    "<mechanism>PLAIN</mechanism><mechanism>ANONYMOUS</mechanism></mechanisms></stream:features>";
constexpr std::string_view kBindFeature =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
constexpr std::string_view kBindNamespace = "urn:ietf:params:xml:ns:xmpp-bind";

} // namespace

void StubStream::start(base::SlotId id) {
    id_ = id;
    transport_->set_listener(*this);
}

// ---------------------------------------------------------------------------- in

void StubStream::on_bytes(base::ByteView bytes) {
    while (!ended_ && !bytes.empty()) {
        auto step = reader_.next(bytes);
        if (!step) {
            end("not-well-formed");
            return;
        }
        switch (step->event) {
        case ElementReader::Event::None: return;
        case ElementReader::Event::RootOpen: on_header(step->bytes); break;
        case ElementReader::Event::Element: on_element(step->bytes); break;
        case ElementReader::Event::EmptyRoot:
        case ElementReader::Event::RootClose: end({}); break;
        }
    }
}

void StubStream::on_header(base::ByteView tag) {
    domain_ = attribute(tag, "to");
    std::string header = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0'"
                         " xmlns:stream='http://etherx.jabber.org/streams'";
    xmpp::append_attribute(header, "id",
                           std::to_string(id_.generation) + '-' + std::to_string(id_.index));
    header.append(" from='").append(domain_).append("'>"); // as it was written
    say(header);
    say(bare_jid_.empty() ? kMechanisms : kBindFeature);
}

void StubStream::on_element(base::ByteView element) {
    std::string_view name = local_name(element);
    if (name == "message" && !jid_.empty()) {
        on_message(element);
    } else if (name == "iq" && !bare_jid_.empty()) {
        on_iq(element);
    } else if (name == "auth" && bare_jid_.empty()) {
        log_in(element);
    } else if (name != "presence" || jid_.empty()) { // of which nobody hears
        end(bare_jid_.empty() ? "not-authorized" : "unsupported-stanza-type");
    }
}

void StubStream::log_in(base::ByteView auth) {
    std::string user;
    if (attribute(auth, "mechanism") == "ANONYMOUS") {
        user = house_.new_guest();
    } else if (auto plain = user_of_plain(text_of(auth, "auth"))) {
        user = *plain;
    } else {
        say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>");
        return;
    }
    bare_jid_ = user + '@' + domain_;
    reader_.reset(); // what follows is another stream
    say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
}

void StubStream::on_iq(base::ByteView iq) {
    std::string_view type = attribute(iq, "type");
    if (type != "get" && type != "set") return; // an answer
    std::string_view child = first_child(iq);
    std::string result = "<iq type='result' id='" + std::string(attribute(iq, "id")) + '\'';
    if (child == "bind" && jid_.empty()) {
        std::string_view resource = text_of(iq, "resource");
        jid_ = house_.bind(bare_jid_, resource.empty() ? "stub" : resource, id_);
        result.append("><bind xmlns='").append(kBindNamespace).append("'><jid>").append(jid_);
        say(result.append("</jid></bind></iq>"));
    } else if (child == "session" || child == "ping") {
        say(result.append("/>"));
    } else {
        answer_with_error("iq", iq);
    }
}

void StubStream::on_message(base::ByteView message) {
    std::string_view to = attribute(message, "to");
    if (to.empty()) to = bare_jid_;
    if (house_.deliver(to, {.bytes = message, .from = jid_})) return;
    if (attribute(message, "type") != "error") answer_with_error("message", message);
}

void StubStream::on_closed(base::Error /*reason*/) {
    house_.on_stream_gone(id_);
}

// ---------------------------------------------------------------------------- out

// The stanza's own bytes, and who it comes from.
void StubStream::take(const StubMessage& message) {
    size_t name_end = message.bytes.find_first_of(" \t\r\n/>");
    say(message.bytes.substr(0, name_end));
    say(" from='");
    say(message.from);
    say("'");
    say(message.bytes.substr(name_end));
}

void StubStream::answer_with_error(std::string_view name, base::ByteView stanza) {
    std::string answer = "<";
    answer.append(name).append(" type='error'");
    for (auto [theirs, ours] : {std::pair("id", "id"), {"to", "from"}}) {
        std::string_view value = attribute(stanza, theirs);
        if (!value.empty()) answer.append(" ").append(ours).append("='").append(value).append("'");
    }
    answer
        .append("><error type='cancel'><service-unavailable "
                "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></")
        .append(name);
    say(answer.append(">"));
}

// Empty: as the client wishes.
void StubStream::end(std::string_view condition) {
    if (!condition.empty()) {
        std::string error = "<stream:error><";
        error.append(condition).append(" xmlns='").append(xmpp::kStreamErrorsNamespace);
        say(error.append("'/></stream:error>"));
    }
    say("</stream:stream>");
    ended_ = true;
}

void StubStream::say(std::string_view text) {
    if (ended_) return;
    if (out_.empty()) house_.on_output(id_);
    out_.append(text);
}

void StubStream::flush() {
    transport_->write(base::SliceChain(out_.take()));
    if (ended_) transport_->close(net::CloseMode::Flush);
}

} // namespace load
