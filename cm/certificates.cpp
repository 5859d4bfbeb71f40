#include "cm/certificates.h"

#include "cm/file_traces.h"

#include <utility>
#include <vector>

namespace cm {

namespace {

// Such as a browser that was sent to http://…:443. It has no Date, being made once.
std::string plain_http_answer() {
    constexpr std::string_view kText = "This port speaks HTTPS, not HTTP: use https://\n";
    return "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
           "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " +
           std::to_string(kText.size()) + "\r\n\r\n" + std::string(kText);
}

} // namespace

std::expected<std::shared_ptr<const tls::ServerContext>, std::string> Certificates::read() const {
    std::vector<std::string> protocols{"http/1.1"};
    if (listener_.speaks_http2()) protocols.insert(protocols.begin(), "h2");
    return tls::ServerContext::create(
        {.key_pairs = {listener_.certificates.begin(), listener_.certificates.end()},
         .profile = listener_.profile,
         .client_ca_file = listener_.client_ca,
         .protocols = std::move(protocols),
         .plain_http_answer = plain_http_answer()});
}

std::expected<void, std::string> Certificates::load() {
    seen_ = traces();
    auto fresh = read();
    if (!fresh) return std::unexpected(fresh.error());
    current_ = std::move(*fresh);
    env_.wheel.set(*this, env_.now() + kLookEvery);
    return {};
}

void Certificates::reload() {
    seen_ = traces(); // before they are read: what changes while they are is seen next time
    auto fresh = read();
    if (!fresh) {
        env_.log.error("certificates.reload-failed",
                       {{"reason", fresh.error()}, {"line", listener_.line}});
        return;
    }
    current_ = std::move(*fresh);
    deliver_(current_,
             [&log = env_.log, count = listener_.certificates.size(), line = listener_.line] {
                 log.info("certificates.reloaded", {{"count", count}, {"line", line}});
             });
    // Taken all the same: another of them may be what was renewed.
    for (const CertificateConfig& one : listener_.certificates) {
        auto why = tls::why_out_of_time(one.chain_file, std::chrono::system_clock::now());
        if (why) env_.log.warn("certificate.useless", {{"file", one.chain_file}, {"reason", *why}});
    }
}

// A renewal writes one file after the other, so what has changed may be half of it. It is read when
// it has been the same for two looks.
void Certificates::on_deadline(base::TimePoint now) {
    std::string found = traces();
    bool settled = found == last_look_;
    last_look_ = std::move(found);
    if (settled && last_look_ != seen_) reload();
    env_.wheel.set(*this, now + kLookEvery);
}

std::string Certificates::traces() const {
    std::vector<std::string> names{listener_.client_ca};
    for (const CertificateConfig& files : listener_.certificates) {
        names.push_back(files.chain_file);
        names.push_back(files.key_file);
    }
    return file_traces(names);
}

} // namespace cm
