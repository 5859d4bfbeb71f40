#include "base/process_memory.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <unistd.h>

namespace base {

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

} // namespace

size_t resident_bytes() {
    // "size resident shared …", in pages.
    std::unique_ptr<std::FILE, CloseFile> file(std::fopen("/proc/self/statm", "re"));
    std::array<char, 128> line{};
    if (!file || std::fgets(line.data(), line.size(), file.get()) == nullptr) return 0;
    char* rest = nullptr;
    (void)std::strtoull(line.data(), &rest, 10);
    return std::strtoull(rest, nullptr, 10) * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

bool MemoryCeiling::reached(TimePoint now) {
    if (ceiling_bytes_ == 0) return false;
    if (asked_at_ == TimePoint::min() || now - asked_at_ >= 1s) {
        asked_at_ = now;
        reached_ = reader_() >= ceiling_bytes_;
    }
    return reached_;
}

} // namespace base
