// RouteTable — which handler answers which path.
// Spec:   conformance rows H-001, H-004, H-078.
// Life:   routes never move and never go, so requests may point to theirs. One that is served no
// more
//         is not found any more; what there is of memory in them is one for each path ever served.
#pragma once

#include "http/cors.h"
#include "http/handler.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

struct Route {
    std::string path; // decoded, as RequestHead::path is; a folder ends with '/'
    Handler* handler = nullptr;
    std::optional<CorsPolicy> cors; // none: pages of other origins have no business here
    std::string allow;              // for Allow, e.g. "POST, OPTIONS"
    bool folder = false;            // everything below `path`, too
    bool websocket = false;         // takes an extended CONNECT for one (H-097)
    // What the access log may take for the sid of a body; null: there are no sessions.
    base::ByteView (*session_of)(base::ByteView body) = nullptr;
    bool gone = false; // no longer served
};

class RouteTable {
public:
    void add(Route route) { routes_.push_back(std::move(route)); }
    // These and no others, from now on. One at a path that was there before takes its place.
    void use(std::vector<Route> routes);
    // An exact path, with or without a slash at its end, goes before the longest folder around it.
    [[nodiscard]] const Route* find(std::string_view path) const;
    [[nodiscard]] bool has_websocket() const;

private:
    std::deque<Route> routes_;
};

} // namespace http
