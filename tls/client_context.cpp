#include "tls/client_context.h"

#include "base/error.h"
#include "tls/common_settings.h"
#include "tls/session_cache.h"
#include "tls/shared_certificates.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <unistd.h>

namespace tls {

namespace {

const char* named_by(const char* variable, const char* otherwise) {
    const char* name = ::secure_getenv(variable); // as OpenSSL does
    return name != nullptr ? name : otherwise;
}

// OpenSSL would start without any, and refuse every server later.
bool system_has_anchors() {
    return std::ranges::any_of(system_anchors(), [](const std::string& place) {
        return ::access(place.c_str(), F_OK) == 0;
    });
}

std::optional<std::string> use_anchors(SSL_CTX& context, const std::string& file) {
    if (file.empty()) {
        if (!system_has_anchors()) {
            return std::string(X509_get_default_cert_dir()) +
                   ": the system has no CA certificates; is the package ca-certificates installed?";
        }
        SSL_CTX_set_default_verify_paths(&context);
        return std::nullopt;
    }
    if (auto problem = check_ca_file(file)) return file + ": " + *problem;
    SSL_CTX_load_verify_file(&context, file.c_str());
    return std::nullopt;
}

} // namespace

std::vector<std::string> system_anchors() {
    std::vector<std::string> places{
        named_by(X509_get_default_cert_file_env(), X509_get_default_cert_file())};
    std::istringstream folders(
        named_by(X509_get_default_cert_dir_env(), X509_get_default_cert_dir()));
    for (std::string folder; std::getline(folders, folder, ':');) places.push_back(folder);
    return places;
}

void ClientContext::Freed::operator()(SSL_CTX* context) const {
    SSL_CTX_free(context);
}

ClientContext::ClientContext(SSL_CTX* native)
    : native_(native), sessions_(std::make_unique<SessionCache>()),
      certificates_(std::make_unique<SharedCertificates>()) {}

ClientContext::~ClientContext() = default;

std::expected<std::shared_ptr<const ClientContext>, std::string>
ClientContext::create(const ClientSettings& settings) {
    SSL_CTX* native = SSL_CTX_new(TLS_client_method());
    CM_ASSERT(native != nullptr);
    std::shared_ptr<ClientContext> context(new ClientContext(native));
    apply_common_settings(*native);
    if (settings.minimum_version == Version::Tls13) {
        SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION);
    }
    // Engine puts what to check on top. What is in the CA file is trusted for itself, be it a root
    // or not.
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native), X509_V_FLAG_PARTIAL_CHAIN);
    // The cache is ours: OpenSSL's own cannot find a client's session by server.
    SSL_CTX_set_session_cache_mode(native,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);

    if (auto fault = use_anchors(*native, settings.ca_file)) return std::unexpected(*fault);
    if (settings.key_pair) {
        if (auto fault = use_key_pair(*native, *settings.key_pair)) {
            return std::unexpected(to_string(*fault, *settings.key_pair));
        }
    }
    return context;
}

} // namespace tls
