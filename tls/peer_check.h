// check_peer — is the certificate that a server shows one that we accept for this domain?
// Spec:   RFC 6120 §13.7.2, RFC 5280 by OpenSSL; rows U-043..U-046.
#pragma once

#include "tls/client_context.h"
#include "tls/fault.h"

struct x509_store_ctx_st; // OpenSSL's X509_STORE_CTX
struct x509_st;

namespace tls {

// Inside the handshake, with the chain as the server sent it. Leaves in `chain` the error from
// which OpenSSL makes the alert.
[[nodiscard]] Verdict check_peer(x509_store_ctx_st& chain, const ClientParameters& parameters);

// One of OpenSSL's X509_V_ERR_*, as it or a library on top of it reports them.
[[nodiscard]] Fault fault_of_verification(long error);

// The chain alone, for the certificate of a client.
[[nodiscard]] Verdict check_chain(x509_store_ctx_st& chain);

// The part of it that depends on the parameters: the pins, or the name.
[[nodiscard]] Verdict check_identity(const x509_st& certificate,
                                     const ClientParameters& parameters);

} // namespace tls
