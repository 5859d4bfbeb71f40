// Rows: -
#include "tls/base64.h"
#include "tls/digest.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

namespace {

std::vector<uint8_t> bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

// RFC 4231 §4.3.
TEST(DigestTest, AuthenticatesAsTheTestCasesOfHmacDo) {
    EXPECT_EQ(tls::base64(tls::hmac_sha256(bytes_of("Jefe"), "what do ya want for nothing?")),
              "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

// RFC 4648 §10.
TEST(Base64Test, ReadsWhatItWrites) {
    using Case = std::pair<std::string_view, std::string_view>;
    for (auto [plain, text] :
         {Case{"", ""}, Case{"f", "Zg=="}, Case{"fo", "Zm8="}, Case{"foo", "Zm9v"},
          Case{"foob", "Zm9vYg=="}, Case{"fooba", "Zm9vYmE="}, Case{"foobar", "Zm9vYmFy"}}) {
        EXPECT_EQ(tls::base64(bytes_of(plain)), text);
        EXPECT_EQ(tls::from_base64(text), bytes_of(plain)) << text;
    }
}

TEST(Base64Test, ReadsNothingElse) {
    for (std::string_view text : {"Zg", "Zg=", "Zg===", "Zh==", "Z", "Zm9v\n", "Zm 9v",
                                  "Zm9v=", "-_-_", "Zm9v====", "Zg==Zg=="}) {
        EXPECT_FALSE(tls::from_base64(text)) << text;
    }
}

} // namespace
