#include "doctor/bosh_dialogue.h"

#include "probe/bosh_client.h"
#include "probe/diagnosis.h"
#include "probe/stream_error.h"
#include "tls/random.h"
#include "xmpp/namespaces.h"

#include <array>
#include <utility>

namespace doctor {

namespace {

constexpr std::string_view kBoshNamespace = "http://jabber.org/protocol/httpbind";

uint64_t first_rid() {
    std::array<uint8_t, 4> bytes{};
    tls::fill_random(bytes);
    uint64_t rid = 1;
    for (uint8_t byte : bytes) rid = (rid << 8) | byte;
    return rid & 0xffffffff; // far from the limit of 2^53
}

} // namespace

BoshDialogue::BoshDialogue(xmpp::XmlCheck& check, std::string url, std::string domain)
    : check_(check), url_(std::move(url)), domain_(std::move(domain)), rid_(first_rid()) {}

Ask BoshDialogue::creation(int64_t wait_s) {
    return post("content='text/xml; charset=utf-8' hold='1' to='" + domain_ +
                "' ver='1.11' wait='" + std::to_string(wait_s) +
                "' xml:lang='en' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'");
}

Ask BoshDialogue::next() {
    return post("sid='" + sid_ + '\'');
}

Ask BoshDialogue::farewell() {
    Ask ask = post("sid='" + sid_ + "' type='terminate'");
    ask.patience = base::Duration(2000); // what is not answered then is boshcm's to clear up
    return ask;
}

Ask BoshDialogue::again() const {
    return last_;
}

Ask BoshDialogue::post(const std::string& attributes) {
    last_ = {.url = url_,
             .method = "POST",
             .fields = {"Content-Type: text/xml; charset=utf-8"},
             .body = "<body rid='" + std::to_string(++rid_) + "' xmlns='" +
                     std::string(kBoshNamespace) + "' " + attributes + "/>"};
    return last_;
}

BoshDialogue::Reply BoshDialogue::read(const Answer& answer) {
    Reply reply{.problem = answer.problem, .detail = answer.error, .body = {}};
    if (!reply.ok()) return reply;
    reply.problem = probe::problem_of_answer(answer.plain());
    if (reply.ok()) reply.body = probe::Element::parse(check_, answer.body);
    if (!reply.body || !reply.body->is("body", kBoshNamespace)) {
        if (reply.ok()) reply.problem = probe::Problem::NotBosh;
        reply.detail = answer.description();
        reply.body.reset();
        return reply;
    }
    if (reply.body->attribute("type") == "terminate") {
        const probe::Element* error = reply.body->child("error", xmpp::kStreamsNamespace);
        reply.problem = error != nullptr
                            ? probe::read_stream_error(*error).problem
                            : probe::problem_of_condition(reply.body->attribute("condition"));
        reply.detail = probe::reason_in(*reply.body);
        return reply;
    }
    if (sid_.empty()) sid_ = reply.body->attribute("sid");
    return reply;
}

} // namespace doctor
