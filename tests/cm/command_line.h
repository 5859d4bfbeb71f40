// parse() — what boshcm makes of a command line.
#pragma once

#include "cm/options.h"

#include <initializer_list>
#include <vector>

namespace tests {

inline cm::Options parse(std::initializer_list<const char*> words) {
    std::vector<const char*> argv = {"boshcm"};
    argv.insert(argv.end(), words);
    return cm::parse_options(static_cast<int>(argv.size()), argv.data());
}

} // namespace tests
