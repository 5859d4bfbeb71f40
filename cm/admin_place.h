// AdminPlace — where a running daemon's admin listener is, as the command line and the
// configuration say.
// Errors: in words for the person who typed the command, with what to do.
// Life:   a value.
#pragma once

#include "cm/admin_options.h"
#include "net/address.h"

#include <expected>
#include <optional>
#include <string>

namespace cm {

struct AdminPlace {
    std::string path; // of a Unix socket; empty: it is at the address
    net::Address address;
    std::string token; // empty: none is shown

    [[nodiscard]] std::string name() const { return path.empty() ? address.to_string() : path; }
};

[[nodiscard]] std::expected<AdminPlace, std::string> find_admin_place(const AdminCommand& command);

} // namespace cm
