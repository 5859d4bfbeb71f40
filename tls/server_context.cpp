// OpenSSL chooses among certificates for different kinds of keys by itself, but has one place for
// each kind. So there is a native context for each set of names; a connection begins with the first
// and is moved to another when the client has said for which host it came.

#include "tls/server_context.h"

#include "base/error.h"
#include "tls/certificate.h"
#include "tls/common_settings.h"
#include "tls/owned.h"
#include "tls/ticket_keys.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string_view>

namespace tls {

namespace {

using Native = Owned<SSL_CTX>;

// No ticket may be older than its key is kept.
constexpr long kSessionSeconds = std::chrono::seconds(TicketKeys::kSealing).count();
// Sessions are resumed only by the kind of server that they began with.
constexpr std::string_view kSessionContext = "boshcm";

std::vector<std::string> hosts_of(const X509& certificate) {
    CertificateNames names = names_of(certificate);
    std::vector<std::string> hosts = std::move(names.dns);
    std::ranges::sort(hosts);
    return hosts;
}

} // namespace

struct ServerContext::Parts {
    // The certificates for one set of names.
    struct Group {
        std::vector<std::string> hosts;
        Native native;
        std::map<int, std::string> chain_files; // by the kind of key
    };

    std::vector<Group> groups; // the first is the default
    std::string protocols;     // as ALPN has them on the wire
    std::string plain_http_answer;
    TicketKeys ticket_keys;

    [[nodiscard]] SSL_CTX* native_for(std::string_view host) const;
    [[nodiscard]] std::optional<std::string> add(const KeyPairFiles& files,
                                                 const ServerSettings& settings);
    [[nodiscard]] Native make_native(const ServerSettings& settings);
};

// --- What OpenSSL calls

struct ServerContext::Callbacks {
    static int on_server_name(SSL* ssl, int*, void* parts) {
        const char* host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        if (host == nullptr) return SSL_TLSEXT_ERR_NOACK;
        SSL_set_SSL_CTX(ssl, static_cast<Parts*>(parts)->native_for(host));
        return SSL_TLSEXT_ERR_OK;
    }

    // RFC 7301 §3.2: a client that offers only what we do not speak is told so.
    static int on_protocols(SSL*, const unsigned char** chosen, unsigned char* length,
                            const unsigned char* offered, unsigned size, void* parts) {
        const std::string& ours = static_cast<Parts*>(parts)->protocols;
        unsigned char* found = nullptr;
        int result = SSL_select_next_proto(&found, length,
                                           reinterpret_cast<const unsigned char*>(ours.data()),
                                           static_cast<unsigned>(ours.size()), offered, size);
        *chosen = found;
        return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
    }

    // 1: go on; 2: and give the client a new ticket; 0: no such key, so a full handshake follows.
    static int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                         EVP_MAC_CTX* mac, int sealing) {
        auto* parts = static_cast<Parts*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
        auto now = std::chrono::steady_clock::now();
        std::optional<TicketKey> key;
        if (sealing == 1) {
            key = parts->ticket_keys.current(now);
            std::ranges::copy(key->name, name);
            if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) != 1) return -1;
        } else {
            key = parts->ticket_keys.find(std::span<const uint8_t, 16>(name, 16), now);
            if (!key) return 0;
        }
        if (EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), nullptr, key->cipher.data(), iv,
                              sealing) != 1) {
            return -1;
        }
        char digest[] = "SHA256";
        OSSL_PARAM params[] = {
            OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key->mac.data(), key->mac.size()),
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
            OSSL_PARAM_construct_end()};
        return EVP_MAC_CTX_set_params(mac, params) == 1 ? 2 : -1;
    }
};

// --- Set-up

Native ServerContext::Parts::make_native(const ServerSettings& settings) {
    Native native(SSL_CTX_new(TLS_server_method()));
    CM_ASSERT(native != nullptr);
    SSL_CTX* context = native.get();
    apply_common_settings(*context);
    if (settings.profile == Profile::Modern) {
        SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    }
    // A phone without AES in hardware puts ChaCha20 first, and gets it.
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    CM_ASSERT(SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1);

    SSL_CTX_set_app_data(context, this);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF); // tickets need none
    SSL_CTX_set_timeout(context, kSessionSeconds);
    SSL_CTX_set_session_id_context(context,
                                   reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                                   kSessionContext.size());
    SSL_CTX_set_tlsext_ticket_key_evp_cb(context, Callbacks::on_ticket);
    SSL_CTX_set_tlsext_servername_callback(context, Callbacks::on_server_name);
    SSL_CTX_set_tlsext_servername_arg(context, this);
    if (!protocols.empty()) SSL_CTX_set_alpn_select_cb(context, Callbacks::on_protocols, this);

    if (!settings.client_ca_file.empty()) {
        const char* file = settings.client_ca_file.c_str();
        SSL_CTX_load_verify_file(context, file);
        SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(file));
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr); // asked for, not demanded
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
    }
    return native;
}

std::optional<std::string> ServerContext::Parts::add(const KeyPairFiles& files,
                                                     const ServerSettings& settings) {
    Native fresh = make_native(settings);
    if (auto fault = use_key_pair(*fresh, files)) return to_string(*fault, files);
    const X509& certificate = *SSL_CTX_get0_certificate(fresh.get());
    std::vector<std::string> hosts = hosts_of(certificate);
    int kind = EVP_PKEY_get_base_id(X509_get0_pubkey(&certificate));

    auto group = std::ranges::find(groups, hosts, &Group::hosts);
    if (group == groups.end()) {
        groups.push_back({.hosts = std::move(hosts), .native = std::move(fresh)});
        groups.back().chain_files[kind] = files.chain_file;
        return std::nullopt;
    }
    auto [place, is_new] = group->chain_files.emplace(kind, files.chain_file);
    if (!is_new) {
        return files.chain_file + ": a certificate for the same names and kind of key as " +
               place->second;
    }
    if (auto fault = use_key_pair(*group->native, files)) return to_string(*fault, files);
    return std::nullopt;
}

SSL_CTX* ServerContext::Parts::native_for(std::string_view host) const {
    for (bool wildcards : {false, true}) { // a certificate for the very host comes first
        auto matches = [host, wildcards](const std::string& id) {
            return id.starts_with('*') == wildcards && dns_id_matches(id, host);
        };
        for (const Group& group : groups) {
            if (std::ranges::any_of(group.hosts, matches)) return group.native.get();
        }
    }
    return groups.front().native.get();
}

ServerContext::ServerContext(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ServerContext::~ServerContext() = default;

std::expected<std::shared_ptr<const ServerContext>, std::string>
ServerContext::create(const ServerSettings& settings) {
    CM_ASSERT(!settings.key_pairs.empty());
    auto parts = std::make_unique<Parts>();
    for (const std::string& protocol : settings.protocols) {
        parts->protocols += static_cast<char>(protocol.size());
        parts->protocols += protocol;
    }
    parts->plain_http_answer = settings.plain_http_answer;
    if (!settings.client_ca_file.empty()) {
        if (auto problem = check_ca_file(settings.client_ca_file)) {
            return std::unexpected(settings.client_ca_file + ": " + *problem);
        }
    }
    for (const KeyPairFiles& files : settings.key_pairs) {
        if (auto fault = parts->add(files, settings)) return std::unexpected(*fault);
    }
    return std::shared_ptr<const ServerContext>(new ServerContext(std::move(parts)));
}

SSL_CTX& ServerContext::native() const {
    return *parts_->groups.front().native;
}

std::string_view ServerContext::plain_http_answer() const {
    return parts_->plain_http_answer;
}

} // namespace tls
