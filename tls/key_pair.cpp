#include "tls/key_pair.h"

#include "base/error.h"
#include "tls/certificate.h"
#include "tls/owned.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tls {

namespace {

// A daemon has nobody to ask.
int no_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return 0;
}

KeyPairFault in_chain(std::string problem) {
    return {KeyPairFault::In::Chain, std::move(problem)};
}
KeyPairFault in_key(std::string problem) {
    return {KeyPairFault::In::Key, std::move(problem)};
}

std::optional<KeyPairFault> use_chain(SSL_CTX& context, const std::string& file) {
    if (auto why = why_unreadable(file)) return in_chain(*why);
    if (SSL_CTX_use_certificate_chain_file(&context, file.c_str()) != 1) {
        auto code = ERR_peek_error();
        if (ERR_GET_LIB(code) == ERR_LIB_PEM) return in_chain("no certificate in PEM form in it");
        const char* reason = ERR_reason_error_string(code);
        return in_chain(std::string("not usable as a certificate: ") +
                        (reason != nullptr ? reason : "unknown reason"));
    }
    return std::nullopt;
}

std::optional<KeyPairFault> use_key(SSL_CTX& context, const std::string& file) {
    if (auto why = why_unreadable(file)) return in_key(*why);
    Owned<BIO> bio(BIO_new_file(file.c_str(), "r"));
    if (!bio) return in_key("cannot be read");
    bool asked = false;
    Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked));
    if (asked) return in_key("a key that is encrypted with a passphrase");
    if (!key) return in_key("no private key in PEM form in it");
    if (X509_check_private_key(SSL_CTX_get0_certificate(&context), key.get()) != 1 ||
        SSL_CTX_use_PrivateKey(&context, key.get()) != 1) {
        return in_key("a key that does not belong to the certificate");
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> why_unreadable(const std::string& file) {
    int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status{};
    bool known = descriptor >= 0 && ::fstat(descriptor, &status) == 0;
    int code = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!known) return std::strerror(code);
    if (!S_ISREG(status.st_mode)) return "not a file";
    return std::nullopt;
}

std::optional<KeyPairFault> use_key_pair(SSL_CTX& context, const KeyPairFiles& files) {
    ERR_clear_error();
    auto fault = use_chain(context, files.chain_file);
    if (!fault) fault = use_key(context, files.key_file);
    ERR_clear_error();
    return fault;
}

std::optional<KeyPairFault> check_key_pair(const KeyPairFiles& files) {
    Owned<SSL_CTX> context(SSL_CTX_new(TLS_method()));
    CM_ASSERT(context != nullptr);
    return use_key_pair(*context, files);
}

std::optional<std::string> why_out_of_time(const std::string& chain_file,
                                           std::chrono::system_clock::time_point now) {
    Owned<SSL_CTX> context(SSL_CTX_new(TLS_method()));
    CM_ASSERT(context != nullptr);
    bool there = !use_chain(*context, chain_file);
    ERR_clear_error();
    if (!there) return std::nullopt;
    const X509& certificate = *SSL_CTX_get0_certificate(context.get());
    if (not_after_of(certificate) < now) {
        return "a certificate that expired on " + to_date(not_after_of(certificate));
    }
    if (not_before_of(certificate) > now) {
        return "a certificate that is not valid before " + to_date(not_before_of(certificate));
    }
    return std::nullopt;
}

std::optional<std::string> check_ca_file(const std::string& file) {
    if (auto why = why_unreadable(file)) return why;
    Owned<SSL_CTX> context(SSL_CTX_new(TLS_method()));
    CM_ASSERT(context != nullptr);
    bool good = SSL_CTX_load_verify_file(context.get(), file.c_str()) == 1;
    ERR_clear_error();
    if (!good) return "no CA certificate in PEM form in it";
    return std::nullopt;
}

std::string to_string(const KeyPairFault& fault, const KeyPairFiles& files) {
    bool in_key = fault.in == KeyPairFault::In::Key;
    return (in_key ? files.key_file : files.chain_file) + ": " + fault.problem;
}

} // namespace tls
