// Rows: -
#include "bench/load/element_reader.h"
#include "tests/support/for_each_split.h"

#include <gtest/gtest.h>

#include <string>

namespace load {
namespace {

std::string read(ElementReader& reader, base::ByteView in) {
    std::string seen;
    while (!in.empty()) {
        auto step = reader.next(in);
        if (!step) return seen + "fault";
        if (step->event != ElementReader::Event::None) seen.append(step->bytes).append("|");
    }
    return seen;
}

TEST(ElementReader, GivesWholeElementsHoweverTheyAreCut) {
    tests::for_each_split("<?xml version='1.0'?><s:s a='b'> <x>1</x>\n<y z='>'/></s:s>",
                          [](tests::Pieces pieces) {
                              ElementReader reader;
                              std::string seen;
                              for (base::ByteView piece : pieces) seen += read(reader, piece);
                              EXPECT_EQ(seen, "<s:s a='b'>|<x>1</x>|<y z='>'/>|</s:s>|");
                          });
}

TEST(ElementReader, BeginsAnewAlsoBehindTheWhiteSpaceOfTheOldStream) {
    ElementReader reader;
    EXPECT_EQ(read(reader, "<s><a/><b"), "<s>|<a/>|");
    reader.reset();
    EXPECT_EQ(read(reader, " \n<?xml version='1.0'?><t><c/>"), "<t>|<c/>|");
    EXPECT_EQ(read(reader, "<!-- -->"), "fault");
}

} // namespace
} // namespace load
