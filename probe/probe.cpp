#include "probe/probe.h"

#include "base/log.h"
#include "base/metrics.h"
#include "net/dns_resolver.h"
#include "net/loop.h"
#include "net/tcp_connector.h"
#include "probe/messages.h"
#include "probe/native_way.h"
#include "probe/web_way.h"

#include <algorithm>
#include <optional>

namespace probe {

namespace {

constexpr size_t kPoolBytes = 16UL * 1024 * 1024;

// For one question: half of the way's time is left for those who can be reached.
constexpr base::Duration kDnsDeadline{5'000};

// A worker's services, for one connection.
struct Services {
    net::Loop loop;
    base::SlicePool pool{kPoolBytes};
    base::Log log = base::Log::nowhere();
    base::Metrics metrics;
    base::Env env{loop, pool, loop.wheel(), loop.retired(), log, metrics};
    xmpp::XmlCheck check;
};

} // namespace

void run(const Plan& plan, Report& report) {
    Services services;
    net::DnsResolver resolver(
        services.loop, services.metrics,
        {.servers = plan.name_servers, .deadline = std::min(kDnsDeadline, plan.timeout / 2)});
    net::TcpConnector connector(services.loop, resolver,
                                {.race = {.deadline = plan.timeout / 2}, .tcp = {}});
    std::optional<NativeWay> native;
    std::optional<WebWay> web;
    bool native_good = false;
    bool web_good = false;

    Deadline native_deadline(plan.timeout);
    if (plan.native) {
        Turns turns(services.loop, native_deadline);
        native.emplace(services.env,
                       NativeWay::Services{
                           .connector = connector, .resolver = resolver, .check = services.check},
                       plan, report);
        native_good = native->run(turns, native_deadline) && native->client() != nullptr;
    }
    Deadline web_deadline(plan.timeout);
    if (plan.web) {
        web.emplace(services.check, plan, report);
        web_good = web->run(web_deadline);
    }
    if (!plan.account.given()) return;
    if (native_good && web_good) {
        exchange_messages(*native, *web, web_deadline, report);
    } else if (native_good) {
        write_to_itself(*native, native_deadline, report);
    } else if (web_good) {
        write_to_itself(*web, web_deadline, report);
    }
}

} // namespace probe
