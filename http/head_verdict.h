// judge_head — what becomes of a request, by its head alone: which route it is for, how long its
// body may be, or the answer it gets without anyone reading the body.
// Spec:   conformance rows H-001..H-007, H-047, H-070..H-078.
#pragma once

#include "http/route_table.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

struct HeadVerdict {
    const Route* route = nullptr;
    size_t max_body_bytes = 0;
    std::optional<Response> refusal{};
    bool preflight = false; // the refusal carries its CORS fields already
};

// `hosts`: the names that we go by, in lower case; null or empty: any (H-007).
[[nodiscard]] HeadVerdict judge_head(const RouteTable& routes, const RequestHead& head,
                                     const ClientFacts& client,
                                     const std::vector<std::string>* hosts = nullptr);

// Host and port of an authority, without the port.
[[nodiscard]] std::string_view host_of(std::string_view authority);

} // namespace http
