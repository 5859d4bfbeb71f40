#include "net/web_address.h"

#include <charconv>
#include <curl/curl.h>
#include <memory>
#include <string_view>

namespace net {

namespace {

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(const Url& url, CURLUPart part, unsigned flags = 0) {
    char* found = nullptr;
    if (curl_url_get(url.get(), part, &found, flags) != CURLUE_OK) return {};
    std::unique_ptr<char, decltype(&curl_free)> owned(found, curl_free);
    return owned.get();
}

} // namespace

std::optional<WebAddress> WebAddress::parse(const std::string& text) {
    Url url(curl_url(), curl_url_cleanup);
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
        return std::nullopt;
    }
    std::string scheme = part_of(url, CURLUPART_SCHEME);
    std::string host = part_of(url, CURLUPART_HOST);
    std::string port = part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    if ((scheme != "http" && scheme != "https") || host.empty() || host.ends_with('.'))
        return std::nullopt;
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    WebAddress address{.host = std::move(host), .encrypted = scheme == "https"};
    std::from_chars(port.data(), port.data() + port.size(), address.port);
    return address;
}

} // namespace net
