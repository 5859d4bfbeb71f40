#include "cm/admin_client.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <grp.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace cm {

namespace {

// The longest that the daemon takes is a reload, or a turn of a trace.
constexpr timeval kPatience{.tv_sec = 60, .tv_usec = 0};

class Socket {
public:
    explicit Socket(int family) : descriptor_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    template <class Name>
    [[nodiscard]] bool connect(const Name& name) const {
        return ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
    }
    [[nodiscard]] bool send(std::string_view bytes) const {
        while (!bytes.empty()) {
            ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0) return false;
            bytes.remove_prefix(static_cast<size_t>(sent));
        }
        return true;
    }
    // Until the other side has closed.
    [[nodiscard]] bool receive(std::string& bytes) const {
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
        std::array<char, 16'384> buffer{};
        for (;;) {
            ssize_t size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
            if (size < 0) return false;
            if (size == 0) return true;
            bytes.append(buffer.data(), static_cast<size_t>(size));
        }
    }

private:
    int descriptor_;
};

std::string group_of(const std::string& path) {
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) return {};
    const group* named = ::getgrgid(found.st_gid); // NOLINT(concurrency-mt-unsafe): one thread
    return named != nullptr ? " or in the group " + std::string(named->gr_name) : std::string();
}

std::string why_not_connected(const AdminPlace& place, int code) {
    const std::string name = place.name();
    switch (code) {
    case ENOENT:
        return "there is no socket " + name +
               ".\nIs boshcm running, and is its socket there? -c FILE or --socket PATH say where "
               "else.";
    case EACCES: return "no permission for " + name + ".\nBe root" + group_of(name) + ".";
    case ECONNREFUSED: return "nobody listens at " + name + ".\nIs boshcm running?";
    default: return "cannot connect to " + name + ": " + std::strerror(code); // NOLINT(*mt-unsafe)
    }
}

bool connected(const Socket& socket, const AdminPlace& place) {
    if (!place.path.empty()) {
        sockaddr_un name{.sun_family = AF_UNIX};
        if (place.path.size() >= sizeof name.sun_path) {
            errno = ENAMETOOLONG;
            return false;
        }
        place.path.copy(name.sun_path, place.path.size());
        return socket.connect(name);
    }
    if (place.address.family == net::Address::Family::V6) {
        sockaddr_in6 name{.sin6_family = AF_INET6, .sin6_port = htons(place.address.port)};
        std::memcpy(&name.sin6_addr, place.address.bytes.data(), sizeof name.sin6_addr);
        return socket.connect(name);
    }
    sockaddr_in name{.sin_family = AF_INET, .sin_port = htons(place.address.port)};
    std::memcpy(&name.sin_addr, place.address.bytes.data(), sizeof name.sin_addr);
    return socket.connect(name);
}

int family_of(const AdminPlace& place) {
    if (!place.path.empty()) return AF_UNIX;
    return place.address.family == net::Address::Family::V6 ? AF_INET6 : AF_INET;
}

std::string request(const AdminPlace& place, const char* method, const std::string& path,
                    const base::Json& body) {
    std::string content = body.is_null() ? std::string() : body.text();
    std::string text =
        std::string(method) + " " + path +
        " HTTP/1.1\r\nHost: " + (place.path.empty() ? place.address.to_string() : "localhost") +
        "\r\nConnection: close\r\nContent-Length: " + std::to_string(content.size()) + "\r\n";
    if (!place.token.empty()) text += "Authorization: Bearer " + place.token + "\r\n";
    return text + "\r\n" + content;
}

} // namespace

std::expected<AdminClient::Answer, std::string>
AdminClient::ask(const char* method, const std::string& path, const base::Json& body) const {
    const Socket socket(family_of(place_));
    if (!connected(socket, place_)) return std::unexpected(why_not_connected(place_, errno));
    std::string said;
    if (!socket.send(request(place_, method, path, body)) || !socket.receive(said)) {
        if (errno == EINTR) return std::unexpected("");
        return std::unexpected("no answer from " + place_.name() + ": " +
                               std::strerror(errno)); // NOLINT(concurrency-mt-unsafe)
    }
    constexpr std::string_view kVersion = "HTTP/1.1 ";
    size_t head = said.find("\r\n\r\n");
    Answer answer;
    if (!said.starts_with(kVersion) || head == std::string::npos ||
        std::from_chars(said.data() + kVersion.size(), said.data() + head, answer.status).ec !=
            std::errc()) {
        return std::unexpected("what listens at " + place_.name() + " is not boshcm");
    }
    auto json = base::Json::parse(std::string_view(said).substr(head + 4));
    if (!json) {
        return std::unexpected("what listens at " + place_.name() +
                               " has no such API; is it an older boshcm?");
    }
    answer.json = *std::move(json);
    return answer;
}

} // namespace cm
