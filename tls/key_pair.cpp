#include "tls/key_pair.h"

#include "tls/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace tls {

namespace {

struct Freed {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

// A daemon has nobody to ask.
int no_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return 0;
}

std::optional<std::string> use_chain(SSL_CTX& context, const std::string& file) {
    if (auto why = why_unreadable(file)) return why;
    if (SSL_CTX_use_certificate_chain_file(&context, file.c_str()) == 1) return std::nullopt;
    auto code = ERR_peek_error();
    if (ERR_GET_LIB(code) == ERR_LIB_PEM) return file + ": no certificate in PEM form in it";
    const char* reason = ERR_reason_error_string(code);
    return file + ": not usable as a certificate: " + (reason ? reason : "unknown reason");
}

std::optional<std::string> use_key(SSL_CTX& context, const KeyPairFiles& files) {
    const std::string& file = files.key_file;
    if (auto why = why_unreadable(file)) return why;
    std::unique_ptr<BIO, Freed> bio(BIO_new_file(file.c_str(), "r"));
    if (!bio) return file + ": cannot be read";
    bool asked = false;
    std::unique_ptr<EVP_PKEY, Freed> key(
        PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked));
    if (asked) return file + ": the key is encrypted with a passphrase; store it without one";
    if (!key) return file + ": no private key in PEM form in it";
    if (SSL_CTX_use_PrivateKey(&context, key.get()) != 1 ||
        SSL_CTX_check_private_key(&context) != 1) {
        return file + ": the key does not belong to the certificate in " + files.chain_file;
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
    if (!known) return file + ": " + std::strerror(code);
    if (!S_ISREG(status.st_mode)) return file + ": not a file";
    return std::nullopt;
}

std::optional<std::string> use_key_pair(SSL_CTX& context, const KeyPairFiles& files) {
    ERR_clear_error();
    auto fault = use_chain(context, files.chain_file);
    if (!fault) fault = use_key(context, files);
    ERR_clear_error();
    return fault;
}

} // namespace tls
