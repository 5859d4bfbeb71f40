// Settings — where the admin listener is, and who may use it.
#pragma once

#include "net/address.h"

#include <cstddef>
#include <string>

namespace admin {

struct Settings {
    bool enabled = true;
    std::string path;        // of a Unix socket; empty: see default_socket()
    unsigned mode = 0660;    // of its file
    net::Address address = { // of this host only; port 0: not by TCP
        .family = net::Address::Family::V4,
        .bytes = {127, 0, 0, 1}};
    std::string token_file; // absolute; empty: no token
};

// In the directory that systemd has made for the service at run time (RuntimeDirectory=); empty:
// there is none.
[[nodiscard]] std::string default_socket();

// Who knows it may do what an administrator may, so it has to be long.
inline constexpr size_t kShortestToken = 16;

} // namespace admin
