#include "doctor/checks.h"

#include <algorithm>

namespace doctor {

namespace {

constexpr size_t kFrameBytes = 1024; // what <body> and <message> need

} // namespace

void check_body_size(Visit& visit) {
    size_t bytes = visit.plan.own ? visit.plan.own->max_body_bytes : kPictureBytes;
    bytes = std::max(bytes, 2 * kFrameBytes) - kFrameBytes;
    // Of no session: boshcm reads it and says so, which is all that is wanted.
    Answer answer = visit.http.ask(
        {.url = visit.bosh_url,
         .method = "POST",
         .fields = {"Content-Type: text/xml; charset=utf-8"},
         .body = "<body rid='1' sid='doctor' xmlns='http://jabber.org/protocol/httpbind'>"
                 "<message xmlns='jabber:client'><body>" +
                 std::string(bytes, 'x') + "</body></message></body>"});
    std::string size = std::to_string(bytes / 1024) + " KiB";
    // Not the page of a proxy, which may have a <body> too.
    visit.upload_took = answer.took;
    if (!answer.failed() && probe::problem_of_answer(answer.plain()) == probe::Problem::None) {
        visit.findings.ok("body-size", "A request of " + size + " gets through", "");
        return;
    }
    visit.problem("request-too-large", "A request of " + size + " does not get through",
                  answer.description(),
                  "Pictures and long messages are lost, and clients take it for the end of the "
                  "session. The proxy has to take what boshcm takes (bosh/@max-body).",
                  visit.fixes(Topic::BodyLimit));
}

} // namespace doctor
