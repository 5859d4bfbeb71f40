#include "tls/server_context.h"

#include "base/error.h"
#include "tls/common_settings.h"

#include <openssl/ssl.h>

namespace tls {

void ServerContext::Freed::operator()(SSL_CTX* context) const {
    SSL_CTX_free(context);
}

ServerContext::ServerContext(SSL_CTX* native) : native_(native) {}

ServerContext::~ServerContext() = default;

std::expected<std::shared_ptr<const ServerContext>, std::string>
ServerContext::create(const ServerSettings& settings) {
    SSL_CTX* native = SSL_CTX_new(TLS_server_method());
    CM_ASSERT(native != nullptr);
    std::shared_ptr<ServerContext> context(new ServerContext(native));
    apply_common_settings(*native);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    for (const KeyPairFiles& files : settings.key_pairs) {
        if (auto fault = use_key_pair(*native, files)) return std::unexpected(*fault);
    }
    return context;
}

} // namespace tls
