// NativeClient — a session straight on the server, by libstrophe: a client whose parser, SASL and
// stream logic are not ours.
// Spec:   RFC 6120 §6, §7; docs/architecture.md for why it is in the probe only.
// Errors: LoginOutcome. After the first <failure/> no weaker mechanism is tried: that would cost
// the
//         account several attempts.
// Life:   one at a time in a process; libstrophe's loop turns only inside our calls.
#pragma once

#include "net/address.h"
#include "probe/deadline.h"
#include "probe/element.h"
#include "probe/login.h"
#include "probe/plan.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

class NativeClient {
public:
    struct Target {
        net::Address address;
        ServerTls tls = ServerTls::Required;
        std::string ca_file;
        // Of the certificates that an earlier connection has verified: SHA-256 in base64.
        std::vector<std::string> verified_keys;
    };

    explicit NativeClient(xmpp::XmlCheck& check);
    ~NativeClient();
    NativeClient(const NativeClient&) = delete;
    NativeClient& operator=(const NativeClient&) = delete;

    [[nodiscard]] LoginOutcome log_in(const Target& target, const std::string& domain,
                                      const Account& account, const Deadline& deadline);
    void send(std::string_view xml);
    // Gives the session a moment to send and receive.
    void take_turn();
    // What has come since log_in().
    [[nodiscard]] const std::vector<Element>& received() const;
    void log_out();

private:
    struct Session;
    std::unique_ptr<Session> session_;
};

} // namespace probe
