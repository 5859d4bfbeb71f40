#include "cm/file_traces.h"

#include <sys/stat.h>

namespace cm {

std::string file_traces(std::span<const std::string> names) {
    std::string all;
    for (const std::string& name : names) {
        struct stat status{};
        if (!name.empty()) ::stat(name.c_str(), &status); // one that is not there is all zero
        for (auto number : {static_cast<long>(status.st_ino), static_cast<long>(status.st_size),
                            static_cast<long>(status.st_mtim.tv_sec),
                            static_cast<long>(status.st_mtim.tv_nsec)}) {
            all += std::to_string(number) + ' ';
        }
    }
    return all;
}

} // namespace cm
