#include "tls/certificate.h"

#include "base/error.h"
#include "net/address.h"
#include "tls/owned.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>

namespace tls {

namespace {

std::string text_of(const ASN1_STRING* string) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
            static_cast<size_t>(ASN1_STRING_length(string))};
}

std::string address_of(const ASN1_OCTET_STRING* octets) {
    net::Address address;
    auto length = static_cast<size_t>(ASN1_STRING_length(octets));
    if (length != 4 && length != 16) return {};
    address.family = length == 4 ? net::Address::Family::V4 : net::Address::Family::V6;
    std::copy_n(ASN1_STRING_get0_data(octets), length, address.bytes.begin());
    return address.host();
}

// SRVName is an IA5String (RFC 4985), XmppAddr a UTF8String (RFC 6120 §13.7.1.4).
void add_other_name(const OTHERNAME& other, CertificateNames& names) {
    std::array<char, 64> oid{};
    OBJ_obj2txt(oid.data(), oid.size(), other.type_id, 1);
    std::string_view kind = oid.data();
    if (kind == "1.3.6.1.5.5.7.8.7" && other.value->type == V_ASN1_IA5STRING) {
        names.srv.push_back(text_of(other.value->value.ia5string));
    } else if (kind == "1.3.6.1.5.5.7.8.5" && other.value->type == V_ASN1_UTF8STRING) {
        names.xmpp.push_back(text_of(other.value->value.utf8string));
    }
}

std::string text_of(const X509_NAME* name) {
    Owned<BIO> bio(BIO_new(BIO_s_mem()));
    CM_ASSERT(bio != nullptr);
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    long length = BIO_get_mem_data(bio.get(), &text);
    return length > 0 ? std::string(text, static_cast<size_t>(length)) : std::string("(no name)");
}

std::chrono::sys_seconds to_time(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return std::chrono::sys_seconds(std::chrono::seconds(timegm(&parts)));
}

} // namespace

CertificateNames names_of(const X509& certificate) {
    CertificateNames names;
    Owned<GENERAL_NAMES> all(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
        switch (name->type) {
        case GEN_DNS: names.dns.push_back(text_of(name->d.dNSName)); break;
        case GEN_IPADD: names.addresses.push_back(address_of(name->d.iPAddress)); break;
        case GEN_OTHERNAME: add_other_name(*name->d.otherName, names); break;
        default: break;
        }
    }
    return names;
}

std::string spki_sha256_of(const X509& certificate) {
    unsigned char* der = nullptr;
    int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &der);
    if (length <= 0) return {}; // equals no pin
    std::array<unsigned char, 32> digest{};
    CM_ASSERT(EVP_Digest(der, static_cast<size_t>(length), digest.data(), nullptr, EVP_sha256(),
                         nullptr) == 1);
    OPENSSL_free(der);
    std::array<unsigned char, 48> text{};
    int size = EVP_EncodeBlock(text.data(), digest.data(), digest.size());
    return {reinterpret_cast<const char*>(text.data()), static_cast<size_t>(size)};
}

std::string subject_of(const X509& certificate) {
    return text_of(X509_get_subject_name(&certificate));
}

std::string issuer_of(const X509& certificate) {
    return text_of(X509_get_issuer_name(&certificate));
}

std::chrono::sys_seconds not_before_of(const X509& certificate) {
    return to_time(X509_get0_notBefore(&certificate));
}

std::chrono::sys_seconds not_after_of(const X509& certificate) {
    return to_time(X509_get0_notAfter(&certificate));
}

CertificateMark mark_of(const X509& certificate) {
    std::array<unsigned char, 32> digest{};
    CM_ASSERT(X509_digest(&certificate, EVP_sha256(), digest.data(), nullptr) == 1);
    CertificateMark mark{};
    std::copy_n(digest.begin(), mark.size(), mark.begin());
    return mark;
}

std::string common_name_of(const X509& certificate) {
    const X509_NAME* subject = X509_get_subject_name(&certificate);
    int at = -1;
    for (int next = at; (next = X509_NAME_get_index_by_NID(subject, NID_commonName, next)) >= 0;)
        at = next;
    if (at < 0) return {};
    unsigned char* utf8 = nullptr;
    int length =
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (length < 0) return {};
    std::string name(reinterpret_cast<const char*>(utf8), static_cast<size_t>(length));
    OPENSSL_free(utf8);
    return name;
}

CertificateFacts facts_of(const X509& certificate) {
    return {.subject = subject_of(certificate),
            .issuer = issuer_of(certificate),
            .names = names_of(certificate),
            .not_before = not_before_of(certificate),
            .not_after = not_after_of(certificate),
            .spki_sha256 = spki_sha256_of(certificate)};
}

std::optional<CertificateFacts> facts_of_pem(const std::string& pem) {
    Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    CM_ASSERT(bio != nullptr);
    Owned<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    ERR_clear_error(); // why it is none is nobody's question
    if (certificate == nullptr) return std::nullopt;
    return facts_of(*certificate);
}

std::string to_date(std::chrono::sys_seconds time) {
    std::time_t seconds = time.time_since_epoch().count();
    std::tm parts{};
    std::array<char, 32> text{};
    gmtime_r(&seconds, &parts);
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

} // namespace tls
