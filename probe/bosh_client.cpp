#include "probe/bosh_client.h"

#include "probe/stream_error.h"
#include "tls/random.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <array>
#include <utility>

namespace probe {

namespace {

constexpr std::string_view kBoshNamespace = "http://jabber.org/protocol/httpbind";

// How long boshcm may hold a request of ours: long enough for no second one to be needed.
constexpr int64_t kWaitSeconds = 20;
// For the last request; what is not answered then is boshcm's to clear up.
constexpr base::Duration kFarewell{2000};

uint64_t first_rid() {
    std::array<uint8_t, 4> bytes{};
    tls::fill_random(bytes);
    uint64_t rid = 1; // below 2^32, far from the limit of 2^53
    for (uint8_t byte : bytes) rid = (rid << 8) | byte;
    return rid & 0xffffffff;
}

} // namespace

std::string reason_in(const Element& body) {
    std::string condition = body.attribute("condition");
    if (const Element* uri = body.child("uri", kBoshNamespace)) return uri->text;
    if (const Element* error = body.child("error", xmpp::kStreamsNamespace)) {
        return condition + ": " + read_stream_error(*error).words;
    }
    if (!body.text.empty()) return condition + ": " + body.text;
    return condition.empty() ? "without a condition" : condition;
}

BoshClient::BoshClient(HttpClient& http, xmpp::XmlCheck& check, std::string domain)
    : http_(http), check_(check), domain_(std::move(domain)), rid_(first_rid()) {}

BoshReply BoshClient::create(const Deadline& deadline) {
    std::string body = opening("content='text/xml; charset=utf-8' hold='1' to='" + domain_ +
                               "' ver='1.11' wait='" + std::to_string(kWaitSeconds) +
                               "' xml:lang='en' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'") +
                       "/>";
    BoshReply reply = exchange(body, deadline);
    if (reply.ok()) sid_ = reply.body->attribute("sid");
    if (reply.ok() && sid_.empty()) {
        reply.problem = Problem::NotBosh;
        reply.detail = "the answer names no session";
    }
    return reply;
}

BoshReply BoshClient::send(std::string_view payload, const Deadline& deadline,
                           const std::function<void()>& meanwhile) {
    std::string body = opening("sid='" + sid_ + '\'');
    if (payload.empty()) return exchange(body + "/>", deadline, meanwhile);
    return exchange(body + '>' + std::string(payload) + "</body>", deadline, meanwhile);
}

BoshReply BoshClient::restart(const Deadline& deadline) {
    std::string body = opening("sid='" + sid_ + "' to='" + domain_ +
                               "' xmpp:restart='true' xmlns:xmpp='urn:xmpp:xbosh'");
    return exchange(body + "/>", deadline);
}

std::optional<Element> BoshClient::await(const std::function<bool(const Element&)>& fits,
                                         const Deadline& deadline, BoshReply& reply) {
    for (;;) {
        auto found = std::ranges::find_if(received_, fits);
        if (found != received_.end()) {
            Element element = std::move(*found);
            received_.erase(found);
            return element;
        }
        if (!reply.ok()) return std::nullopt;
        if (deadline.over()) {
            reply.problem = Problem::BoshcmNoAnswer;
            return std::nullopt;
        }
        reply = send({}, deadline);
    }
}

void BoshClient::terminate() {
    if (sid_.empty()) return;
    std::string body = opening("sid='" + sid_ + "' type='terminate'");
    // Whatever the answer is, we are gone.
    (void)exchange(body + "/>", Deadline(kFarewell));
    sid_.clear();
}

BoshReply BoshClient::exchange(const std::string& body, const Deadline& deadline,
                               const std::function<void()>& meanwhile) {
    ++rid_;
    BoshReply reply;
    reply.http = http_.post(body, deadline, meanwhile);
    reply.problem = reply.http.problem;
    reply.detail = reply.http.detail;
    if (!reply.ok()) return reply;
    reply.problem = problem_of_answer(reply.http.answer);
    if (reply.ok()) reply.body = Element::parse(check_, reply.http.answer.body);
    if (!reply.body || !reply.body->is("body", kBoshNamespace)) {
        if (reply.ok()) reply.problem = Problem::NotBosh;
        reply.detail = description_of(reply.http.answer);
        return reply;
    }
    if (reply.body->attribute("type") == "terminate") {
        const Element* error = reply.body->child("error", xmpp::kStreamsNamespace);
        reply.problem = error != nullptr ? read_stream_error(*error).problem
                                         : problem_of_condition(reply.body->attribute("condition"));
        reply.detail = reason_in(*reply.body);
        sid_.clear();
        return reply;
    }
    for (const Element& each : reply.body->children) received_.push_back(each);
    return reply;
}

std::string BoshClient::opening(std::string_view more) const {
    return "<body rid='" + std::to_string(rid_) + "' xmlns='" + std::string(kBoshNamespace) + "' " +
           std::string(more);
}

} // namespace probe
