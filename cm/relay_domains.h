// relay_domains — from the configuration's domains to the servers that streams are opened to.
// Spec:   U-036, U-043, S-030.
// Errors: a file of trusted certificates that has become useless since it was checked.
// Life:   what is made is one worker's, but for what `contexts` has for all of them.
#pragma once

#include "cm/client_contexts.h"
#include "cm/config.h"
#include "net/address_filter.h"
#include "xmpp/relay_factory.h"

#include <expected>
#include <string>

namespace cm {

// Where servers of foreign domains are never looked for: what their rules deny, and wherever this
// program itself can be met.
[[nodiscard]] net::AddressFilter foreign_filter(const Config& config);

// What foreign domains may lead to is for the worker to add. It takes a while: files are read.
[[nodiscard]] std::expected<xmpp::RelayFactory::Domains, std::string>
relay_domains(const Config& config, ClientContexts& contexts);

} // namespace cm
