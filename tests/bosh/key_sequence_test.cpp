#include "bosh/key_sequence.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

std::vector<size_t> compared_bytes;

} // namespace

// In place of OpenSSL's: time cannot be measured in a test, but who compares, and how much, can be
// seen. It looks at all bytes, whatever they are.
extern "C" int CRYPTO_memcmp(const void* a, const void* b, size_t size);
extern "C" int CRYPTO_memcmp(const void* a, const void* b, size_t size) {
    compared_bytes.push_back(size);
    auto* left = static_cast<const unsigned char*>(a);
    auto* right = static_cast<const unsigned char*>(b);
    unsigned difference = 0;
    for (size_t i = 0; i < size; ++i) difference |= static_cast<unsigned>(left[i] ^ right[i]);
    return static_cast<int>(difference);
}

namespace bosh {
namespace {

// Rows: B-247
TEST(KeySequenceTest, ComparesAllOfAKeyInConstantTime) {
    constexpr std::string_view kKey = "ca393b51b682f61f98e7877d61146407f3d0a770";
    constexpr std::string_view kNext = "bd9a2bb0d9a6c0ce2cbd9a51c1cf1c3f9dd4ff1f";
    KeySequence sequence(kKey);
    for (size_t wrong : {size_t{0}, size_t{20}, size_t{39}}) {
        std::string almost(kKey);
        almost[wrong] = 'f';
        compared_bytes.clear();
        EXPECT_FALSE(KeySequence::same(almost, kKey));
        EXPECT_FALSE(sequence.admit(kNext, ""));
        EXPECT_EQ(compared_bytes, (std::vector<size_t>{20, 20}));
    }
    EXPECT_TRUE(KeySequence::same(kKey, kKey));
}

} // namespace
} // namespace bosh
