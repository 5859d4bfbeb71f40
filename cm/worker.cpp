#include "cm/worker.h"

#include "cm/relay_domains.h"
#include "tls/random.h"
#include "xmpp/domain.h"

#include <array>
#include <bit>
#include <cstring>

namespace cm {

namespace {

xmpp::Chance system_chance() {
    return [](uint32_t bound) {
        std::array<uint8_t, sizeof(uint64_t)> bytes{};
        tls::fill_random(bytes);
        return static_cast<uint32_t>(std::bit_cast<uint64_t>(bytes) % bound);
    };
}

// The servers see all workers together.
xmpp::ConnectSettings share_of(xmpp::ConnectSettings settings, size_t workers) {
    auto share = [&]<class Number>(Number& whole) {
        whole = static_cast<Number>((whole + workers - 1) / workers);
    };
    share(settings.pace.per_second);
    share(settings.pace.burst);
    share(settings.pace.max_waiting);
    return settings;
}

} // namespace

Worker::Worker(std::shared_ptr<const Config> config, Team& team, size_t index, size_t count,
               net::Loop& loop, base::Log& log)
    : config_(std::move(config)), count_(count), loop_(loop),
      pool_(config_->memory_budget_bytes / count),
      env_{loop, pool_, loop.wheel(), loop.retired(), log, metrics_}, meter_(env_, index),
      domains_(*config_), foreign_filter_(foreign_filter(*config_)),
      resolver_(loop, metrics_, {.servers = config_->name_servers}),
      connector_(loop, resolver_, {.race = {.deadline = config_->connect.connect_timeout}}),
      securing_(env_),
      upstreams_(env_,
                 {.connector = connector_,
                  .resolver = resolver_,
                  .securing = securing_,
                  .chance = system_chance()},
                 check_, {.connect = share_of(config_->connect, count), .stream = config_->stream}),
      limits_(env_, config_->limits, team.limits),
      bosh_(env_, config_->bosh, domains_, upstreams_, check_,
            {.worker = static_cast<uint8_t>(index)}),
      websocket_(env_, config_->ws, domains_, upstreams_, check_),
      server_(env_, config_->http,
              {.proxies = &config_->proxies,
               .limits = &limits_,
               .hosts = &config_->hosts,
               .connections = &team.connections}) {
    loop_.set_meter(&meter_);
    bosh_.set_responder(server_);
    bosh_.set_client_limits(limits_);
    bosh_.set_places(team.bosh_sessions);
    server_.add_route({.path = config_->bosh_path,
                       .handler = &bosh_,
                       .cors = config_->cors,
                       .allow = std::string(bosh::allowed_methods(config_->bosh))});
    if (config_->ws_enabled) {
        websocket_.set_server(server_, server_);
        websocket_.set_client_limits(limits_);
        websocket_.set_places(team.websockets);
        websocket_.set_numbers(index + 1, count);
        server_.add_route({.path = config_->ws_path,
                           .handler = &websocket_,
                           .allow = "GET, OPTIONS",
                           .websocket = true});
    }
    if (config_->discovery.offered()) offer_discovery();
}

// H-085: for each domain, by the name that DNS and Host know it by.
void Worker::offer_discovery() {
    std::vector<std::string> hosts;
    for (const DomainConfig& domain : config_->domains) {
        if (domain.retired || domain.is_foreign()) continue;
        hosts.push_back(xmpp::Domain::parse(domain.name)->ascii_name());
    }
    std::vector<http::HostMetaLink> links;
    auto link = [&](const char* rel, const std::string& href) {
        if (!href.empty()) links.push_back({.rel = rel, .href = href});
    };
    link("urn:xmpp:alt-connections:xbosh", config_->discovery.bosh);
    link("urn:xmpp:alt-connections:websocket", config_->discovery.websocket);
    host_meta_ = std::make_unique<http::HostMeta>(pool_, server_, std::move(hosts), links);
    for (std::string_view path : {http::HostMeta::kXrdPath, http::HostMeta::kJrdPath}) {
        server_.add_route({.path = std::string(path),
                           .handler = host_meta_.get(),
                           .cors = host_meta_->cors(),
                           .allow = "GET, HEAD, OPTIONS"});
    }
}

Worker::~Worker() {
    // What is retired refers to the rooms below; it goes first.
    doors_.clear();
    env_.retired.empty();
    loop_.set_meter(nullptr);
}

std::expected<void, std::string> Worker::start(const Worker* first,
                                               const std::vector<Entrance>& entrances) {
    auto domains = relay_domains(*config_, foreign_filter_);
    if (!domains) return std::unexpected(domains.error());
    upstreams_.serve(std::move(*domains));
    for (const StaticConfig& folder : config_->statics) {
        auto files = http::StaticFiles::open(pool_, server_, folder.directory, folder.path);
        if (!files) return std::unexpected("cannot serve " + folder.directory);
        server_.add_route(
            {.path = folder.path, .handler = files->get(), .allow = "GET, HEAD", .folder = true});
        statics_.push_back(std::move(*files));
    }
    for (size_t i = 0; i < config_->listeners.size(); ++i) {
        auto door = std::make_unique<Door>(env_, server_, *config_, config_->listeners[i]);
        door->use(entrances[i].certificates);
        auto opened = first != nullptr ? door->open_beside(loop_, *first->doors_[i])
                                       : door->open(loop_, entrances[i].socket);
        if (!opened) {
            return std::unexpected("cannot listen on " + door->name() + ": " + opened.error().what +
                                   ": " + std::strerror(opened.error().code));
        }
        if (first == nullptr) {
            env_.log.info("listener.opened",
                          {{"address", door->name()},
                           {"path", config_->bosh_path},
                           {"inherited", entrances[i].socket >= 0 ? "yes" : "no"}});
        }
        doors_.push_back(std::move(door));
    }
    return {};
}

void Worker::shut_down() {
    bosh_.shut_down();
    websocket_.shut_down();
}

void Worker::use(size_t listener, Certificates certificates) {
    doors_[listener]->use(std::move(certificates));
}

void Worker::hang_up() {
    server_.stop();
}

bool Worker::drained() const {
    return bosh_.empty() && websocket_.empty() && upstreams_.closing() == 0 &&
           server_.open_request_count() == 0;
}

} // namespace cm
