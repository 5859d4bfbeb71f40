// Secrets — what a webhook signs with, and the signature: Standard Webhooks 1.0.0.
// Spec:   https://github.com/standard-webhooks/standard-webhooks, "Webhook scheme": HMAC-SHA256
// over
//         id, time and body; a new secret and the one before it sign at once.
// Errors: what is wrong with a file, in words; never a word of what is in it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace hooks {

class Secrets {
public:
    static constexpr size_t kMost = 2;
    static constexpr size_t kShortestBytes = 24;
    static constexpr size_t kLongestBytes = 64;

    // A line each: "whsec_" and base64, or base64 alone; blank lines and those with # do not count.
    // A file that everyone on this host may read or change is refused.
    [[nodiscard]] static std::expected<Secrets, std::string> load(const std::string& file);
    [[nodiscard]] static std::expected<Secrets, std::string> parse(std::string_view text);

    // The value of the field webhook-signature.
    [[nodiscard]] std::string sign(std::string_view id, std::chrono::seconds time,
                                   std::string_view body) const;

private:
    std::vector<std::vector<uint8_t>> keys_;
};

} // namespace hooks
