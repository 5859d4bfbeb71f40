// ClientContexts — one tls::ClientContext for all servers that are trusted by the same files and
// shown the same certificate: across domains, workers and reloads, as long as the files are as they
// were. What a system trusts is 1.5 MiB when it is read, and the sessions of before a reload keep
// theirs until they end; and whoever shares one can resume the TLS sessions of the others.
// Spec:   rows U-043, U-048.
// Errors: of() says which file is wrong, and how.
// Life:   of the supervisor. It keeps none alive that nobody uses.
#pragma once

#include "cm/config.h"
#include "tls/client_context.h"

#include <array>
#include <expected>
#include <map>
#include <memory>
#include <string>

namespace cm {

class ClientContexts {
public:
    using Context = std::shared_ptr<const tls::ClientContext>;

    // `ca_file` as tls::ClientSettings has it; a certificate without files is none.
    [[nodiscard]] std::expected<Context, std::string> of(const std::string& ca_file,
                                                         const ClientCertificate& certificate);

private:
    struct Made {
        std::string traces; // of the files when they were read
        std::weak_ptr<const tls::ClientContext> context;
    };

    std::map<std::array<std::string, 3>, Made> by_files_;
};

} // namespace cm
