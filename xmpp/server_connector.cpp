#include "xmpp/server_connector.h"

#include "xmpp/server_search.h"

#include <utility>

namespace xmpp {

ServerConnector::ServerConnector(base::Env env, Services services, XmlCheck& check,
                                 const ConnectSettings& settings)
    : env_(env), services_(std::move(services)), check_(check), settings_(settings),
      health_(settings.health, services_.chance), pace_(settings.pace) {}

void ServerConnector::use(const ConnectSettings& settings) {
    settings_ = settings;
    health_.use(settings.health);
    pace_.use(settings.pace);
    await_turns();
}

std::unique_ptr<ServerSearch> ServerConnector::search(const DomainServers& servers,
                                                      ServerIndex server,
                                                      const StreamParameters& parameters,
                                                      ServerSearchListener& listener) {
    auto search = std::make_unique<ServerSearch>(*this, servers, parameters, listener);
    search->start(server);
    return search;
}

void ServerConnector::on_deadline(base::TimePoint now) {
    pace_.call_up(now);
    await_turns();
}

void ServerConnector::await_turns() {
    env_.wheel.set(*this, pace_.next_turn());
}

} // namespace xmpp
