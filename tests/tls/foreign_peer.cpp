#include "tests/tls/foreign_peer.h"

#include "base/error.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tests {

namespace {

std::optional<std::string> extension(SSL* ssl, unsigned type) {
    const unsigned char* bytes = nullptr;
    size_t size = 0;
    if (SSL_client_hello_get0_ext(ssl, type, &bytes, &size) != 1) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(bytes), size);
}

int on_hello(SSL* ssl, int*, void* into) {
    SeenHello hello;
    hello.server_name = extension(ssl, TLSEXT_TYPE_server_name);
    // A list of one: its length, the kind, the name's length, the name.
    if (hello.server_name) hello.server_name->erase(0, 5);
    hello.alpn = extension(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation);
    hello.early_data = extension(ssl, TLSEXT_TYPE_early_data).has_value();
    const unsigned char* compressions = nullptr;
    size_t count = SSL_client_hello_get0_compression_methods(ssl, &compressions);
    hello.compressions.assign(reinterpret_cast<const char*>(compressions), count);
    *static_cast<std::optional<SeenHello>*>(into) = hello;
    return SSL_CLIENT_HELLO_SUCCESS;
}

int on_alpn(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
            unsigned size, void* wire) {
    const auto& ours = *static_cast<std::string*>(wire);
    int found = SSL_select_next_proto(const_cast<unsigned char**>(chosen), length,
                                      reinterpret_cast<const unsigned char*>(ours.data()),
                                      static_cast<unsigned>(ours.size()), offered, size);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void use(SSL_CTX* context, const KeyPair& pair) {
    BIO* bio = BIO_new_mem_buf(pair.certificate.data(), static_cast<int>(pair.certificate.size()));
    X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    bio = BIO_new_mem_buf(pair.key.data(), static_cast<int>(pair.key.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    CM_ASSERT(SSL_CTX_use_certificate(context, certificate) == 1);
    CM_ASSERT(SSL_CTX_use_PrivateKey(context, key) == 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

} // namespace

// The latest session, as the callback of the context leaves it.
struct ForeignPeer::SessionSlot {
    SSL_SESSION* session = nullptr;
    SessionSlot() = default;
    SessionSlot(const SessionSlot&) = delete;
    SessionSlot& operator=(const SessionSlot&) = delete;
    ~SessionSlot() { SSL_SESSION_free(session); }

    static int on_new(SSL* ssl, SSL_SESSION* session) {
        auto* slot = static_cast<SessionSlot*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
        SSL_SESSION_free(std::exchange(slot->session, session));
        return 1;
    }
};

void ForeignPeer::Freed::operator()(SSL* ssl) const {
    // Or its session could not be resumed.
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
}
void ForeignPeer::Freed::operator()(SSL_CTX* context) const {
    SSL_CTX_free(context);
}

ForeignPeer::ForeignPeer(SSL_CTX* context)
    : context_(context), hello_(std::make_unique<std::optional<SeenHello>>()),
      alpn_(std::make_unique<std::string>()), session_(std::make_unique<SessionSlot>()) {
    SSL_CTX_set_app_data(context, session_.get());
}
ForeignPeer::ForeignPeer(ForeignPeer&&) noexcept = default;
ForeignPeer::~ForeignPeer() = default;

void ForeignPeer::prepare(const ForeignSettings& settings, const KeyPair* pair) {
    SSL_CTX* context = context_.get();
    SSL_CTX_set_security_level(context, 0); // old versions and all
    SSL_CTX_set_min_proto_version(context, settings.oldest);
    SSL_CTX_set_max_proto_version(context, settings.newest);
    if (!settings.ciphers.empty()) SSL_CTX_set_cipher_list(context, settings.ciphers.c_str());
    if (settings.wants_certificate) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    }
    for (const std::string& name : settings.alpn) {
        *alpn_ += static_cast<char>(name.size());
        *alpn_ += name;
    }
    if (pair != nullptr) use(context, *pair);
}

ForeignPeer ForeignPeer::server(const KeyPair& pair, const ForeignSettings& settings) {
    ForeignPeer peer(SSL_CTX_new(TLS_server_method()));
    peer.prepare(settings, &pair);
    SSL_CTX_set_session_id_context(peer.context_.get(),
                                   reinterpret_cast<const unsigned char*>("test"), 4);
    SSL_CTX_set_client_hello_cb(peer.context_.get(), on_hello, peer.hello_.get());
    if (!settings.alpn.empty()) {
        SSL_CTX_set_alpn_select_cb(peer.context_.get(), on_alpn, peer.alpn_.get());
    }
    peer.accept_again();
    return peer;
}

ForeignPeer ForeignPeer::client(const ForeignSettings& settings, const KeyPair* pair) {
    ForeignPeer peer(SSL_CTX_new(TLS_client_method()));
    peer.prepare(settings, pair);
    SSL_CTX_set_session_cache_mode(peer.context_.get(),
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(peer.context_.get(), SessionSlot::on_new);
    peer.start();
    if (!peer.alpn_->empty()) {
        SSL_set_alpn_protos(peer.ssl_.get(),
                            reinterpret_cast<const unsigned char*>(peer.alpn_->data()),
                            static_cast<unsigned>(peer.alpn_->size()));
    }
    if (!settings.server_name.empty()) {
        SSL_set_tlsext_host_name(peer.ssl_.get(), settings.server_name.c_str());
    }
    SSL_set_connect_state(peer.ssl_.get());
    return peer;
}

void ForeignPeer::accept_again() {
    start();
    SSL_set_accept_state(ssl_.get());
}

void ForeignPeer::start() {
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
}

std::string ForeignPeer::feed(std::string_view cipher) {
    if (!cipher.empty()) {
        BIO_write(SSL_get_rbio(ssl_.get()), cipher.data(), static_cast<int>(cipher.size()));
    }
    ERR_clear_error();
    std::array<char, 4096> plain{};
    int count = 0;
    while ((count = SSL_read(ssl_.get(), plain.data(), plain.size())) > 0) {
        seen_.append(plain.data(), static_cast<size_t>(count));
    }
    note_error(count);
    return drain();
}

std::string ForeignPeer::write(std::string_view plain) {
    ERR_clear_error();
    note_error(SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size())));
    return drain();
}

std::string ForeignPeer::renegotiate() {
    ERR_clear_error();
    CM_ASSERT(SSL_renegotiate(ssl_.get()) == 1);
    note_error(SSL_do_handshake(ssl_.get()));
    return drain();
}

std::string ForeignPeer::drain() {
    char* bytes = nullptr;
    long size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &bytes);
    std::string out(bytes, static_cast<size_t>(size));
    CM_ASSERT(BIO_reset(SSL_get_wbio(ssl_.get())) == 1);
    return out;
}

void ForeignPeer::note_error(int result) {
    if (result > 0 || SSL_get_error(ssl_.get(), result) != SSL_ERROR_SSL || !error_.empty()) return;
    const char* text = ERR_reason_error_string(ERR_peek_error());
    error_ = text != nullptr ? text : "unknown";
}

bool ForeignPeer::secured() const {
    return SSL_is_init_finished(ssl_.get()) == 1;
}

bool ForeignPeer::has_peer_certificate() const {
    return SSL_get0_peer_certificate(ssl_.get()) != nullptr;
}

std::string ForeignPeer::peer_subject() const {
    const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    if (certificate == nullptr) return {};
    std::array<char, 256> text{};
    BIO* bio = BIO_new(BIO_s_mem());
    X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    int size = BIO_read(bio, text.data(), text.size());
    BIO_free(bio);
    return {text.data(), static_cast<size_t>(std::max(size, 0))};
}

void ForeignPeer::offer_session_of(const ForeignPeer& other) {
    CM_ASSERT(other.session_->session != nullptr);
    CM_ASSERT(SSL_set_session(ssl_.get(), other.session_->session) == 1);
    session_->session = other.session_->session; // until the server gives another
    SSL_SESSION_up_ref(session_->session);
}

size_t ForeignPeer::early_data_allowed() const {
    CM_ASSERT(session_->session != nullptr);
    return SSL_SESSION_get_max_early_data(session_->session);
}

} // namespace tests
