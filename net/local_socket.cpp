#include "net/local_socket.h"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace net {

namespace {

std::unexpected<base::Error> socket_failed(const char* what, int code = errno) {
    return base::fail(base::Category::Net, code, what);
}

int open_socket() {
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

const sockaddr* generic(const sockaddr_un& name) {
    return reinterpret_cast<const sockaddr*>(&name);
}

// Whether the file is a socket that nobody listens on: a connection to it is refused.
bool is_stale(const sockaddr_un& name) {
    struct stat status{};
    if (::lstat(name.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
    int probe = open_socket();
    if (probe < 0) return false;
    bool stale = ::connect(probe, generic(name), sizeof name) < 0 && errno == ECONNREFUSED;
    ::close(probe);
    return stale;
}

} // namespace

base::Result<std::unique_ptr<LocalSocketFile>> LocalSocketFile::create(const LocalPath& wanted) {
    sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
    if (wanted.path.size() >= sizeof name.sun_path) return socket_failed("path", ENAMETOOLONG);
    std::ranges::copy(wanted.path, name.sun_path);

    std::unique_ptr<LocalSocketFile> file(new LocalSocketFile(wanted.path));
    file->descriptor_ = open_socket();
    if (file->descriptor_ < 0) return socket_failed("socket");
    if (is_stale(name)) ::unlink(name.sun_path);
    // Bound with a mode that lets nobody in, so that there is no moment at which all may connect.
    mode_t before = ::umask(0777);
    bool bound = ::bind(file->descriptor_, generic(name), sizeof name) == 0;
    int fault = errno;
    ::umask(before);
    if (!bound) return socket_failed("bind", fault);
    file->bound_ = true;
    if (::chmod(name.sun_path, wanted.mode) < 0) return socket_failed("chmod");
    return file;
}

LocalSocketFile::~LocalSocketFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (bound_) ::unlink(path_.c_str());
}

} // namespace net
