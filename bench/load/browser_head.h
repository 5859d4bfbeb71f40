// The heads of a browser's requests: as long, and with as many fields, as Chromium sends them, so
// that reading them costs what it costs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace load {

// Of any head, an answer's too.
inline constexpr std::string_view kEndOfHead = "\r\n\r\n";

// Up to the length of the body: " POST … Content-Length: ", to be followed by it and two CRLF.
[[nodiscard]] std::string post_head(std::string_view host, std::string_view path);
// Whole.
[[nodiscard]] std::string upgrade_head(std::string_view host, std::string_view path);

// The same for HTTP/2. Names are literals.
using BrowserFields = std::vector<std::pair<std::string_view, std::string>>;
[[nodiscard]] BrowserFields post_fields(std::string_view scheme, std::string_view host,
                                        std::string_view path, size_t body_bytes);
[[nodiscard]] BrowserFields connect_fields(std::string_view scheme, std::string_view host,
                                           std::string_view path);

} // namespace load
