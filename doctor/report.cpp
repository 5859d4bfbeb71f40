#include "doctor/report.h"

#include "probe/report_text.h"

#include <nlohmann/json.hpp>

namespace doctor {

namespace {

using Json = nlohmann::ordered_json;
using probe::printable;

std::string_view colour_of(Severity severity) {
    switch (severity) {
    case Severity::Ok: return "\x1b[32m";
    case Severity::Hint: return "\x1b[36m";
    case Severity::Warning: return "\x1b[33m";
    case Severity::Problem: break;
    }
    return "\x1b[1;31m";
}

// In lines of at most 96 characters, each after `indent`.
std::string wrapped(const std::string& text, std::string_view indent) {
    constexpr size_t kWidth = 96;
    std::string result;
    std::string line;
    auto end_line = [&] {
        if (!line.empty()) result.append(indent).append(line) += '\n';
        line.clear();
    };
    for (size_t begin = 0; begin < text.size();) {
        size_t end = std::min(text.find(' ', begin), text.size());
        std::string word = printable(std::string_view(text).substr(begin, end - begin));
        if (line.size() + word.size() + 1 > kWidth) end_line();
        if (!word.empty()) line += (line.empty() ? "" : " ") + word;
        begin = end + 1;
    }
    end_line();
    return result;
}

std::string text_of(const Fix& fix) {
    std::string text = "    " + fix.program;
    if (!fix.place.empty()) text += ", in " + printable(fix.place);
    text += ":\n";
    for (const std::string& line : fix.remove) text += "      - " + printable(line) + " ...\n";
    for (const std::string& line : fix.add) text += "      + " + printable(line) + '\n';
    return text;
}

std::string text_of(const Finding& finding, bool colour) {
    std::string mark(to_string(finding.severity));
    std::string head = colour ? std::string(colour_of(finding.severity)) + mark + "\x1b[0m" : mark;
    head += std::string(9 - mark.size(), ' ') + printable(finding.title);
    if (finding.severity == Severity::Ok) {
        return finding.seen.empty() ? head + '\n' : head + " (" + printable(finding.seen) + ")\n";
    }
    std::string text = head + " [" + finding.name + "]\n";
    if (!finding.seen.empty()) text += wrapped("Seen: " + finding.seen, "    ");
    text += wrapped(finding.why, "    ");
    for (const Fix& fix : finding.fixes) text += text_of(fix);
    return text;
}

Json json_of(const Finding& finding) {
    Json fixes = Json::array();
    for (const Fix& fix : finding.fixes) {
        fixes.push_back({{"program", fix.program},
                         {"place", fix.place},
                         {"remove", fix.remove},
                         {"add", fix.add}});
    }
    return {{"severity", to_string(finding.severity)},
            {"name", finding.name},
            {"title", finding.title},
            {"seen", finding.seen},
            {"why", finding.why},
            {"fixes", std::move(fixes)}};
}

} // namespace

std::string to_text(const Diagnosis& diagnosis, bool colour) {
    const Findings& findings = diagnosis.findings;
    std::string verdict = printable(findings.verdict());
    if (colour) {
        Severity worst = findings.ok() ? Severity::Ok : Severity::Problem;
        verdict = std::string(colour_of(worst)) + verdict + "\x1b[0m";
    }
    std::string text = verdict + '\n';
    for (const Finding& each : findings.by_severity()) {
        text += (each.severity == Severity::Ok ? "" : "\n") + text_of(each, colour);
    }
    return text;
}

std::string to_json(const Diagnosis& diagnosis) {
    Json findings = Json::array();
    for (const Finding& each : diagnosis.findings.by_severity()) findings.push_back(json_of(each));
    Json object = {{"ok", diagnosis.findings.ok()},     {"verdict", diagnosis.findings.verdict()},
                   {"front", name_of(diagnosis.front)}, {"domain", diagnosis.domain},
                   {"bosh", diagnosis.bosh_url},        {"websocket", diagnosis.websocket_url},
                   {"findings", std::move(findings)}};
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace doctor
