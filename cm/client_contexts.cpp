#include "cm/client_contexts.h"

#include "cm/file_traces.h"

#include <vector>

namespace cm {

std::expected<ClientContexts::Context, std::string>
ClientContexts::of(const std::string& ca_file, const ClientCertificate& certificate) {
    std::vector<std::string> files{certificate.chain, certificate.key};
    if (ca_file.empty()) {
        for (std::string& place : tls::system_anchors()) files.push_back(std::move(place));
    } else {
        files.push_back(ca_file);
    }
    Made& made = by_files_[{ca_file, certificate.chain, certificate.key}];
    std::string traces = file_traces(files); // before they are read
    if (Context known = made.context.lock(); known && made.traces == traces) return known;

    tls::ClientSettings settings{.ca_file = ca_file};
    if (!certificate.chain.empty())
        settings.key_pair = {.chain_file = certificate.chain, .key_file = certificate.key};
    auto fresh = tls::ClientContext::create(settings);
    if (fresh) made = {.traces = std::move(traces), .context = *fresh};
    return fresh;
}

} // namespace cm
