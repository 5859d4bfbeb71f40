// DnsResolver — a Resolver by /etc/hosts, a cache, and name servers.
// Spec:   rows U-030, S-040; RFC 1035, RFC 2308, RFC 6761 §6.3.
// Errors: DnsOutcome::Failed after the deadline, and at once when too many questions are open.
// Life:   one for each worker; outlives its queries and may be destroyed with questions open.
//
// Who asks for the same name at the same time shares one question. A question whose askers have all
// gone is not taken back: what it finds is kept.
#pragma once

#include "base/metrics.h"
#include "net/dns_cache.h"
#include "net/dns_channel.h"
#include "net/hosts_file.h"
#include "net/resolver.h"

#include <list>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace net {

class DnsResolver final : public Resolver {
public:
    // Thousands may have waited for one name, and for each it may be the end of a session.
    static constexpr size_t kToldInATurn = 128;

    struct Options {
        std::vector<Address> servers; // empty: those of /etc/resolv.conf
        base::Duration deadline = 5s; // of one question
        size_t most_questions = 1024; // open at a time; c-ares could tell 65,536 apart
        size_t most_cached = 4096;    // replies; some 200 bytes each
    };
    DnsResolver(Loop& loop, base::Metrics& metrics, const Options& options);
    DnsResolver(const DnsResolver&) = delete;
    DnsResolver& operator=(const DnsResolver&) = delete;
    ~DnsResolver() override;

    [[nodiscard]] std::unique_ptr<Query> look_up_srv(const std::string& name,
                                                     SrvListener& listener) override;
    [[nodiscard]] std::unique_ptr<Query> look_up_addresses(const std::string& host,
                                                           AddressListener& listener) override;

private:
    class Asker; // who waits for one reply
    class SrvQuery;
    class AddressQuery;
    class OpenQuestion;
    using Reply = std::shared_ptr<const DnsReply>;
    using Askers = std::list<Asker*>;

    void ask(const DnsQuestion& question, Asker& asker);
    [[nodiscard]] Reply find_without_asking(const DnsQuestion& question);
    [[nodiscard]] Reply find_in_hosts(const DnsQuestion& question);
    void on_answered(OpenQuestion& question, DnsReply reply);
    void answer_soon(Asker& asker, const Reply& reply);
    void tell_soon();
    void tell();

    Loop& loop_;
    base::Metrics& metrics_;
    Options options_;
    HostsFile hosts_;
    DnsCache cache_;
    std::map<DnsQuestion, std::unique_ptr<OpenQuestion>> open_;
    Askers answered_;          // to be told in the next turn of the loop,
    UvHandle<uv_idle_t> turn_; // which this begins
    std::minstd_rand chance_;
    DnsChannel channel_; // last: its end answers the open questions
};

} // namespace net
