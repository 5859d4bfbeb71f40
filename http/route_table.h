// RouteTable — which handler answers which path.
// Spec:   conformance rows H-001, H-004, H-078.
// Life:   filled before the first request; routes never move, so requests may point to theirs.
#pragma once

#include "http/cors.h"
#include "http/handler.h"

#include <deque>
#include <string>
#include <string_view>

namespace http {

struct Route {
    std::string path; // decoded, as RequestHead::path is; a folder ends with '/'
    Handler* handler = nullptr;
    const CorsPolicy* cors = nullptr; // nullptr: pages of other origins have no business here
    std::string allow;                // for Allow, e.g. "POST, OPTIONS"
    bool folder = false;              // everything below `path`, too
    bool websocket = false;           // takes an extended CONNECT for one (H-097)
};

class RouteTable {
public:
    void add(Route route) { routes_.push_back(std::move(route)); }
    // An exact path, with or without a slash at its end, goes before the longest folder around it.
    [[nodiscard]] const Route* find(std::string_view path) const;
    [[nodiscard]] bool has_websocket() const;

private:
    std::deque<Route> routes_;
};

} // namespace http
