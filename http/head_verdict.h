// judge_head — what becomes of a request, by its head alone: which route it is for, how long its
// body may be, or the answer it gets without anyone reading the body.
// Spec:   conformance rows H-001..H-006, H-047, H-070..H-078.
#pragma once

#include "http/route_table.h"

#include <optional>
#include <string_view>

namespace http {

struct HeadVerdict {
    const Route* route = nullptr;
    size_t max_body_bytes = 0;
    std::optional<Response> refusal{};
    bool preflight = false; // the refusal carries its CORS fields already
};

[[nodiscard]] HeadVerdict judge_head(const RouteTable& routes, const RequestHead& head,
                                     const ClientFacts& client);

} // namespace http
