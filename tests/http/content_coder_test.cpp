#include "http/ascii.h"
#include "http/content_coder.h"
#include "tests/support/for_each_split.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace http {
namespace {

constexpr std::string_view kDocument = "<body rid='1'/>";

// kDocument as other programs compress it: Python's gzip and zlib.
constexpr std::string_view kGzip =
    "1f8b0800000000000203b349ca4fa95428ca4cb1553754d7b70300d94232f80f000000";
// The same with every field that a gzip header may have: extra, name, comment, its own checksum.
constexpr std::string_view kGzipWithEverything =
    "1f8b081e0000000002030300616263"
    "6e616d6500636f6d6d656e7400f507b349ca4fa95428ca4cb1553754d7b70300d94232f80f000000";
constexpr std::string_view kZlib = "789cb349ca4fa95428ca4cb1553754d7b7030027c10473";
constexpr std::string_view kRaw = "b349ca4fa95428ca4cb1553754d7b70300";
constexpr std::string_view kZlibWithDictionary = "78bb234f0442b341f00c815c0027c10473";

std::string bytes(std::string_view hex) {
    std::string out;
    for (size_t at = 0; at + 1 < hex.size(); at += 2) {
        out += static_cast<char>(hex_value(hex[at]) * 16 + hex_value(hex[at + 1]));
    }
    return out;
}

class ContentCoderTest : public testing::Test {
protected:
    // In a block of exact size, so that a sanitizer sees a read past it.
    std::string decoded(ContentCoding coding, std::string_view coded, size_t max_bytes = 1 << 20) {
        std::vector<char> block(coded.begin(), coded.end());
        auto plain = coder_.decode(coding, {block.data(), block.size()}, max_bytes);
        if (plain) return std::string(plain->view());
        return plain.error() == DecodeFault::Broken ? "broken" : "too large";
    }
    std::string encoded(ContentCoding coding, std::string_view plain) {
        return coder_.encode(coding, base::SliceChain(base::Slice::copy(pool_, plain))).to_string();
    }

    base::SlicePool pool_{1UL << 30};
    ContentCoder coder_{pool_};
};

using enum ContentCoding;

// Rows: B-016
TEST_F(ContentCoderTest, ReadsWhatOthersWrite) {
    EXPECT_EQ(decoded(Gzip, bytes(kGzip)), kDocument);
    EXPECT_EQ(decoded(Gzip, bytes(kGzipWithEverything)), kDocument);
    EXPECT_EQ(decoded(Deflate, bytes(kZlib)), kDocument);
    EXPECT_EQ(decoded(Deflate, bytes(kRaw)), kDocument);
}

// Rows: B-016, B-003
TEST_F(ContentCoderTest, RefusesWhatIsCutOffAnywhere) {
    for (auto [coding, hex] :
         {std::pair(Gzip, kGzip), {Gzip, kGzipWithEverything}, {Deflate, kZlib}, {Deflate, kRaw}}) {
        std::string whole = bytes(hex);
        for (size_t length = 0; length < whole.size(); ++length) {
            EXPECT_EQ(decoded(coding, whole.substr(0, length)), "broken") << hex << " " << length;
        }
    }
}

// Rows: B-016, B-003
TEST_F(ContentCoderTest, RefusesBytesBehindTheEnd) {
    for (auto [coding, hex] : {std::pair(Gzip, kGzip), {Deflate, kZlib}, {Deflate, kRaw}}) {
        std::string whole = bytes(hex);
        EXPECT_EQ(decoded(coding, whole + '\0'), "broken") << hex;
        EXPECT_EQ(decoded(coding, whole + "<body/>"), "broken") << hex;
        EXPECT_EQ(decoded(coding, whole + whole), "broken") << hex; // a second document (B-003)
    }
}

// Rows: B-016
TEST_F(ContentCoderTest, RefusesWhatIsOfAnotherFormat) {
    EXPECT_EQ(decoded(Gzip, kDocument), "broken");
    EXPECT_EQ(decoded(Deflate, kDocument), "broken");
    EXPECT_EQ(decoded(Gzip, bytes(kZlib)), "broken");
    EXPECT_EQ(decoded(Gzip, bytes(kRaw)), "broken");
    EXPECT_EQ(decoded(Deflate, bytes(kGzip)), "broken");
    EXPECT_EQ(decoded(Deflate, bytes(kZlibWithDictionary)), "broken");
}

// Rows: B-016
TEST_F(ContentCoderTest, MakesNoOtherDocumentOfADamagedOne) {
    for (auto [coding, hex] : {std::pair(Gzip, kGzip), {Deflate, kZlib}}) {
        for (size_t at = 0; at < hex.size() / 2; ++at) {
            std::string damaged = bytes(hex);
            damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
            std::string result = decoded(coding, damaged);
            // There are bits that say nothing of the document: a time, the rest of a last byte.
            EXPECT_TRUE(result == "broken" || result == kDocument) << hex << " " << at << result;
        }
    }
}

// Rows: S-013, B-032
TEST_F(ContentCoderTest, StopsAtTheLimit) {
    std::string plain;
    for (int i = 0; plain.size() < 20'000; ++i) plain += "<a n='" + std::to_string(i) + "'/>";
    for (ContentCoding coding : {Gzip, Deflate}) {
        std::string coded = encoded(coding, plain);
        EXPECT_EQ(decoded(coding, coded, plain.size()), plain);
        EXPECT_EQ(decoded(coding, coded, plain.size() - 1), "too large");
        EXPECT_EQ(decoded(coding, coded, 0), "too large");
    }
}

// Rows: S-013
TEST_F(ContentCoderTest, KeepsNothingOfABomb) {
    std::string bomb = encoded(Gzip, std::string(100'000'000, ' '));
    ASSERT_LT(bomb.size(), 1'000'000U);
    size_t before = pool_.used_bytes();
    EXPECT_EQ(decoded(Gzip, bomb, 256 * 1024), "too large");
    EXPECT_EQ(pool_.used_bytes(), before);
    EXPECT_EQ(decoded(Gzip, bytes(kGzip)), kDocument); // and it is fit for the next
}

// Rows: S-013
TEST_F(ContentCoderTest, RefusesARatioThatNoDocumentHas) {
    std::string runs = encoded(Deflate, std::string(200'000, ' '));
    ASSERT_LT(runs.size(), 1000U);
    EXPECT_EQ(decoded(Deflate, runs), "too large");
    EXPECT_EQ(decoded(Deflate, encoded(Deflate, std::string(16'000, ' '))).size(), 16'000U);
}

// Rows: B-015
TEST_F(ContentCoderTest, WritesWhatItReadsWhereverTheSlicesEnd) {
    std::string plain = "<body><message><body>Art thou not Romeo, and a Montague?</body></message>";
    tests::for_each_split(plain, [&](tests::Pieces pieces) {
        for (ContentCoding coding : {Gzip, Deflate}) {
            base::SliceChain body;
            for (std::string_view piece : pieces) body.push(base::Slice::copy(pool_, piece));
            EXPECT_EQ(decoded(coding, coder_.encode(coding, body).to_string()), plain);
        }
    });
}

// Rows: B-015
TEST_F(ContentCoderTest, WritesTheFormatsByTheirNames) {
    EXPECT_EQ(encoded(Gzip, kDocument).substr(0, 3), bytes("1f8b08"));
    EXPECT_EQ(static_cast<uint8_t>(encoded(Deflate, kDocument)[0]), 0x78);
}

// Rows: B-015
TEST_F(ContentCoderTest, CompressesEachBodyByItself) {
    std::string plain = "a body that would be a short reference if anything were kept of it";
    for (ContentCoding coding : {Gzip, Deflate}) {
        EXPECT_EQ(encoded(coding, plain), encoded(coding, plain));
    }
}

// Rows: B-015
TEST_F(ContentCoderTest, WritesMoreThanFitsInOnePiece) {
    std::string plain; // hardly compressible
    for (uint32_t x = 1; plain.size() < 200'000;) {
        x = x * 1664525 + 1013904223;
        plain += static_cast<char>(x >> 24);
    }
    for (ContentCoding coding : {Gzip, Deflate}) {
        std::string coded = encoded(coding, plain);
        EXPECT_GT(coded.size(), 190'000U);
        EXPECT_EQ(decoded(coding, coded), plain);
    }
}

} // namespace
} // namespace http
