#include "cm/webhook_rules.h"

#include "cm/spelling.h"
#include "hooks/secrets.h"
#include "hooks/target_rules.h"
#include "net/web_address.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace cm {

namespace {

void complain(ConfigElement& element, std::string_view attribute, std::string found,
              std::string expected, ConfigFaults& faults) {
    const ConfigAttribute* written = element.find(attribute);
    faults.add(written != nullptr ? written->line : element.line, element.place({attribute}),
               std::move(found), std::move(expected));
    element.mark_faulty(attribute);
}

void check_url(ConfigElement& element, const hooks::Settings& hook, ConfigFaults& faults) {
    if (!element.has_sound("url")) return;
    std::string fault = hooks::fault_of_url(hook);
    if (fault.empty()) return;
    complain(
        element, "url", quote(hook.url) + ": " + fault,
        "an https URL of a public address; with allow-private=\"true\" one of any address, and "
        "plain http to those that are not public; with allow-clear=\"true\" plain http to any",
        faults);
}

void check_secrets(ConfigElement& element, hooks::Settings& hook, const std::string& start,
                   ConfigFaults& faults) {
    namespace fs = std::filesystem;
    if (!element.has_sound("secret-file")) return;
    std::error_code fault;
    hook.secret_file =
        fs::absolute(fs::path(start) / hook.secret_file, fault).lexically_normal().string();
    if (auto secrets = hooks::Secrets::load(hook.secret_file); !secrets) {
        complain(
            element, "secret-file", hook.secret_file + ": " + secrets.error(),
            "a file that this user may read and others may not, with one secret or two, a line "
            "each: whsec_ and 24 to 64 bytes in base64",
            faults);
    }
}

} // namespace

void check_webhook(ConfigElement& element, hooks::Settings& hook, const std::string& start,
                   ConfigFaults& faults) {
    check_url(element, hook, faults);
    check_secrets(element, hook, start, faults);
    if (hook.first_pause > hook.longest_pause && !element.is_faulty("first-pause") &&
        !element.is_faulty("longest-pause")) {
        bool first = element.find("first-pause") != nullptr;
        complain(element, first ? "first-pause" : "longest-pause",
                 "first-pause " + spell_duration(hook.first_pause) + " and longest-pause " +
                     spell_duration(hook.longest_pause),
                 "first-pause not longer than longest-pause", faults);
    }
    if (!hook.name.empty() || !element.has_sound("url")) return;
    if (auto target = net::WebAddress::parse(hook.url)) hook.name = target->host;
}

void check_webhook_names(const std::vector<hooks::Settings>& hooks, ConfigFaults& faults) {
    std::map<std::string, int> first_lines;
    for (const hooks::Settings& hook : hooks) {
        if (hook.name.empty()) continue;
        auto [at, first] = first_lines.emplace(hook.name, hook.line);
        if (first) continue;
        faults.add(hook.line, "<webhook url=" + quote(hook.url) + ">",
                   "the name " + hook.name + " a second time",
                   "a name for each, where several are at one host; the first is in line " +
                       std::to_string(at->second));
    }
}

void warn_of_webhooks(const Config& config, std::vector<ConfigWarning>& found) {
    for (const hooks::Settings& hook : config.hooks) {
        auto target = net::WebAddress::parse(hook.url);
        if (target && !target->encrypted && hook.allow_clear) {
            found.push_back({hook.line, "<webhook url=" + quote(hook.url) + ">",
                             "plain HTTP: everyone on the way reads who comes and goes"});
        }
    }
}

} // namespace cm
