#include "hooks/secrets.h"

#include "tls/base64.h"
#include "tls/digest.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/stat.h>

namespace hooks {

namespace {

constexpr std::string_view kPrefix = "whsec_";

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r";
    size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

} // namespace

std::expected<Secrets, std::string> Secrets::load(const std::string& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0) return std::unexpected(std::strerror(errno));
    if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
        return std::unexpected("everyone on this host may read or change it");
    }
    std::ifstream in(file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!S_ISREG(status.st_mode) || !in) return std::unexpected("it cannot be read");
    return parse(text);
}

std::expected<Secrets, std::string> Secrets::parse(std::string_view text) {
    Secrets made;
    std::istringstream lines{std::string(text)};
    size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        std::string_view secret = trim(line);
        if (secret.empty() || secret.starts_with('#')) continue;
        if (secret.starts_with(kPrefix)) secret.remove_prefix(kPrefix.size());
        auto key = tls::from_base64(secret);
        if (!key || key->size() < kShortestBytes || key->size() > kLongestBytes) {
            return std::unexpected("line " + std::to_string(number) +
                                   " is no secret: whsec_ and 24 to 64 bytes in base64");
        }
        made.keys_.push_back(std::move(*key));
    }
    if (made.keys_.empty()) return std::unexpected("there is no secret in it");
    if (made.keys_.size() > kMost) {
        return std::unexpected("there are more than two secrets in it");
    }
    return made;
}

std::string Secrets::sign(std::string_view id, std::chrono::seconds time,
                          std::string_view body) const {
    std::string signed_text(id);
    signed_text.append(".").append(std::to_string(time.count())).append(".").append(body);
    std::string value;
    for (const std::vector<uint8_t>& key : keys_) {
        value.append(value.empty() ? "v1," : " v1,");
        value.append(tls::base64(tls::hmac_sha256(key, signed_text)));
    }
    return value;
}

} // namespace hooks
