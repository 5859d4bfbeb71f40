#include "cm/inherited_sockets.h"

#include "net/inherited_socket.h"

#include <algorithm>

namespace cm {

namespace {

bool is_at(const net::InheritedSocket& socket, const ListenerConfig& listener) {
    if (!listener.path.empty()) return socket.path == listener.path;
    return socket.address.family != net::Address::Family::Local &&
           socket.address == listener.address;
}

std::string place_of(const net::InheritedSocket& socket) {
    if (socket.address.family != net::Address::Family::Local) return socket.address.to_string();
    return socket.path.empty() ? "a Unix socket without a file" : socket.path;
}

} // namespace

std::expected<std::vector<int>, std::string>
assign_sockets(const std::vector<PassedDescriptor>& passed,
               const std::vector<ListenerConfig>& listeners) {
    std::vector<int> assigned(listeners.size(), -1);
    for (const PassedDescriptor& each : passed) {
        auto socket = net::inspect(each.descriptor);
        if (!socket) {
            return std::unexpected("the service manager passes on, as " + each.name + ", " +
                                   socket.error().what);
        }
        auto listener = std::ranges::find_if(
            listeners, [&](const ListenerConfig& one) { return is_at(*socket, one); });
        if (listener == listeners.end()) {
            return std::unexpected("the service manager listens, as " + each.name + ", on " +
                                   place_of(*socket) + ", and no <listener> is there");
        }
        int& taken = assigned[static_cast<size_t>(listener - listeners.begin())];
        if (taken >= 0) {
            return std::unexpected("the service manager passes on two sockets at " +
                                   place_of(*socket));
        }
        taken = each.descriptor;
    }
    return assigned;
}

} // namespace cm
