// TestCa — a certificate authority for tests, and what it issues: made in memory with ECDSA P-256,
// in a few milliseconds. TempFiles — for what wants to read PEM from files.
//
//     TestCa ca("Test CA");
//     KeyPair server = ca.issue({.dns = {"a.example"}});
//     KeyPair expired = ca.issue({.dns = {"a.example"}, .until = -24h});
#pragma once

#include "tls/key_pair.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

using namespace std::chrono_literals;

struct CertificateWish {
    std::string common_name = "Test";
    std::vector<std::string> dns{};
    std::vector<std::string> srv{};
    std::vector<std::string> xmpp{};
    std::vector<std::string> addresses{};
    std::string usage = "serverAuth";
    std::chrono::seconds from = -1h; // relative to now
    std::chrono::seconds until = 24h;
    bool is_ca = false;
    bool rsa = false; // 2048 bits
};

struct KeyPair {
    std::string certificate; // PEM
    std::string key;
    std::string issuers{}; // PEM, to be sent behind the certificate
};

[[nodiscard]] KeyPair self_signed(const CertificateWish& wish);
// `issuer` is one that has been made with is_ca.
[[nodiscard]] KeyPair issue(const KeyPair& issuer, const CertificateWish& wish);
// A private key that cannot be read without a passphrase.
[[nodiscard]] std::string encrypted_key();

class TestCa {
public:
    explicit TestCa(const std::string& name)
        : own_(self_signed({.common_name = name, .is_ca = true})) {}

    [[nodiscard]] KeyPair issue(const CertificateWish& wish) const {
        return tests::issue(own_, wish);
    }
    [[nodiscard]] const std::string& certificate() const { return own_.certificate; }

private:
    KeyPair own_;
};

// A directory that goes with it.
class TempFiles {
public:
    TempFiles();
    TempFiles(const TempFiles&) = delete;
    TempFiles& operator=(const TempFiles&) = delete;
    ~TempFiles();

    // Returns the path.
    std::string write(const std::string& name, std::string_view content) const;
    [[nodiscard]] tls::KeyPairFiles write(const std::string& name, const KeyPair& pair) const;
    [[nodiscard]] std::string path(const std::string& name) const { return directory_ + name; }

private:
    std::string directory_;
};

} // namespace tests
