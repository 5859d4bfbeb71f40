// Sasl — the client's side of one SASL exchange, by libgsasl.
// Spec:   RFC 4616 (PLAIN), RFC 5802 and RFC 7677 (SCRAM), RFC 4505 (ANONYMOUS).
// Units:  what is said is in base64, as XMPP carries it.
// Errors: text that says what was wrong with the server's words.
#pragma once

#include "probe/plan.h"

#include <expected>
#include <memory>
#include <string>

namespace probe {

class Sasl {
public:
    [[nodiscard]] static std::expected<Sasl, std::string>
    start(const std::string& mechanism, const std::string& domain, const Account& account);
    Sasl(Sasl&& other) noexcept;
    Sasl& operator=(Sasl&& other) noexcept;
    ~Sasl();

    // `heard`: the server's last words, empty at first. Answers with ours.
    [[nodiscard]] std::expected<std::string, std::string> step(const std::string& heard);
    // Whether the mechanism is content, and so the server proven where it can prove itself.
    [[nodiscard]] bool finished() const;

private:
    struct Exchange;
    explicit Sasl(std::unique_ptr<Exchange> exchange);

    std::unique_ptr<Exchange> exchange_;
};

} // namespace probe
