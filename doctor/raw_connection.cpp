#include "doctor/raw_connection.h"

#include "base/error.h"
#include "probe/deadline.h"

#include <array>
#include <curl/curl.h>
#include <poll.h>

namespace doctor {

struct RawConnection::Handle {
    CURL* easy = curl_easy_init();
    std::string url;
    ReachLists lists;
    std::array<char, CURL_ERROR_SIZE> text{};

    Handle() = default;
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { curl_easy_cleanup(easy); }

    [[nodiscard]] std::string words(CURLcode code) const {
        return text.front() != '\0' ? text.data() : curl_easy_strerror(code);
    }
};

RawConnection::RawConnection(const Reach& reach) : handle_(std::make_unique<Handle>()) {
    handle_->lists = prepare(handle_->easy, reach);
}

RawConnection::~RawConnection() = default;

bool RawConnection::open(const std::string& url, base::Duration patience) {
    CURL* easy = handle_->easy;
    handle_->url = url;
    curl_easy_setopt(easy, CURLOPT_URL, handle_->url.c_str());
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, handle_->text.data());
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(patience.count()));
    CURLcode code = curl_easy_perform(easy);
    closed_ = code != CURLE_OK;
    if (closed_) error_ = handle_->words(code);
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error_);
    return !closed_;
}

bool RawConnection::send(std::string_view bytes) {
    while (!bytes.empty() && !closed_) {
        size_t sent = 0;
        CURLcode code = curl_easy_send(handle_->easy, bytes.data(), bytes.size(), &sent);
        bytes.remove_prefix(sent);
        if (code == CURLE_AGAIN) {
            if (!wait(true, base::Duration(10'000))) break;
        } else if (code != CURLE_OK) {
            closed_ = true;
            error_ = handle_->words(code);
        }
    }
    return bytes.empty() && !closed_;
}

std::string RawConnection::receive(base::Duration time) {
    std::array<char, 16384> buffer{};
    probe::Deadline deadline(time);
    while (!closed_) {
        size_t size = 0;
        CURLcode code = curl_easy_recv(handle_->easy, buffer.data(), buffer.size(), &size);
        if (code == CURLE_OK && size > 0) return {buffer.data(), size};
        if (code == CURLE_AGAIN) {
            if (deadline.over()) break;
            wait(false, deadline.left());
            continue;
        }
        closed_ = true;
        error_ = code == CURLE_OK ? "the connection was closed" : handle_->words(code);
    }
    return {};
}

bool RawConnection::wait(bool to_write, base::Duration time) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(handle_->easy, CURLINFO_ACTIVESOCKET, &socket);
    CM_ASSERT(socket != CURL_SOCKET_BAD);
    pollfd waited{
        .fd = socket, .events = static_cast<short>(to_write ? POLLOUT : POLLIN), .revents = 0};
    return ::poll(&waited, 1, static_cast<int>(time.count())) > 0;
}

} // namespace doctor
