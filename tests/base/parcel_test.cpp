// Rows: -
#include "base/parcel.h"

#include <gtest/gtest.h>

#include <thread>

namespace {

TEST(ParcelTest, TakesBytesFromOnePoolToAnother) {
    base::SlicePool here(1 << 20);
    base::SlicePool there(1 << 20);
    base::SliceChain chain(base::Slice::copy(here, "<body>"));
    chain.push(base::Slice::literal("<a/>"));
    chain.push(base::Slice::copy(here, "</body>"));
    size_t used_here = here.used_bytes();

    base::Parcel parcel(chain);
    EXPECT_EQ(parcel.size(), chain.size_bytes());
    EXPECT_EQ(here.used_bytes(), used_here); // it is nobody's
    std::thread([&] {
        base::Slice arrived = std::move(parcel).unpack(there);
        EXPECT_EQ(arrived.view(), "<body><a/></body>");
        EXPECT_GT(there.used_bytes(), arrived.size());
        base::Slice shared = arrived.sub(6, 4);
        arrived = {};
        EXPECT_EQ(shared.view(), "<a/>");
    }).join();
    EXPECT_EQ(there.used_bytes(), 0U);
    EXPECT_EQ(parcel.size(), 0U);
}

TEST(ParcelTest, MayBeEmptyAndMayBeLost) {
    base::SlicePool pool(1 << 20);
    EXPECT_TRUE(base::Parcel(std::string_view()).unpack(pool).empty());
    EXPECT_TRUE(base::Parcel(base::SliceChain()).unpack(pool).empty());
    base::Parcel lost("never unpacked");
    base::Parcel other("other");
    other = std::move(lost);
    EXPECT_EQ(std::move(other).unpack(pool).view(), "never unpacked");
}

} // namespace
