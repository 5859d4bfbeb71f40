#include "tls/common_settings.h"

#include "base/error.h"
#include "tls/engine.h"

#include <openssl/ssl.h>

namespace tls {

void apply_common_settings(SSL_CTX& context) {
    CM_ASSERT(SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION) == 1);
    // The 1.2 suites that RFC 9325 §4.2 leaves; those of 1.3 are all good.
    CM_ASSERT(SSL_CTX_set_cipher_list(&context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1);
    SSL_CTX_set_options(&context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS);
    // A request with payloads, or SASL2 with inline features, must not be replayed (S-035).
    SSL_CTX_set_max_early_data(&context, 0);
    SSL_CTX_set_recv_max_early_data(&context, 0);
    Engine::install_callbacks(context);
}

} // namespace tls
