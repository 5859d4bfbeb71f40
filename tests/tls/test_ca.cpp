#include "tests/tls/test_ca.h"

#include "base/error.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

namespace tests {

namespace {

struct Freed {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using Bio = std::unique_ptr<BIO, Freed>;
using Key = std::unique_ptr<EVP_PKEY, Freed>;
using Certificate = std::unique_ptr<X509, Freed>;

Bio bio_over(const std::string& text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_in(const Bio& bio) {
    char* text = nullptr;
    long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<size_t>(size)};
}

void add_extension(X509* certificate, X509V3_CTX* context, int nid, const std::string& value) {
    std::unique_ptr<X509_EXTENSION, Freed> extension(
        X509V3_EXT_conf_nid(nullptr, context, nid, value.c_str()));
    CM_ASSERT(extension != nullptr);
    CM_ASSERT(X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string alternative_names(const CertificateWish& wish) {
    std::string list;
    auto add = [&list](const std::string& prefix, const std::vector<std::string>& names) {
        for (const std::string& name : names) list += (list.empty() ? "" : ",") + prefix + name;
    };
    add("DNS:", wish.dns);
    add("otherName:1.3.6.1.5.5.7.8.7;IA5STRING:", wish.srv);
    add("otherName:1.3.6.1.5.5.7.8.5;UTF8:", wish.xmpp);
    add("IP:", wish.addresses);
    return list;
}

void add_extensions(X509* certificate, X509* issuer, const CertificateWish& wish) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509V3_set_ctx_nodb(&context);
    add_extension(certificate, &context, NID_basic_constraints,
                  wish.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(certificate, &context, NID_key_usage,
                  wish.is_ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
    if (!wish.is_ca) add_extension(certificate, &context, NID_ext_key_usage, wish.usage);
    if (std::string names = alternative_names(wish); !names.empty()) {
        add_extension(certificate, &context, NID_subject_alt_name, names);
    }
}

KeyPair make(const CertificateWish& wish, const KeyPair* issuer) {
    Key key(wish.rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
    Certificate certificate(X509_new());
    CM_ASSERT(key && certificate);
    X509_set_version(certificate.get(), X509_VERSION_3);
    static long serial = 1;
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.from.count());
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.until.count());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.common_name.data()), -1,
                               -1, 0);
    X509_set_pubkey(certificate.get(), key.get());

    Certificate issuer_certificate;
    Key issuer_key;
    if (issuer != nullptr) {
        issuer_certificate.reset(
            PEM_read_bio_X509(bio_over(issuer->certificate).get(), nullptr, nullptr, nullptr));
        issuer_key.reset(
            PEM_read_bio_PrivateKey(bio_over(issuer->key).get(), nullptr, nullptr, nullptr));
    }
    X509* signer = issuer ? issuer_certificate.get() : certificate.get();
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
    add_extensions(certificate.get(), signer, wish);
    CM_ASSERT(X509_sign(certificate.get(), issuer ? issuer_key.get() : key.get(), EVP_sha256()) >
              0);

    Bio certificate_pem(BIO_new(BIO_s_mem()));
    Bio key_pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificate_pem.get(), certificate.get());
    PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {.certificate = text_in(certificate_pem), .key = text_in(key_pem)};
}

} // namespace

KeyPair self_signed(const CertificateWish& wish) {
    return make(wish, nullptr);
}

KeyPair issue(const KeyPair& issuer, const CertificateWish& wish) {
    return make(wish, &issuer);
}

TempFiles::TempFiles() {
    directory_ = (std::filesystem::temp_directory_path() / "boshcm_tls.XXXXXX").string();
    CM_ASSERT(::mkdtemp(directory_.data()) != nullptr);
    directory_ += '/';
}

TempFiles::~TempFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

std::string TempFiles::write(const std::string& name, std::string_view content) const {
    std::ofstream file(path(name), std::ios::binary);
    file << content;
    return path(name);
}

tls::KeyPairFiles TempFiles::write(const std::string& name, const KeyPair& pair) const {
    return {.chain_file = write(name + ".pem", pair.certificate + pair.issuers),
            .key_file = write(name + ".key", pair.key)};
}

} // namespace tests
