#include "http/content_coding.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>

namespace http {
namespace {

using Lines = std::initializer_list<std::string_view>;

FieldList fields(std::string_view name, Lines lines) {
    FieldList list;
    for (std::string_view line : lines) list.add(name, line);
    return list;
}

std::optional<ContentCoding> coded(Lines lines) {
    return content_coding_of(fields("content-ENCODING", lines));
}

// Rows: B-016
TEST(ContentEncoding, NamesOneCodingThatWeKnow) {
    EXPECT_EQ(coded({}), ContentCoding::Identity);
    EXPECT_EQ(coded({""}), ContentCoding::Identity);
    EXPECT_EQ(coded({"identity"}), ContentCoding::Identity);
    EXPECT_EQ(coded({"gzip"}), ContentCoding::Gzip);
    EXPECT_EQ(coded({" GZip "}), ContentCoding::Gzip);
    EXPECT_EQ(coded({"x-gzip"}), ContentCoding::Gzip);
    EXPECT_EQ(coded({"deflate"}), ContentCoding::Deflate);
    EXPECT_EQ(coded({"identity, deflate"}), ContentCoding::Deflate);
}

// Rows: B-016, S-013
TEST(ContentEncoding, IsRefusedIfUnknownOrWrappedInAnother) {
    for (Lines lines :
         {Lines{"br"}, Lines{"gzip2"}, Lines{"*"}, Lines{"gzip;q=1"}, Lines{"gzip, gzip"},
          Lines{"gzip", "deflate"}, Lines{"br, gzip"}, Lines{"gzip, br"}}) {
        EXPECT_EQ(coded(lines), std::nullopt) << *lines.begin();
    }
}

struct Wish {
    std::string_view accept_encoding;
    ContentCoding best;
    bool identity;
};

void PrintTo(const Wish& wish, std::ostream* out) {
    *out << '"' << wish.accept_encoding << '"';
}

class AcceptEncodingTest : public testing::TestWithParam<Wish> {};

// Rows: B-015
TEST_P(AcceptEncodingTest, SaysWhatAnswersMayBe) {
    AcceptedCodings accepted =
        accepted_codings(fields("accept-encoding", {GetParam().accept_encoding}));
    EXPECT_EQ(to_string(accepted.best), to_string(GetParam().best));
    EXPECT_EQ(accepted.identity, GetParam().identity);
}

using enum ContentCoding;

const Wish kUsual[] = {
    {"", Identity, true},
    {"gzip", Gzip, true},
    {"deflate", Deflate, true},
    {"x-gzip", Gzip, true},
    {"GZIP", Gzip, true},
    {"gzip, deflate, br, zstd", Gzip, true},
    {"br, deflate", Deflate, true},
    {"br", Identity, true},
    {"identity", Identity, true},
    {"gzipped, inflate", Identity, true},
    {"*", Gzip, true},
};
INSTANTIATE_TEST_SUITE_P(Usual, AcceptEncodingTest, testing::ValuesIn(kUsual));

const Wish kWithQ[] = {
    {"gzip;q=0", Identity, true},
    {"gzip;q=0.000", Identity, true},
    {"gzip;q=0.001", Gzip, true},
    {"gzip;q=0, deflate", Deflate, true},
    {"gzip;q=0.4, deflate;q=0.5", Deflate, true},
    {"deflate;q=0.5, gzip;q=0.5", Gzip, true},
    {"gzip ; q=1.000", Gzip, true},
    {"gzip;Q=0", Identity, true},
    {"*;q=0", Identity, false},
    {"gzip;q=0, *", Deflate, true},
    {"gzip;q=0, *;q=0.1", Deflate, true},
    {"*;q=0, gzip", Gzip, false},
    {"*;q=0, identity", Identity, true},
    {"identity;q=0", Identity, false},
    {"identity;q=0, gzip;q=0.1", Gzip, false},
    {"identity;q=0.5, gzip;q=0.4", Identity, true},
    {"identity;q=0.5, gzip;q=0.5", Gzip, true},
    {"identity, *;q=0.5", Identity, true},
};
INSTANTIATE_TEST_SUITE_P(WithQ, AcceptEncodingTest, testing::ValuesIn(kWithQ));

// What cannot be read is not accepted.
const Wish kGarbled[] = {
    {"gzip;q=", Identity, true},      {"gzip;q=2", Identity, true},
    {"gzip;q=1.1", Identity, true},   {"gzip;q=1.001", Identity, true},
    {"gzip;q=-1", Identity, true},    {"gzip;q=0.1234", Identity, true},
    {"gzip;q=.5", Identity, true},    {"gzip;q=0,5", Identity, true},
    {"gzip;q=0x1", Identity, true},   {"gzip;q=1;level=9", Identity, true},
    {"gzip;level=9", Identity, true}, {"gzip;", Identity, true},
    {";q=1", Identity, true},         {",,;,", Identity, true},
};
INSTANTIATE_TEST_SUITE_P(Garbled, AcceptEncodingTest, testing::ValuesIn(kGarbled));

// Rows: B-015
TEST(AcceptEncoding, IsOneListOverAllItsLines) {
    AcceptedCodings accepted =
        accepted_codings(fields("Accept-Encoding", {"gzip;q=0.3", "deflate;q=0.9, identity;q=0"}));
    EXPECT_EQ(accepted.best, ContentCoding::Deflate);
    EXPECT_FALSE(accepted.identity);
}

// Rows: B-015
TEST(AcceptEncoding, MissingMeansIdentity) {
    AcceptedCodings accepted = accepted_codings(fields("Accept-Encoding", {}));
    EXPECT_EQ(accepted.best, ContentCoding::Identity);
    EXPECT_TRUE(accepted.identity);
}

} // namespace
} // namespace http
