// WebSocketStream — a WebSocket's stream as the elements in it: what a login speaks on.
// Spec:   RFC 7395 §3.
// Errors: as ElementStream says.
#pragma once

#include "doctor/websocket.h"
#include "probe/element_stream.h"
#include "xmpp/xml_check.h"

#include <string>
#include <string_view>
#include <vector>

namespace doctor {

class WebSocketStream final : public probe::ElementStream {
public:
    WebSocketStream(const Reach& reach, xmpp::XmlCheck& check, std::string domain)
        : socket_(reach), check_(check), domain_(std::move(domain)) {}

    void open(const std::string& url, const std::string& origin, const probe::Deadline& deadline);
    void send(std::string_view element, const probe::Deadline& deadline) override;
    void restart(const probe::Deadline& deadline) override;
    [[nodiscard]] std::optional<probe::Element> await(const Fits& fits,
                                                      const probe::Deadline& deadline) override;
    [[nodiscard]] probe::LoginOutcome failure() const override { return failure_; }
    void close();

private:
    void fail(probe::Problem problem, std::string detail);
    // False: nothing came in time, or it is over.
    bool receive(const probe::Deadline& deadline);

    WebSocket socket_;
    xmpp::XmlCheck& check_;
    std::string domain_;
    std::vector<probe::Element> received_;
    probe::LoginOutcome failure_;
};

} // namespace doctor
