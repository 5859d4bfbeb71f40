#include "http/cors.h"

#include <gtest/gtest.h>

#include <vector>

namespace http {
namespace {

constexpr std::string_view kNoOrigin{};

std::string answer(const CorsPolicy& policy, std::string_view origin) {
    std::string fields;
    policy.append_answer_fields(fields, origin);
    return fields;
}

std::string preflight(const CorsPolicy& policy, std::string_view origin) {
    std::string fields;
    policy.append_preflight_fields(fields, origin);
    return fields;
}

// Rows: H-073, H-077
TEST(CorsPolicy, AnswersStarToEveryoneByDefault) {
    CorsPolicy policy;
    for (std::string_view origin : {"https://a.example", "null", "anything at all"}) {
        EXPECT_EQ(answer(policy, origin), "Access-Control-Allow-Origin: *\r\n");
    }
    EXPECT_EQ(answer(policy, kNoOrigin), "Access-Control-Allow-Origin: *\r\n");
    EXPECT_FALSE(policy.depends_on_origin());
}

// Rows: H-073, H-075
TEST(CorsPolicy, EchoesTheOriginInsteadOfStarWithCredentials) {
    CorsPolicy policy{.allow_credentials = true};
    EXPECT_EQ(answer(policy, "https://a.example:8443"),
              "Access-Control-Allow-Origin: https://a.example:8443\r\n"
              "Access-Control-Allow-Credentials: true\r\nVary: Origin\r\n");
    EXPECT_EQ(answer(policy, kNoOrigin), "Vary: Origin\r\n");
}

// Rows: H-074
TEST(CorsPolicy, ComparesListedOriginsExactly) {
    CorsPolicy policy{.any_origin = false, .origins = {"https://a.example"}};
    EXPECT_EQ(answer(policy, "https://a.example"),
              "Access-Control-Allow-Origin: https://a.example\r\nVary: Origin\r\n");
    for (std::string_view other :
         {"http://a.example", "https://a.example:8443", "https://a.example.evil",
          "https://A.example", "https://b.a.example", "https://a.exampl", "null", ""}) {
        EXPECT_EQ(answer(policy, other), "Vary: Origin\r\n") << other;
    }
    policy.origins.emplace_back("null");
    EXPECT_TRUE(policy.allows("null"));
}

// Rows: H-074
TEST(CorsPolicy, AllowsTheNamesBelowOneIfListedSo) {
    CorsPolicy policy{.any_origin = false, .origins = {"https://*.example.org", "null"}};
    for (std::string_view below : {"https://chat.example.org", "https://a.b.example.org"}) {
        EXPECT_EQ(answer(policy, below),
                  "Access-Control-Allow-Origin: " + std::string(below) + "\r\nVary: Origin\r\n");
    }
    for (std::string_view other :
         {"https://example.org", "https://.example.org", "https://evilexample.org",
          "http://chat.example.org", "https://chat.example.org:8443",
          "https://chat.example.org.evil", "https://evil:443.example.org",
          "https://evil/chat.example.org", "https://*.example.orgx", "https://a b.example.org",
          "https://a\r\nb.example.org"}) {
        EXPECT_EQ(answer(policy, other), "Vary: Origin\r\n") << other;
    }
    policy.origins = {"https://*.example.org:8443"};
    EXPECT_TRUE(policy.allows("https://chat.example.org:8443"));
    EXPECT_FALSE(policy.allows("https://chat.example.org"));
}

// Rows: H-035, H-074
TEST(CorsPolicy, EchoesNothingThatIsNoOrigin) {
    CorsPolicy policy{.allow_credentials = true};
    for (std::string_view bad : {"null", "https://", "://a", "a.example", "https://a, https://b",
                                 "https://a b", "https://a\r\nSet-Cookie: x", "https://a/path",
                                 "https://user@a", "ht_tp://a", "https://a;b"}) {
        EXPECT_FALSE(policy.allows(bad)) << bad;
        EXPECT_EQ(answer(policy, bad), "Vary: Origin\r\n") << bad;
    }
    using namespace std::string_view_literals;
    EXPECT_FALSE(policy.allows("https://a\0b"sv));
}

// Rows: H-070, H-071, D-50
TEST(CorsPolicy, PreflightListsMethodsFieldsAndAge) {
    CorsPolicy policy{.extra_headers = {"Authorization", "X-Custom"},
                      .max_age = std::chrono::seconds(600)};
    EXPECT_EQ(preflight(policy, "https://a.example"),
              "Access-Control-Allow-Origin: *\r\n"
              "Access-Control-Allow-Methods: GET, POST, OPTIONS\r\n"
              "Access-Control-Allow-Headers: Content-Type, Authorization, X-Custom\r\n"
              "Access-Control-Max-Age: 600\r\n");
}

// Rows: H-074, H-075
TEST(CorsPolicy, PreflightOfAForeignOriginAllowsNothing) {
    CorsPolicy policy{.any_origin = false, .origins = {"https://a.example"}};
    EXPECT_EQ(preflight(policy, "https://evil.example"), "Vary: Origin\r\n");
}

} // namespace
} // namespace http
