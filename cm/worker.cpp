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

} // namespace

std::expected<void, std::string> Worker::Door::load_certificates() {
    if (!has_own_tls()) return {};
    return certificates_.load();
}

void Worker::Door::reload_certificates() {
    if (has_own_tls()) certificates_.reload();
}

void Worker::Door::on_secured(std::unique_ptr<tls::TlsTransport> connection) {
    http::ClientFacts client{.peer = connection->peer(),
                             .local = connection->local(),
                             .encrypted = true,
                             .tls = std::make_shared<net::TlsFacts>(connection->client_facts())};
    bool http2 = connection->application_protocol() == "h2";
    server_.accept(std::move(connection), client,
                   http2 ? http::Protocol::Http2 : http::Protocol::Http1);
}

void Worker::Door::on_accept(std::unique_ptr<net::Transport> connection) {
    if (has_own_tls()) {
        handshakes_.start(std::move(connection), certificates_.current());
        return;
    }
    bool behind_proxy = config_.tls == ListenerConfig::Tls::Proxy;
    http::ClientFacts client{.peer = connection->peer(),
                             .local = connection->local(),
                             .encrypted = behind_proxy,
                             // Who connects is the proxy, unless it has said otherwise.
                             .shared = behind_proxy && !config_.proxy_protocol};
    server_.accept(std::move(connection), client,
                   config_.speaks_http2() ? http::Protocol::ByPreface : http::Protocol::Http1);
}

base::Result<void> Worker::Door::open(net::Loop& loop, const Config& config, const base::Env& env) {
    net::AcceptListener* first = this;
    if (config_.proxy_protocol) {
        proxy_ = std::make_unique<net::ProxyAcceptor>(env, config.proxies.trusted, *this);
        first = proxy_.get();
    }
    net::TcpOptions options{.write_stall = config.http.write_timeout};
    auto opened =
        config_.path.empty()
            ? net::TcpListener::open(loop, env, config_.address, options, *first)
            : net::TcpListener::open(loop, env, {.path = config_.path, .mode = config_.mode},
                                     options, *first);
    if (!opened) return std::unexpected(opened.error());
    listener_ = std::move(*opened);
    return {};
}

std::string Worker::Door::name() const {
    if (!config_.path.empty()) return config_.path;
    return (listener_ ? listener_->local() : config_.address).to_string();
}

Worker::Worker(std::shared_ptr<const Config> config, net::Loop& loop, base::Log& log)
    : config_(std::move(config)), loop_(loop), pool_(config_->memory_budget_bytes),
      env_{loop, pool_, loop.wheel(), loop.retired(), log, metrics_}, domains_(*config_),
      foreign_filter_(foreign_filter(*config_)),
      resolver_(loop, metrics_, {.servers = config_->name_servers}),
      connector_(loop, resolver_, {.race = {.deadline = config_->connect.connect_timeout}}),
      securing_(env_), upstreams_(env_,
                                  {.connector = connector_,
                                   .resolver = resolver_,
                                   .securing = securing_,
                                   .chance = system_chance()},
                                  check_, {.connect = config_->connect, .stream = config_->stream}),
      limits_(env_, config_->limits), bosh_(env_, config_->bosh, domains_, upstreams_, check_, {}),
      websocket_(env_, config_->ws, domains_, upstreams_, check_),
      server_(env_, config_->http,
              {.proxies = &config_->proxies, .limits = &limits_, .hosts = &config_->hosts}) {
    bosh_.set_responder(server_);
    bosh_.set_client_limits(limits_);
    server_.add_route({.path = config_->bosh_path,
                       .handler = &bosh_,
                       .cors = &config_->cors,
                       .allow = std::string(bosh::allowed_methods(config_->bosh))});
    if (config_->ws_enabled) {
        websocket_.set_server(server_, server_);
        websocket_.set_client_limits(limits_);
        server_.add_route(
            {.path = config_->ws_path, .handler = &websocket_, .allow = "GET, OPTIONS"});
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
                           .cors = &host_meta_->cors(),
                           .allow = "GET, HEAD, OPTIONS"});
    }
}

Worker::~Worker() {
    // What is retired refers to the rooms below; it goes first.
    doors_.clear();
    env_.retired.empty();
}

std::expected<void, std::string> Worker::start() {
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
    for (const ListenerConfig& wanted : config_->listeners) {
        auto door = std::make_unique<Door>(env_, server_, config_->proxies, wanted);
        if (auto loaded = door->load_certificates(); !loaded) {
            return std::unexpected(loaded.error());
        }
        if (auto opened = door->open(loop_, *config_, env_); !opened) {
            return std::unexpected("cannot listen on " + door->name() + ": " + opened.error().what +
                                   ": " + std::strerror(opened.error().code));
        }
        env_.log.info("listener.opened", {{"address", door->name()}, {"path", config_->bosh_path}});
        doors_.push_back(std::move(door));
    }
    return {};
}

void Worker::shut_down() {
    bosh_.shut_down();
    websocket_.shut_down();
}

void Worker::reload_certificates() {
    for (const auto& door : doors_) door->reload_certificates();
}

bool Worker::drained() const {
    return bosh_.empty() && websocket_.empty() && upstreams_.closing() == 0 &&
           server_.open_request_count() == 0;
}

} // namespace cm
