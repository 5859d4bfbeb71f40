// for_each_split — runs a check once for each way in which input may arrive: whole, byte by byte,
// in threes, and cut in two at every place.
//
//     for_each_split(input, [&](Pieces pieces) {
//         Framer framer;                                   // a new one each time
//         for (std::string_view piece : pieces) framer.feed(piece, ...);
//         EXPECT_EQ(...);
//     });
//
// Each piece is a heap block of its own, of exact size, so that a sanitizer sees a read past it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

using Pieces = std::span<const std::string_view>;

namespace detail {

template <class Check>
void run_split(const std::string& name, std::span<const std::string_view> cuts, Check& check) {
    std::vector<std::vector<char>> blocks;
    std::vector<std::string_view> pieces;
    blocks.reserve(cuts.size());
    pieces.reserve(cuts.size());
    for (std::string_view cut : cuts) {
        const auto& block = blocks.emplace_back(cut.begin(), cut.end());
        pieces.emplace_back(block.data(), block.size());
    }
    SCOPED_TRACE("input split: " + name);
    check(Pieces(pieces));
}

inline std::vector<std::string_view> cut_every(std::string_view input, size_t length) {
    std::vector<std::string_view> cuts;
    for (size_t at = 0; at < input.size(); at += length) cuts.push_back(input.substr(at, length));
    return cuts;
}

} // namespace detail

template <class Check>
void for_each_split(std::string_view input, Check&& check) {
    detail::run_split("whole", std::vector{input}, check);
    detail::run_split("byte by byte", detail::cut_every(input, 1), check);
    detail::run_split("in threes", detail::cut_every(input, 3), check);
    for (size_t at = 1; at < input.size(); ++at) {
        detail::run_split("in two at " + std::to_string(at),
                          std::vector{input.substr(0, at), input.substr(at)}, check);
    }
}

} // namespace tests
