#include "cm/certificate_rules.h"

#include "tls/key_pair.h"
#include "tls/server_context.h"

#include <chrono>
#include <filesystem>
#include <sys/stat.h>
#include <utility>

namespace cm {
namespace {

std::string absolute_name(const std::string& start, const std::string& name) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    return fs::absolute(fs::path(start) / name, ignored).lexically_normal().string();
}

// Clients would be shown one of the two, and nobody could say which.
void check_differs(ConfigElement& element, const CertificateConfig& certificate,
                   const ListenerConfig& before, ConfigFaults& faults) {
    for (const CertificateConfig& other : before.certificates) {
        tls::ServerSettings both{.key_pairs = {other, certificate}};
        if (tls::check_key_pair(other) || tls::ServerContext::create(both)) continue;
        faults.add(element, "chain",
                   "a certificate for the same names and kind of key as that in line " +
                       std::to_string(other.line),
                   "one for other names, or an ECDSA certificate beside an RSA one");
        return;
    }
}

} // namespace

void check_listener_tls(const ConfigElement& element, const ListenerConfig& listener,
                        ConfigFaults& faults) {
    if (!element.has_sound("tls")) return;
    bool own = listener.tls == ListenerConfig::Tls::Own;
    bool any = false;
    for (const ConfigElement& child : element.children) {
        if (child.name != "certificate") continue;
        any = true;
        if (own) continue;
        faults.add(child.line, child.place(), "a certificate for a listener without TLS of its own",
                   "tls=\"own\" on the <listener>, or no <certificate>");
    }
    if (own && !any)
        faults.add(element.line, element.place({"tls"}), "no <certificate> in it",
                   "one or more, each with chain and key");
    for (std::string_view attribute : {"profile", "client-ca"}) {
        const ConfigAttribute* written = element.find(attribute);
        if (own || written == nullptr) continue;
        faults.add(written->line, element.place({attribute}),
                   "the attribute at a listener without TLS of its own",
                   std::string(attribute) + " only together with tls=\"own\"");
    }
}

void check_certificate(ConfigElement& element, CertificateConfig& certificate,
                       const ListenerConfig& before, const std::string& start,
                       ConfigFaults& faults) {
    if (!element.has_sound("chain") || !element.has_sound("key")) return;
    certificate.chain_file = absolute_name(start, certificate.chain_file);
    certificate.key_file = absolute_name(start, certificate.key_file);
    auto fault = tls::check_key_pair(certificate);
    if (!fault) {
        check_differs(element, certificate, before, faults);
    } else if (fault->in == tls::KeyPairFault::In::Chain) {
        faults.add(element, "chain", certificate.chain_file + ": " + fault->problem,
                   "a certificate and those of its issuers, in PEM, that this user may read");
    } else {
        faults.add(element, "key", certificate.key_file + ": " + fault->problem,
                   "the private key of the certificate in chain, in PEM without a passphrase, that "
                   "this user may read");
    }
}

void warn_of_certificates(const ListenerConfig& listener, std::vector<ConfigWarning>& found) {
    for (const CertificateConfig& one : listener.certificates) {
        std::string chain = "<certificate chain=" + quote(one.chain_file) + ">";
        if (auto why = tls::why_out_of_time(one.chain_file, std::chrono::system_clock::now()))
            found.push_back({one.line, chain, *why + ": clients will not accept it"});
        struct stat status{};
        if (::stat(one.key_file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0)
            found.push_back({one.line, "<certificate key=" + quote(one.key_file) + ">",
                             "every user of this host can read the key"});
    }
}

} // namespace cm
