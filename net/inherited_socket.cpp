#include "net/inherited_socket.h"

#include "net/socket_address.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <sys/un.h>

namespace net {

namespace {

bool has_option(int descriptor, int option, int wanted) {
    int value = 0;
    socklen_t length = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 && value == wanted;
}

// Empty: it has no file.
std::string path_of(const sockaddr_storage& name, socklen_t length) {
    const auto* local = reinterpret_cast<const sockaddr_un*>(&name);
    size_t size = length - offsetof(sockaddr_un, sun_path);
    std::string path(local->sun_path, std::min(size, sizeof local->sun_path));
    return path.substr(0, path.find('\0'));
}

} // namespace

base::Result<InheritedSocket> inspect(int descriptor) {
    sockaddr_storage name{};
    socklen_t length = sizeof name;
    auto* system = reinterpret_cast<sockaddr*>(&name);
    if (::getsockname(descriptor, system, &length) < 0) {
        return base::fail(base::Category::Net, errno, "no socket");
    }
    if (!has_option(descriptor, SO_TYPE, SOCK_STREAM) ||
        !has_option(descriptor, SO_ACCEPTCONN, 1)) {
        return base::fail(base::Category::Net, EINVAL, "a socket that no one can connect to");
    }
    InheritedSocket found{.descriptor = descriptor, .address = to_address(system), .path = {}};
    if (found.address.family == Address::Family::Local) found.path = path_of(name, length);
    return found;
}

} // namespace net
