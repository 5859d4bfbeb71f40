#include "bench/load/report.h"

#include <cstdarg>
#include <cstdio>

namespace load {

namespace {

// GCC 12 has no <format>.
[[gnu::format(printf, 1, 2)]] std::string printed(const char* format, ...) {
    std::array<char, 512> line{};
    va_list values;
    va_start(values, format);
    std::vsnprintf(line.data(), line.size(), format, values);
    va_end(values);
    return line.data();
}

std::string sessions_line(const Report& report) {
    if (!report.connect_seconds)
        return printed("sessions    %zu, not waited for\n", report.sessions);
    return printed("sessions    %zu of %zu, connected within %.2f s\n", report.online,
                   report.sessions, *report.connect_seconds);
}

std::string latency_line(const Histogram& latency) {
    if (latency.count() == 0) return {};
    std::string line = printed("latency     mean %.3f", milliseconds(latency.mean()));
    for (const Percentile& each : kPercentiles) {
        line += printed(", %s %.3f", each.name, milliseconds(latency.percentile(each.fraction)));
    }
    return line + printed(", max %.3f ms\n", milliseconds(latency.max()));
}

std::string process_line(const Report& report, const ProcessFigures& process) {
    std::string line = printed("%-11s ", process.name.c_str());
    if (!process.cpu_seconds) return line + "could not be asked to the end\n";
    line += printed("%.3f s of CPU", *process.cpu_seconds);
    if (auto each = report.cpu_per_thousand(process)) {
        line += printed(", %.2f ms per 1,000 %s", *each * 1000, report.unit.c_str());
    }
    if (process.bytes_steady) {
        line += printed("; memory %.1f MiB", static_cast<double>(*process.bytes_steady) / 1048576);
    }
    if (auto each = report.bytes_per_session(process)) {
        line += printed(", %.1f KiB a session", *each / 1024);
    }
    return line + '\n';
}

} // namespace

std::string to_text(const Report& report) {
    auto number = [](uint64_t value) { return static_cast<unsigned long long>(value); };
    const char* unit = report.unit.c_str();
    std::string text =
        printed("%s over %s%s%s, %s\n", report.scenario.c_str(), report.transport.c_str(),
                report.http.empty() ? "" : ", HTTP/", report.http.c_str(), report.url.c_str()) +
        sessions_line(report) +
        printed("steady      %.2f s, %llu %s, %.1f a second\n", report.seconds,
                number(report.arrived), unit,
                report.seconds > 0 ? static_cast<double>(report.arrived) / report.seconds : 0) +
        latency_line(report.latency);
    if (report.missing > 0) {
        text += printed("missing     %llu of %llu %s\n", number(report.missing), number(report.due),
                        unit);
    }
    if (report.bytes && report.arrived > 0) {
        text +=
            printed("bytes       %.0f for each of %s, said and heard\n",
                    static_cast<double>(*report.bytes) / static_cast<double>(report.arrived), unit);
    }
    if (report.requests > 0) {
        text += printed("HTTP        %llu requests", number(report.requests));
        if (auto each = report.requests_per_unit())
            text += printed(", %.2f for each of %s", *each, unit);
        text += printed("; %llu new connections\n", number(report.connections));
    }
    if (report.handshakes > 0) {
        text += printed("TLS         %llu handshakes, %llu of them resumed\n",
                        number(report.handshakes), number(report.resumed));
    }
    for (const ProcessFigures& process : report.processes) text += process_line(report, process);
    for (const auto& [kind, count] : report.faults) {
        text += printed("error       %llu times: %s\n", number(count), kind.c_str());
    }
    return text;
}

} // namespace load
