#include "bench/load/process.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace load {

namespace {

constexpr size_t kBytesPerKiB = 1024;

std::string read_file(pid_t pid, const char* name) {
    std::ifstream file("/proc/" + std::to_string(pid) + '/' + name);
    std::ostringstream text;
    text << file.rdbuf(); // nothing of a process that ends meanwhile; an iterator would throw
    return std::move(text).str();
}

std::optional<uint64_t> to_number(std::string_view text) {
    uint64_t value = 0;
    auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || rest != text.data() + text.size()) return {};
    return value;
}

struct Member {
    pid_t pid;
    ProcessStat stat;
};

std::vector<Member> all_processes() {
    std::vector<Member> all;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
        auto pid = to_number(entry.path().filename().native());
        if (!pid) continue;
        auto id = static_cast<pid_t>(*pid);
        if (auto stat = parse_stat(read_file(id, "stat"))) all.push_back({id, *stat});
    }
    return all;
}

// The process and its descendants; empty: it is gone.
std::vector<Member> family_of(pid_t pid) {
    std::vector<Member> strangers = all_processes();
    std::vector<Member> family;
    auto move_if = [&](auto belongs) {
        auto rest = std::partition(strangers.begin(), strangers.end(), std::not_fn(belongs));
        family.insert(family.end(), rest, strangers.end());
        bool any = rest != strangers.end();
        strangers.erase(rest, strangers.end());
        return any;
    };
    move_if([&](const Member& each) { return each.pid == pid; });
    while (!family.empty() && move_if([&](const Member& each) {
        return std::ranges::any_of(
            family, [&](const Member& known) { return known.pid == each.stat.parent; });
    })) {
    }
    return family;
}

std::optional<std::chrono::nanoseconds> clock_of(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

} // namespace

std::optional<ProcessStat> parse_stat(std::string_view text) {
    size_t name_end = text.rfind(')');
    if (name_end == std::string_view::npos) return {};
    // From the third field on: state, parent, …, the 16th and 17th: time of waited children.
    std::istringstream fields{std::string(text.substr(name_end + 1))};
    std::vector<std::string> found(std::istream_iterator<std::string>(fields), {});
    constexpr size_t kFirst = 3;
    if (found.size() <= 17 - kFirst) return {};
    auto parent = to_number(found[4 - kFirst]);
    auto user = to_number(found[16 - kFirst]);
    auto system = to_number(found[17 - kFirst]);
    if (!parent || !user || !system) return {};
    return ProcessStat{.parent = static_cast<pid_t>(*parent), .waited_ticks = *user + *system};
}

std::optional<size_t> parse_proportional_bytes(std::string_view text) {
    constexpr std::string_view kName = "\nPss:";
    size_t at = text.find(kName);
    if (at == std::string_view::npos) return {};
    std::istringstream line{std::string(text.substr(at + kName.size(), 64))};
    size_t kib = 0;
    std::string unit;
    if (!(line >> kib >> unit) || unit != "kB") return {};
    return kib * kBytesPerKiB;
}

std::optional<uint64_t> parse_bytes_moved(std::string_view text) {
    std::istringstream fields{std::string(text)};
    std::string name;
    uint64_t count = 0;
    std::optional<uint64_t> read;
    std::optional<uint64_t> written;
    while (fields >> name >> count) {
        if (name == "rchar:") read = count;
        if (name == "wchar:") written = count;
    }
    if (!read || !written) return {};
    return *read + *written;
}

std::optional<std::chrono::nanoseconds> cpu_time(pid_t pid) {
    std::chrono::nanoseconds total{};
    std::chrono::nanoseconds tick = std::chrono::seconds(1);
    tick /= ::sysconf(_SC_CLK_TCK);
    std::vector<Member> family = family_of(pid);
    for (const Member& member : family) {
        total += clock_of(member.pid).value_or(std::chrono::nanoseconds());
        total += tick * static_cast<int64_t>(member.stat.waited_ticks);
    }
    if (family.empty()) return {};
    return total;
}

std::optional<size_t> proportional_bytes(pid_t pid) {
    std::optional<size_t> total;
    for (const Member& member : family_of(pid)) {
        auto bytes = parse_proportional_bytes(read_file(member.pid, "smaps_rollup"));
        if (bytes) total = total.value_or(0) + *bytes;
    }
    return total;
}

std::optional<uint64_t> own_bytes_moved() {
    return parse_bytes_moved(read_file(::getpid(), "io"));
}

} // namespace load
