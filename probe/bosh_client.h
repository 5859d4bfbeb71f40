// BoshClient — one BOSH session as a web client has it, request by request.
// Spec:   XEP-0124 §7 to §13, XEP-0206 §3 to §6.
// Errors: BoshReply::problem; the session is over then.
// Life:   one request at a time; boshcm holds it until there is something to say or `wait` is over.
#pragma once

#include "probe/element.h"
#include "probe/http_client.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

struct BoshReply {
    HttpExchange http;
    Problem problem = Problem::None; // also when HTTP had one
    std::string detail;
    std::optional<Element> body;

    [[nodiscard]] bool ok() const { return problem == Problem::None; }
};

class BoshClient {
public:
    BoshClient(HttpClient& http, xmpp::XmlCheck& check, std::string domain);

    [[nodiscard]] BoshReply create(const Deadline& deadline);
    // What comes with the answer is added to received().
    [[nodiscard]] BoshReply send(std::string_view payload, const Deadline& deadline,
                                 const std::function<void()>& meanwhile = {});
    [[nodiscard]] BoshReply restart(const Deadline& deadline);
    // Asks for more until an element fits, and takes it; nullopt with `reply` saying why not.
    [[nodiscard]] std::optional<Element> await(const std::function<bool(const Element&)>& fits,
                                               const Deadline& deadline, BoshReply& reply);
    void terminate();

    [[nodiscard]] const std::vector<Element>& received() const { return received_; }

private:
    [[nodiscard]] BoshReply exchange(const std::string& body, const Deadline& deadline,
                                     const std::function<void()>& meanwhile = {});
    [[nodiscard]] std::string opening(std::string_view more) const;

    HttpClient& http_;
    xmpp::XmlCheck& check_;
    std::string domain_;
    std::string sid_; // empty: no session
    uint64_t rid_;
    std::vector<Element> received_;
};

// Why a session ended, from the <body type='terminate'/>.
[[nodiscard]] std::string reason_in(const Element& body);

} // namespace probe
