#include "probe/native_way.h"

#include "net/source_addresses.h"
#include "probe/diagnosis.h"
#include "probe/servers.h"
#include "probe/stream_error.h"
#include "probe/stream_features.h"
#include "xmpp/namespaces.h"

#include <chrono>
#include <cstring>
#include <utility>

namespace probe {

namespace {

int64_t days_until(std::chrono::sys_seconds time) {
    return std::chrono::floor<std::chrono::days>(time - std::chrono::system_clock::now()).count();
}

void add_facts(Step& step, const tls::PeerFacts& facts) {
    step.add("version", facts.version);
    step.add("cipher", facts.cipher);
    if (!facts.alpn.empty()) step.add("alpn", facts.alpn);
    if (facts.chain.empty()) return;
    std::vector<std::string> chain;
    chain.reserve(facts.chain.size());
    for (const tls::CertificateFacts& each : facts.chain) {
        chain.push_back(each.subject + " by " + each.issuer + " until " +
                        tls::to_date(each.not_after));
    }
    const tls::CertificateFacts& own = facts.chain.front();
    step.add("names", own.names.to_string());
    step.add("expires", tls::to_date(own.not_after));
    step.add("days_left", days_until(own.not_after));
    step.add("chain", std::move(chain));
}

std::string text_of(const base::Error& error) {
    // Category::Net: an errno, or a fault of net's own above its range.
    bool is_errno = error.category == base::Category::Net && error.code > 0 && error.code < 1000;
    return is_errno ? std::strerror(error.code) : error.what;
}

} // namespace

bool NativeWay::run(Turns& turns, const Deadline& deadline) {
    Lookup lookup(services_.resolver, turns);
    servers_ = plan_.servers;
    if (servers_.empty() && !find_servers(lookup)) return false;
    auto connection = connect_to_one(lookup, turns);
    if (connection == nullptr) return false;
    bool by_starttls = server_.tls == ServerTls::Required || server_.tls == ServerTls::Optional;
    if (by_starttls && !start_tls(*connection)) return false;
    if (target_.tls != ServerTls::None && !secure(*connection)) return false;
    bool good = read_features(*connection);
    connection->close();
    if (!good || !plan_.account.given()) return good;
    return why_libstrophe_stays_out() != nullptr || log_in(deadline);
}

// It connects by itself, to an address, and begins with the stream. With a certificate it would
// log in as whom that names. nullptr: it can follow.
const char* NativeWay::why_libstrophe_stays_out() const {
    if (server_.proxy_protocol != net::ProxyProtocol::None)
        return "not tried natively: libstrophe does not know the PROXY protocol";
    if (server_.host.starts_with('/'))
        return "not tried natively: libstrophe knows no Unix sockets";
    if (server_.certificate)
        return "not tried natively: libstrophe would log in by the certificate";
    return nullptr;
}

bool NativeWay::find_servers(Lookup& lookup) {
    Step step = Step::on(Way::Native, "srv");
    Stopwatch watch;
    net::SrvAnswer starttls = lookup.srv("_xmpp-client._tcp." + plan_.ascii_domain);
    net::SrvAnswer direct = lookup.srv("_xmpps-client._tcp." + plan_.ascii_domain);
    step.took = watch.elapsed();
    step.add("records", records_in(starttls, direct));
    auto servers = servers_in(starttls, direct, plan_);
    server_.host = plan_.ascii_domain;
    if (!servers) return end(std::move(step), servers.error());
    servers_ = std::move(*servers);
    return report_.add(std::move(step));
}

// The steps of one that answers, or those of the first of which none did.
std::unique_ptr<Connection> NativeWay::connect_to_one(Lookup& lookup, Turns& turns) {
    std::vector<Step> first_steps;
    std::vector<std::string> failed;
    for (const Server& server : servers_) {
        std::vector<Step> steps;
        auto connection = connect(server, lookup, turns, steps);
        if (connection != nullptr) {
            if (!failed.empty()) steps.back().add("failed_before", std::move(failed));
            for (Step& step : steps) report_.add(std::move(step));
            return connection;
        }
        failed.push_back(steps.back().finding.sentence);
        if (first_steps.empty()) first_steps = std::move(steps);
    }
    for (Step& step : first_steps) report_.add(std::move(step));
    return nullptr;
}

std::unique_ptr<Connection> NativeWay::connect(const Server& server, Lookup& lookup, Turns& turns,
                                               std::vector<Step>& steps) {
    server_ = server;
    target_ = {.address = {}, .tls = server.tls, .ca_file = server.ca_file, .verified_keys = {}};
    if (!look_up(server, lookup, steps)) return nullptr;
    Step& step = steps.emplace_back(Step::on(Way::Native, "tcp"));
    Stopwatch watch;
    auto connection = std::make_unique<Connection>(env_, services_.check, turns);
    net::SourceAddresses sources(server.sources);
    auto address = connection->connect(services_.connector,
                                       {.host = server.host,
                                        .port = server.port,
                                        .sources = server.sources.empty() ? nullptr : &sources});
    step.took = watch.elapsed();
    if (!address) {
        const base::Error& error = address.error().error;
        step.finding = finding(problem_of_connecting(error), text_of(error));
        return nullptr;
    }
    connection->announce(server.proxy_protocol);
    target_.address = *address;
    step.add("address", address->to_string());
    return connection;
}

bool NativeWay::look_up(const Server& server, Lookup& lookup, std::vector<Step>& steps) {
    bool is_path = server.host.starts_with('/');
    if (is_path || net::Address::parse(server.host, server.port)) return true;
    Step& step = steps.emplace_back(Step::on(Way::Native, "address"));
    Stopwatch watch;
    net::AddressAnswer answer = lookup.addresses(server.host);
    step.took = watch.elapsed();
    step.add("host", server.host);
    std::vector<std::string> addresses;
    addresses.reserve(answer.addresses.size());
    for (const net::Address& each : answer.addresses) addresses.push_back(each.host());
    step.add("addresses", std::move(addresses));
    Problem problem = problem_of(answer);
    if (problem == Problem::None) return true;
    step.finding = Finding(problem, {.domain = plan_.domain, .place = server.host, .detail = {}});
    return false;
}

bool NativeWay::start_tls(Connection& connection) {
    Step step = Step::on(Way::Native, "starttls");
    Stopwatch watch;
    auto ready = connection.start_tls(plan_.ascii_domain);
    step.took = watch.elapsed();
    if (!ready) return end(std::move(step), ready.error());
    step.add("offered", *ready ? "yes" : "no");
    if (!*ready && server_.tls == ServerTls::Required) {
        return end(std::move(step), Problem::StarttlsMissing);
    }
    target_.tls = *ready ? ServerTls::Required : ServerTls::None;
    return report_.add(std::move(step));
}

bool NativeWay::secure(Connection& connection) {
    Step step = Step::on(Way::Native, "tls");
    Stopwatch watch;
    auto context =
        tls::ClientContext::create({.ca_file = server_.ca_file, .key_pair = server_.certificate});
    if (!context) return end(std::move(step), Problem::CaFileUnreadable, context.error());
    auto facts = connection.secure(
        *context, {.identity = {.domain = plan_.ascii_domain, .unicode_domain = plan_.domain},
                   .protocol = server_.tls == ServerTls::Direct ? tls::kXmppClient : "",
                   .pins = server_.pins});
    step.took = watch.elapsed();
    if (!facts) return end(std::move(step), facts.error());
    for (const tls::CertificateFacts& each : facts->chain) {
        target_.verified_keys.push_back(each.spki_sha256);
    }
    add_facts(step, *facts);
    return report_.add(std::move(step));
}

bool NativeWay::read_features(Connection& connection) {
    Step step = Step::on(Way::Native, "features");
    Stopwatch watch;
    auto features = connection.open_stream(plan_.domain);
    step.took = watch.elapsed();
    if (!features) return end(std::move(step), features.error());
    if (features->is("error", xmpp::kStreamsNamespace)) {
        StreamError error = read_stream_error(*features);
        return end(std::move(step), error.problem, error.words);
    }
    std::vector<std::string> mechanisms = add_facts(step, *features);
    auto lack = lack_of_mechanism(mechanisms, plan_.account);
    if (lack) return end(std::move(step), Problem::NoUsableMechanism, *lack);
    const char* why_not = why_libstrophe_stays_out();
    if (plan_.account.given() && why_not != nullptr) step.add("login", why_not);
    return report_.add(std::move(step));
}

bool NativeWay::log_in(const Deadline& deadline) {
    Step step = Step::on(Way::Native, "login");
    Stopwatch watch;
    client_ = std::make_unique<NativeClient>(services_.check);
    LoginOutcome outcome = client_->log_in(target_, plan_.domain, plan_.account, deadline);
    step.took = watch.elapsed();
    if (!outcome.mechanism.empty()) step.add("mechanism", outcome.mechanism);
    if (outcome.problem != Problem::None) {
        client_.reset();
        return end(std::move(step), outcome.problem, outcome.detail);
    }
    step.add("jid", outcome.jid);
    jid_ = outcome.jid;
    return report_.add(std::move(step));
}

Finding NativeWay::finding(Problem problem, std::string detail) const {
    return {problem, {.domain = plan_.domain, .place = place(), .detail = std::move(detail)}};
}

bool NativeWay::end(Step step, Problem problem, std::string detail) {
    step.finding = finding(problem, std::move(detail));
    return report_.add(std::move(step));
}

bool NativeWay::end(Step step, const Fault& fault) {
    Problem problem = problem_of_stream(fault.error, fault.heard);
    std::string detail = fault.sentence.empty() ? text_of(fault.error) : fault.sentence;
    if (problem == Problem::NotXmpp && !fault.heard.empty()) {
        detail = "it said \"" + fault.heard.substr(0, fault.heard.find_first_of("\r\n")) + '"';
    }
    return end(std::move(step), problem, std::move(detail));
}

std::string NativeWay::place() const {
    if (server_.host.starts_with('/')) return server_.host;
    std::string name = server_.host + ':' + std::to_string(server_.port);
    std::string address = target_.address.family == net::Address::Family::None
                              ? std::string()
                              : target_.address.to_string();
    return address.empty() || address == name ? name : name + " (" + address + ')';
}

} // namespace probe
