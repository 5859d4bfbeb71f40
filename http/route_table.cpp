#include "http/route_table.h"

#include <algorithm>

namespace http {

namespace {

std::string_view without_last_slash(std::string_view path) {
    if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return path;
}

} // namespace

void RouteTable::use(std::vector<Route> routes) {
    for (Route& route : routes_) route.gone = true;
    for (Route& route : routes) {
        auto same = std::ranges::find(routes_, route.path, &Route::path);
        if (same == routes_.end()) {
            routes_.push_back(std::move(route));
        } else {
            *same = std::move(route);
        }
    }
}

const Route* RouteTable::find(std::string_view path) const {
    const Route* folder = nullptr;
    for (const Route& route : routes_) {
        if (route.gone) continue;
        if (without_last_slash(route.path) == without_last_slash(path)) return &route;
        bool inside = route.folder && path.starts_with(route.path);
        if (inside && (folder == nullptr || route.path.size() > folder->path.size())) {
            folder = &route;
        }
    }
    return folder;
}

bool RouteTable::has_websocket() const {
    return std::ranges::any_of(routes_,
                               [](const Route& route) { return route.websocket && !route.gone; });
}

} // namespace http
