// OpenSSL wants a BIO to read from and to write to. Ours has no buffer: reading takes from the
// bytes that feed() was given, and says "try again" when they are used up, with the engine's state
// unchanged; writing copies each record into a slice of exact size. So what an idle connection
// holds is OpenSSL's own state and nothing else.

#include "tls/engine.h"

#include "net/address.h"
#include "tls/certificate.h"
#include "tls/openssl_error.h"
#include "tls/peer_check.h"
#include "tls/server_context.h"
#include "tls/session_cache.h"
#include "tls/shared_certificates.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace tls {

using base::ByteView;
using base::SliceBuilder;
using base::SliceChain;

namespace {

constexpr size_t kRecordBytes = 16UL * 1024; // of plain bytes, the most that TLS allows
// Read at least so much at once: a record's last bytes may bring more plain ones than they are.
constexpr size_t kSmallestRead = 512;
constexpr const char* kLeftInHandshake = "the peer closed the connection in the handshake";

} // namespace

// What only a client needs. The parameters go when the handshake is over; the key of the session
// cache stays, for TLS 1.3 sends tickets later.
struct Engine::Client {
    std::shared_ptr<const ClientContext> context;
    std::unique_ptr<ClientParameters> parameters;
    std::string session_key; // empty: nothing is resumed or kept
};

// --- What OpenSSL calls

struct Engine::Bio {
    static Engine& engine_of(BIO* bio) { return *static_cast<Engine*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* to, int size) {
        BIO_clear_retry_flags(bio);
        ByteView& input = engine_of(bio).input_;
        if (input.empty()) {
            BIO_set_retry_read(bio);
            return -1;
        }
        size_t count = std::min(input.size(), static_cast<size_t>(size));
        std::memcpy(to, input.data(), count);
        input.remove_prefix(count);
        return static_cast<int>(count);
    }

    static int write(BIO* bio, const char* from, int size) {
        BIO_clear_retry_flags(bio);
        Engine& engine = engine_of(bio);
        engine.output_.push(base::Slice::copy(engine.pool_, {from, static_cast<size_t>(size)}));
        return size;
    }

    static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH; }

    static BIO_METHOD* make_method() {
        BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "slices");
        CM_ASSERT(method != nullptr);
        BIO_meth_set_read(method, read);
        BIO_meth_set_write(method, write);
        BIO_meth_set_ctrl(method, control);
        return method;
    }

    static BIO* create(Engine& engine) {
        static BIO_METHOD* const method = make_method(); // one for the program
        BIO* bio = BIO_new(method);
        CM_ASSERT(bio != nullptr);
        BIO_set_data(bio, &engine);
        BIO_set_init(bio, 1);
        return bio;
    }
};

struct Engine::Callbacks {
    static int verify(X509_STORE_CTX* chain, void*) {
        auto* ssl = static_cast<SSL*>(
            X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
        auto& engine = *static_cast<Engine*>(SSL_get_app_data(ssl));
        Verdict verdict =
            engine.client_ ? check_server(*engine.client_, *chain) : check_chain(*chain);
        if (verdict.fault == Fault::None) return 1;
        if (const X509* shown = X509_STORE_CTX_get0_cert(chain)) {
            verdict.refused_key = spki_sha256_of(*shown);
        }
        engine.verdict_ = std::make_unique<Verdict>(std::move(verdict));
        return 0;
    }

    static Verdict check_server(const Client& client, X509_STORE_CTX& chain) {
        SharedCertificates& shared = client.context->certificates();
        shared.replace_known(chain);
        Verdict verdict = check_peer(chain, *client.parameters);
        if (verdict.fault == Fault::None) shared.remember(chain);
        return verdict;
    }

    static int on_new_session(SSL* ssl, SSL_SESSION* session) {
        const auto& engine = *static_cast<Engine*>(SSL_get_app_data(ssl));
        if (!engine.client_ || engine.client_->session_key.empty()) return 0;
        engine.client_->context->sessions().put(engine.client_->session_key, Session(session));
        return 1; // it is ours now
    }
};

void Engine::install_callbacks(SSL_CTX& context) {
    SSL_CTX_set_cert_verify_callback(&context, Callbacks::verify, nullptr);
    SSL_CTX_sess_set_new_cb(&context, Callbacks::on_new_session);
}

// --- Set-up

void Engine::Freed::operator()(SSL* ssl) const {
    // A session whose connection ends without close_notify would lose its right to be resumed.
    // It need not: RFC 8446 dropped that rule, and truncation is told apart by us.
    if (SSL_is_init_finished(ssl)) SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
}

Engine::Engine(base::SlicePool& pool, std::shared_ptr<const ClientContext> context,
               ClientParameters parameters)
    : pool_(pool), client_(std::make_unique<Client>()), ssl_(SSL_new(&context->native())) {
    CM_ASSERT(ssl_ != nullptr);
    const std::string& domain = parameters.identity.domain;
    if (!parameters.server.empty()) client_->session_key = domain + ' ' + parameters.server;
    if (!net::Address::parse(domain, 0)) SSL_set_tlsext_host_name(ssl_.get(), domain.c_str());
    if (!parameters.protocol.empty()) offer_protocol(parameters.protocol);
    client_->context = std::move(context);
    client_->parameters = std::make_unique<ClientParameters>(std::move(parameters));
    offer_session();
    SSL_set_connect_state(ssl_.get());
    start();
    shake_hands();
}

Engine::Engine(base::SlicePool& pool, std::shared_ptr<const ServerContext> context)
    : pool_(pool), ssl_(SSL_new(&context->native())), server_(std::move(context)) {
    CM_ASSERT(ssl_ != nullptr);
    SSL_set_accept_state(ssl_.get());
    start();
}

Engine::~Engine() = default;

// RFC 7301's list of one: a length, then the name.
void Engine::offer_protocol(std::string_view name) {
    std::string list(1, static_cast<char>(name.size()));
    list += name;
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
}

void Engine::start() {
    SSL_set_app_data(ssl_.get(), this);
    BIO* bio = Bio::create(*this);
    SSL_set_bio(ssl_.get(), bio, bio);
}

// A session was verified when it began, for whom it is kept (its key says), but the pins may have
// changed since.
void Engine::offer_session() {
    if (client_->session_key.empty()) return;
    Session session = client_->context->sessions().find(client_->session_key);
    if (!session) return;
    const X509* certificate = SSL_SESSION_get0_peer(session.get());
    if (check_identity(*certificate, *client_->parameters).fault != Fault::None) return;
    SSL_set_session(ssl_.get(), session.get());
}

// --- Input

void Engine::feed(ByteView cipher, SliceBuilder& plain) {
    input_ = cipher;
    if (state_ == State::Handshaking) shake_hands();
    while (state_ == State::Open && read_some(plain)) {
    }
    input_ = {};
}

void Engine::shake_hands() {
    ERR_clear_error();
    int result = SSL_do_handshake(ssl_.get());
    if (result != 1) {
        on_call_failed(result);
        return;
    }
    state_ = State::Open;
    secured_ = true;
    if (client_) client_->parameters.reset();
}

bool Engine::read_some(SliceBuilder& plain) {
    size_t expected = input_.size() + static_cast<size_t>(SSL_pending(ssl_.get()));
    size_t before = plain.size();
    size_t room = std::clamp(expected, kSmallestRead, kRecordBytes);
    char* into = plain.extend(room);
    ERR_clear_error();
    size_t count = 0;
    int result = SSL_read_ex(ssl_.get(), into, room, &count);
    plain.shrink_to(before + count);
    if (result != 1) on_call_failed(result);
    return result == 1;
}

void Engine::feed_end_of_stream() {
    if (state_ == State::Handshaking) fail({Fault::Truncated, kLeftInHandshake});
    if (state_ == State::Open)
        fail({Fault::Truncated, "the connection ended without close_notify"});
}

void Engine::on_close_notify() {
    if (secured_) {
        state_ = State::Ended;
    } else {
        fail({Fault::Truncated, kLeftInHandshake});
    }
}

// --- Output

// OpenSSL takes one run of bytes at a time and makes records of it. Small slices are gathered, so
// that they share a record; whole records go without a copy.
void Engine::write(const SliceChain& plain) {
    CM_ASSERT(secured_);
    std::array<char, kRecordBytes> gathered; // NOLINT(*-member-init): written before it is read
    size_t filled = 0;
    for (const base::Slice& slice : plain) {
        ByteView rest = slice.view();
        while (!rest.empty()) {
            if (filled == 0 && (rest.size() >= kRecordBytes || plain.slice_count() == 1)) {
                size_t whole = plain.slice_count() == 1 ? rest.size()
                                                        : rest.size() / kRecordBytes * kRecordBytes;
                if (!encrypt(rest.substr(0, whole))) return;
                rest.remove_prefix(whole);
                continue;
            }
            size_t count = std::min(rest.size(), kRecordBytes - filled);
            std::memcpy(gathered.data() + filled, rest.data(), count);
            filled += count;
            rest.remove_prefix(count);
            if (filled == kRecordBytes && !encrypt({gathered.data(), std::exchange(filled, 0)}))
                return;
        }
    }
    if (filled > 0) encrypt({gathered.data(), filled});
}

bool Engine::encrypt(ByteView plain) {
    if (state_ == State::Failed) return false;
    ERR_clear_error();
    size_t taken = 0;
    int result = SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &taken);
    if (result != 1) on_call_failed(result);
    return result == 1;
}

void Engine::close() {
    if (!secured_ || state_ == State::Failed) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

SliceChain Engine::take_output() {
    return std::exchange(output_, {});
}

// --- What went wrong

void Engine::on_call_failed(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: break; // all input is used up
    case SSL_ERROR_ZERO_RETURN: on_close_notify(); break;
    default:
        // What the check of a certificate found is more than what OpenSSL says of it.
        if (verdict_) {
            state_ = State::Failed;
        } else {
            if (server_ && ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST) {
                output_.push(base::Slice::copy(pool_, server_->plain_http_answer()));
            }
            fail(verdict_of_last_error());
        }
    }
}

void Engine::fail(Verdict verdict) {
    state_ = State::Failed;
    verdict_ = std::make_unique<Verdict>(std::move(verdict));
}

base::Error Engine::fault() const {
    return error_of(verdict_ ? verdict_->fault : Fault::None);
}

std::string Engine::explanation() const {
    return verdict_ ? verdict_->sentence : std::string();
}

std::string Engine::refused_key() const {
    return verdict_ ? verdict_->refused_key : std::string();
}

// --- What others may know

bool Engine::resumed() const {
    return SSL_session_reused(ssl_.get()) == 1;
}

PeerFacts Engine::peer_facts() const {
    PeerFacts facts{.version = SSL_get_version(ssl_.get()), .resumed = resumed()};
    if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_.get())) {
        facts.cipher = SSL_CIPHER_get_name(cipher);
    }
    facts.alpn = application_protocol();

    // For a server's side OpenSSL keeps the client's own certificate apart from the others.
    const X509* own = SSL_get0_peer_certificate(ssl_.get());
    if (own != nullptr) facts.chain.push_back(facts_of(*own));
    const STACK_OF(X509)* sent = SSL_get_peer_cert_chain(ssl_.get());
    for (int i = client_ ? 1 : 0; i < sk_X509_num(sent); ++i) {
        facts.chain.push_back(facts_of(*sk_X509_value(sent, i)));
    }
    return facts;
}

std::string_view Engine::application_protocol() const {
    const unsigned char* name = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &length);
    return {reinterpret_cast<const char*>(name), length};
}

std::optional<net::TlsTerms> Engine::terms() const {
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_.get());
    if (!secured_ || cipher == nullptr) return std::nullopt;
    return net::TlsTerms{.version = SSL_get_version(ssl_.get()),
                         .cipher = SSL_CIPHER_get_name(cipher)};
}

net::TlsFacts Engine::client_facts() const {
    CM_ASSERT(secured_);
    const SSL* ssl = ssl_.get();
    net::TlsFacts facts{.version = SSL_get_version(ssl),
                        .cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)),
                        .resumed = resumed()};
    if (const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)) {
        facts.server_name = name;
    }
    if (const X509* certificate = SSL_get0_peer_certificate(ssl)) {
        facts.certificate = mark_of(*certificate);
        facts.common_name = common_name_of(*certificate);
    }
    return facts;
}

} // namespace tls
