#include "cm/worker.h"

#include <cstring>

namespace cm {

namespace {

xmpp::RelayFactory::Targets targets_of(const Config& config) {
    xmpp::RelayFactory::Targets targets;
    for (const DomainConfig& domain : config.domains) {
        if (domain.retired) continue;
        std::vector<net::Target>& servers = targets[domain.name];
        servers.push_back({.host = domain.server.host, .port = domain.server.port});
        for (const ServerConfig& route : domain.routes) { // in the order of DomainTable::routes()
            servers.push_back({.host = route.host, .port = route.port});
        }
    }
    return targets;
}

} // namespace

void Worker::Door::on_accept(std::unique_ptr<net::Transport> connection) {
    http::ClientFacts client{
        .peer = connection->peer(), .local = connection->local(), .encrypted = encrypted_};
    server_.accept(std::move(connection), client);
}

Worker::Worker(std::shared_ptr<const Config> config, net::Loop& loop, base::Log& log)
    : config_(std::move(config)), loop_(loop), pool_(config_->memory_budget_bytes),
      env_{loop, pool_, loop.wheel(), loop.retired(), log, metrics_}, domains_(*config_),
      connector_(loop, {}), upstreams_(env_, connector_, check_, {}, targets_of(*config_)),
      bosh_(env_, config_->bosh, domains_, upstreams_, check_, {}), server_(env_, config_->http) {
    bosh_.set_responder(server_);
    server_.add_route({.path = config_->bosh_path,
                       .handler = &bosh_,
                       .cors = &config_->cors,
                       .allow = "POST, OPTIONS"});
}

Worker::~Worker() {
    // What is retired refers to the rooms below; it goes first.
    doors_.clear();
    env_.retired.empty();
}

std::expected<void, std::string> Worker::start() {
    for (const StaticConfig& folder : config_->statics) {
        auto files = http::StaticFiles::open(pool_, server_, folder.directory, folder.path);
        if (!files) return std::unexpected("cannot serve " + folder.directory);
        server_.add_route(
            {.path = folder.path, .handler = files->get(), .allow = "GET, HEAD", .folder = true});
        statics_.push_back(std::move(*files));
    }
    for (const ListenerConfig& wanted : config_->listeners) {
        bool encrypted = wanted.tls == ListenerConfig::Tls::Proxy;
        auto door = std::make_unique<Door>(server_, encrypted);
        auto opened = net::TcpListener::open(loop_, env_, wanted.address,
                                             {.write_stall = config_->http.write_timeout}, *door);
        if (!opened) {
            return std::unexpected("cannot listen on " + wanted.address.to_string() + ": " +
                                   opened.error().what + ": " + std::strerror(opened.error().code));
        }
        door->listener = std::move(*opened);
        env_.log.info("listener.opened", {{"address", door->listener->local().to_string()},
                                          {"path", config_->bosh_path}});
        doors_.push_back(std::move(door));
    }
    return {};
}

void Worker::shut_down() {
    bosh_.shut_down();
}

bool Worker::drained() const {
    return bosh_.empty() && upstreams_.closing() == 0 && server_.open_request_count() == 0;
}

} // namespace cm
