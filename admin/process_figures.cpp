#include "admin/process_figures.h"

#include "base/process_memory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace admin {

namespace {

constexpr const char* kDescriptors = "/proc/self/fd";

// Since Linux 6.2 the size of the directory is their number.
std::optional<uint64_t> told_descriptors() {
    struct stat status{};
    if (::stat(kDescriptors, &status) != 0 || status.st_size <= 0) return std::nullopt;
    return static_cast<uint64_t>(status.st_size);
}

uint64_t count_descriptors() {
    DIR* directory = ::opendir(kDescriptors);
    if (directory == nullptr) return 0;
    uint64_t entries = 0;
    while (::readdir(directory) != nullptr) ++entries; // NOLINT(concurrency-mt-unsafe): our own DIR
    ::closedir(directory);
    constexpr uint64_t kNotOurs = 3; // ".", "..", and the directory's own
    return entries > kNotOurs ? entries - kNotOurs : 0;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

} // namespace

ProcessFigures process_figures(Descriptors wanted) {
    ProcessFigures figures{.resident_bytes = base::resident_bytes(),
                           .open_descriptors = told_descriptors()};
    if (!figures.open_descriptors && wanted == Descriptors::Counted) {
        figures.open_descriptors = count_descriptors();
    }
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0) {
        figures.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.most_descriptors = limit.rlim_cur;
    return figures;
}

} // namespace admin
