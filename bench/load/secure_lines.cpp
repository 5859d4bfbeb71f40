#include "bench/load/secure_lines.h"

#include "tls/session_cache.h"

#include <utility>

namespace load {

std::expected<SecureLines, std::string> SecureLines::create(const TlsOptions& options,
                                                            const std::string& authority,
                                                            std::string_view protocol) {
    auto context = tls::ClientContext::create({.ca_file = options.ca_file});
    if (!context) return std::unexpected(context.error());
    SecureLines made;
    made.context_ = std::move(*context);
    made.parameters_ = {.identity = {.domain = options.server_name},
                        .protocol = protocol,
                        .server = options.resume ? authority : ""};
    made.insecure_ = options.insecure;
    return made;
}

std::unique_ptr<tls::TlsTransport> SecureLines::secure(base::Env& env,
                                                       std::unique_ptr<net::Transport> lower,
                                                       tls::HandshakeListener& listener) const {
    return tls::TlsTransport::connect(env, std::move(lower), context_, parameters_, listener);
}

bool SecureLines::awaits_session() const {
    return !parameters_.server.empty() && context_->sessions().size() == 0;
}

// Many may have begun before the first has failed.
bool SecureLines::learn_from(const tls::TlsTransport& failed) {
    if (!insecure_) return false;
    std::string shown = failed.refused_key();
    if (shown.empty()) return false;
    if (parameters_.pins.empty()) parameters_.pins.push_back(shown);
    return parameters_.pins.front() == shown;
}

} // namespace load
