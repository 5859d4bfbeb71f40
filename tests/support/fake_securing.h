// FakeSecuring — a handshake that succeeds or fails when the test says so, and ciphers nothing.
//
//     FakeSecuring securing;
//     ...
//     EXPECT_EQ(securing.domain(), "example.org");
//     securing.succeed();                            // what was below is above from here on
//
// Life:   declare it before what uses it.
#pragma once

#include "xmpp/securing.h"

#include <memory>
#include <string>
#include <utility>

namespace tests {

class FakeSecuring final : public xmpp::Securing {
public:
    [[nodiscard]] std::unique_ptr<net::Transport>
    secure(std::unique_ptr<net::Transport> lower, const Wanted& wanted,
           const xmpp::ServerTerms& /*terms*/, tls::HandshakeListener& listener) override {
        domain_ = wanted.identity.domain;
        direct_ = wanted.direct;
        listener_ = &listener;
        ++handshakes_;
        return lower;
    }

    [[nodiscard]] size_t handshakes() const { return handshakes_; }
    // Of the latest one.
    [[nodiscard]] const std::string& domain() const { return domain_; }
    [[nodiscard]] bool direct() const { return direct_; }

    void succeed() { std::exchange(listener_, nullptr)->on_secured(); }
    void fail(uint16_t code) {
        std::exchange(listener_, nullptr)
            ->on_handshake_failed({.category = base::Category::Tls,
                                   .code = code,
                                   .what = "handshake failed by the test"});
    }
    [[nodiscard]] std::string explanation(const net::Transport&) const override { return {}; }

private:
    tls::HandshakeListener* listener_ = nullptr;
    std::string domain_;
    bool direct_ = false;
    size_t handshakes_ = 0;
};

} // namespace tests
