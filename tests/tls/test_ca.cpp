#include "tests/tls/test_ca.h"

#include "base/error.h"
#include "tls/owned.h"

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

using Bio = tls::Owned<BIO>;
using Key = tls::Owned<EVP_PKEY>;
using Certificate = tls::Owned<X509>;

Bio bio_over(const std::string& text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_in(const Bio& bio) {
    char* text = nullptr;
    long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<size_t>(size)};
}

void add_extension(X509* certificate, X509V3_CTX* context, int nid, const std::string& value) {
    tls::Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, context, nid, value.c_str()));
    CM_ASSERT(extension != nullptr);
    CM_ASSERT(X509_add_ext(certificate, extension.get(), -1) == 1);
}

GENERAL_NAME* other_name(const char* oid, int type, const std::string& text) {
    ASN1_STRING* string = ASN1_STRING_type_new(type);
    ASN1_STRING_set(string, text.data(), static_cast<int>(text.size()));
    ASN1_TYPE* value = ASN1_TYPE_new();
    ASN1_TYPE_set(value, type, string);
    GENERAL_NAME* name = GENERAL_NAME_new();
    GENERAL_NAME_set0_othername(name, OBJ_txt2obj(oid, 1), value);
    return name;
}

GENERAL_NAME* dns_name(const std::string& text) {
    ASN1_IA5STRING* string = ASN1_IA5STRING_new();
    ASN1_STRING_set(string, text.data(), static_cast<int>(text.size()));
    GENERAL_NAME* name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, GEN_DNS, string);
    return name;
}

GENERAL_NAME* address_name(const std::string& text) {
    GENERAL_NAME* name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, GEN_IPADD, a2i_IPADDRESS(text.c_str()));
    return name;
}

void add_names(X509* certificate, const CertificateWish& wish) {
    GENERAL_NAMES* names = GENERAL_NAMES_new();
    for (const auto& text : wish.dns) sk_GENERAL_NAME_push(names, dns_name(text));
    for (const auto& text : wish.srv) {
        sk_GENERAL_NAME_push(names, other_name("1.3.6.1.5.5.7.8.7", V_ASN1_IA5STRING, text));
    }
    for (const auto& text : wish.xmpp) {
        sk_GENERAL_NAME_push(names, other_name("1.3.6.1.5.5.7.8.5", V_ASN1_UTF8STRING, text));
    }
    for (const auto& text : wish.addresses) sk_GENERAL_NAME_push(names, address_name(text));
    if (sk_GENERAL_NAME_num(names) > 0) {
        CM_ASSERT(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, 0) == 1);
    }
    GENERAL_NAMES_free(names);
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
    add_names(certificate, wish);
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

std::string encrypted_key() {
    Key key(EVP_EC_gen("P-256"));
    Bio pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_PKCS8PrivateKey(pem.get(), key.get(), EVP_aes_128_cbc(), "secret", 6, nullptr,
                                  nullptr);
    return text_in(pem);
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
