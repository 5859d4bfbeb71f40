// common_settings — what is the same for all TLS of ours, client's or server's.
// Spec:   RFC 9325 (BCP 195), RFC 7590; rows U-047, S-020.
#pragma once

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace tls {

// TLS 1.2 with forward secrecy and AEAD, or newer; no compression, no renegotiation, no early
// data; no buffers kept between records.
void apply_common_settings(ssl_ctx_st& context);

} // namespace tls
