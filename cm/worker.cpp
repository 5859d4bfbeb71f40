#include "cm/worker.h"

#include "bosh/sid_hint.h"
#include "cm/relay_domains.h"
#include "tls/random.h"
#include "xmpp/domain.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace cm {

namespace {

// An end is some 50 microseconds: an answer, a stream closed, a line of the log. So everybody else
// waits for some 6 ms.
constexpr size_t kEndedInATurn = 128;

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

http::Access access_of(const Config& config, http::ClientLimits& limits, Team& team,
                       const std::optional<http::AccessLog>& log) {
    return {.proxies = &config.proxies,
            .limits = &limits,
            .hosts = &config.hosts,
            .connections = &team.connections,
            .log = log ? &*log : nullptr};
}

net::TcpConnector::Options connector_options(const Config& config) {
    return {.race = {.deadline = config.connect.connect_timeout}};
}

std::string cannot_listen(const Door& door, const base::Error& why) {
    return "cannot listen on " + door.name() + ": " + why.what + ": " + std::strerror(why.code);
}

std::optional<http::AccessLog> access_log(const base::Env& env, const Team& team) {
    if (team.access_log == nullptr) return std::nullopt;
    return http::AccessLog(*team.access_log, env.clock);
}

} // namespace

Worker::Worker(std::shared_ptr<const Config> config, Team& team, size_t index, size_t count,
               net::Loop& loop, base::Log& log)
    : config_(std::move(config)), team_(team), count_(count), loop_(loop),
      pool_(config_->memory_budget_bytes / count),
      env_{loop, pool_, loop.wheel(), loop.retired(), log, metrics_}, meter_(env_, index),
      domains_(*config_), foreign_filter_(foreign_filter(*config_)),
      resolver_(loop, metrics_, {.servers = config_->name_servers}),
      connector_(loop, resolver_, connector_options(*config_)), securing_(env_),
      upstreams_(env_,
                 {.connector = connector_,
                  .resolver = resolver_,
                  .securing = securing_,
                  .chance = system_chance()},
                 check_, {.connect = share_of(config_->connect, count), .stream = config_->stream}),
      limits_(env_, config_->limits, team.limits),
      bosh_(env_, config_->bosh, domains_, upstreams_, check_,
            {.worker = static_cast<uint8_t>(index)}),
      websocket_(env_, config_->ws, domains_, upstreams_, check_), host_meta_(pool_, server_),
      access_log_(access_log(env_, team)),
      server_(env_, config_->http, access_of(*config_, limits_, team, access_log_)) {
    loop_.set_meter(&meter_);
    bosh_.set_responder(server_);
    bosh_.set_client_limits(limits_);
    bosh_.set_places(team.bosh_sessions);
    if (team.watcher != nullptr) {
        bosh_.set_watcher(*team.watcher);
        websocket_.set_watcher(*team.watcher);
    }
    websocket_.set_server(server_, server_);
    websocket_.set_client_limits(limits_);
    websocket_.set_places(team.websockets);
    websocket_.set_numbers(index + 1, count);
}

Worker::~Worker() {
    // What is retired refers to the rooms below; it goes first.
    doors_.clear();
    leaving_.clear();
    env_.retired.empty();
    loop_.set_meter(nullptr);
}

std::vector<http::Route> Worker::routes() {
    std::vector<http::Route> routes{{.path = config_->bosh_path,
                                     .handler = &bosh_,
                                     .cors = config_->cors,
                                     .allow = std::string(bosh::allowed_methods(config_->bosh)),
                                     .session_of = bosh::sid_hint}};
    if (config_->ws_enabled) {
        routes.push_back({.path = config_->ws_path,
                          .handler = &websocket_,
                          .allow = "GET, OPTIONS",
                          .websocket = true});
    }
    for (const StaticConfig& wanted : config_->statics) {
        auto folder = std::ranges::find_if(folders_, [&](const Folder& each) {
            return each.path == wanted.path && each.directory == wanted.directory;
        });
        routes.push_back({.path = wanted.path,
                          .handler = folder->files.get(),
                          .allow = "GET, HEAD",
                          .folder = true});
    }
    if (config_->discovery.offered()) add_discovery(routes);
    return routes;
}

// H-085: for each domain, by the name that DNS and Host know it by.
void Worker::add_discovery(std::vector<http::Route>& routes) {
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
    host_meta_.use(std::move(hosts), links);
    for (std::string_view path : {http::HostMeta::kXrdPath, http::HostMeta::kJrdPath}) {
        routes.push_back({.path = std::string(path),
                          .handler = &host_meta_,
                          .cors = host_meta_.cors(),
                          .allow = "GET, HEAD, OPTIONS"});
    }
}

std::expected<void, std::string> Worker::open_folders(const Config& config) {
    for (const StaticConfig& wanted : config.statics) {
        bool known = std::ranges::any_of(folders_, [&](const Folder& each) {
            return each.path == wanted.path && each.directory == wanted.directory;
        });
        if (known) continue;
        auto files = http::StaticFiles::open(pool_, server_, wanted.directory, wanted.path);
        if (!files) return std::unexpected("cannot serve " + wanted.directory);
        folders_.push_back({wanted.path, wanted.directory, std::move(*files)});
    }
    return {};
}

Door* Worker::door_at(const ListenerConfig& place) const {
    auto found = std::ranges::find_if(
        doors_, [&](const std::unique_ptr<Door>& door) { return door->is_at(place); });
    return found == doors_.end() ? nullptr : found->get();
}

// A door for each listener. Where there is one already, the new one is not open yet.
std::expected<Worker::Doors, std::string> Worker::make_doors(const Plan& plan,
                                                             const Worker* first) {
    Doors doors;
    for (size_t i = 0; i < plan.config->listeners.size(); ++i) {
        const Entrance& entrance = plan.entrances[i];
        auto door = std::make_unique<Door>(env_, server_, plan.config, i);
        door->use(entrance.certificates);
        if (door_at(plan.config->listeners[i]) == nullptr) {
            // One at another address, which is about to go, is no reason to be refused this one.
            bool ours = std::ranges::any_of(doors_, [&](const std::unique_ptr<Door>& other) {
                return other->shares_port(plan.config->listeners[i]);
            });
            auto port = ours ? net::TcpListener::Port::Ours : net::TcpListener::Port::Free;
            auto opened = first != nullptr ? door->open_beside(loop_, *first->doors_[i])
                                           : door->open(loop_, entrance.socket, port);
            bool others_have_it = first != nullptr && !doors_.empty();
            if (!opened && !others_have_it) {
                return std::unexpected(cannot_listen(*door, opened.error()));
            }
            if (!opened) { // then they have to do it
                env_.log.error("listener.failed",
                               {{"reason", cannot_listen(*door, opened.error())}});
            } else if (first == nullptr) {
                env_.log.info("listener.opened",
                              {{"address", door->name()},
                               {"path", plan.config->bosh_path},
                               {"inherited", entrance.socket >= 0 ? "yes" : "no"}});
            }
        }
        doors.push_back(std::move(door));
    }
    return doors;
}

// All that can fail comes first.
std::expected<void, std::string> Worker::use(Plan plan, const Worker* first) {
    if (auto opened = open_folders(*plan.config); !opened) return opened;
    auto doors = make_doors(plan, first);
    if (!doors) return std::unexpected(doors.error());

    if (plan.config != config_) former_.push_back(std::exchange(config_, std::move(plan.config)));
    foreign_filter_ = foreign_filter(*config_);
    if (plan.domains.foreign) plan.domains.foreign->allowed = &foreign_filter_;
    domains_ = DomainTable(*config_);
    connector_.use(connector_options(*config_));
    upstreams_.use({.connect = share_of(config_->connect, count_), .stream = config_->stream});
    upstreams_.serve(std::move(plan.domains));
    limits_.use(config_->limits);
    bosh_.use(config_->bosh);
    websocket_.use(config_->ws);
    server_.use(config_->http, access_of(*config_, limits_, team_, access_log_));
    server_.use(routes());
    move_into(std::move(*doors), first == nullptr);
    forget_unused();
    return {};
}

// One look at all sessions, however many configurations there have been.
void Worker::forget_unused() {
    if (former_.empty()) return;
    std::vector<const bosh::Settings*> of_bosh = bosh_.settings_in_use();
    std::vector<const ws::Settings*> of_websocket = websocket_.settings_in_use();
    std::erase_if(former_, [&](const std::shared_ptr<const Config>& each) {
        return std::ranges::find(of_bosh, &each->bosh) == of_bosh.end() &&
               std::ranges::find(of_websocket, &each->ws) == of_websocket.end();
    });
}

void Worker::move_into(Doors doors, bool tells) {
    for (const std::unique_ptr<Door>& door : doors) {
        if (door->is_open()) continue;
        // By what it replaces: the configuration names each place once.
        for (const std::unique_ptr<Door>& former : doors_) {
            if (former->is_at(door->listener())) door->take_over(*former);
        }
    }
    std::erase_if(leaving_, [](const std::unique_ptr<Door>& door) { return !door->is_busy(); });
    for (std::unique_ptr<Door>& former : doors_) {
        if (former->is_open()) {
            if (tells) env_.log.info("listener.closed", {{"address", former->name()}});
            former->close();
        }
        if (former->is_busy()) leaving_.push_back(std::move(former));
    }
    doors_ = std::move(doors);
}

void Worker::refuse_new(bool refuses) {
    bosh_.refuse_new(refuses);
    websocket_.refuse_new(refuses);
}

bool Worker::shut_down() {
    refuse_new(true);
    return bosh_.shut_down(kEndedInATurn) || websocket_.shut_down(kEndedInATurn);
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
