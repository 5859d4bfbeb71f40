#include "bench/simulate/world.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace simulate {

namespace {

// Two connections and a stream each; and those that are on their way out.
constexpr size_t kWiresEach = 4;
constexpr int kEventsOfTurn = 64;

http::Limits http_limits(size_t most_sessions) {
    http::Limits limits;
    limits.max_connections = static_cast<uint32_t>(most_sessions * kWiresEach);
    return limits;
}

std::unique_ptr<Clients> make_clients(size_t most, bool websocket, Turns& turns, Tally& tally) {
    Wire::make_room(most * kWiresEach);
    return websocket ? make_websocket_clients(most, turns, tally)
                     : make_bosh_clients(most, turns, tally);
}

} // namespace

Cpu cpu_of_thread() {
    timespec time{};
    CM_ASSERT(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0);
    return std::chrono::seconds(time.tv_sec) + Cpu(time.tv_nsec);
}

void LongTurns::merge(const LongTurns& other) {
    deadlines = std::max(deadlines, other.deadlines);
    event = std::max(event, other.event);
    events = std::max(events, other.events);
}

World::World(size_t most_sessions, bool websocket)
    : limit_settings_{.unauthenticated = 0, // however fast they come
                      .creations = 0,
                      .memory_ceiling_bytes = 0},
      wheel_(std::make_unique<base::TimerWheel>(clock_.now())),
      clients_(make_clients(most_sessions, websocket, turns_, tally_)),
      upstreams_(
          env_,
          {.connector = servers_,
           .resolver = resolver_,
           .securing = securing_,
           .chance = [](uint32_t) { return 0U; }},
          check_,
          {.connect = {.pace = {.per_second = 1'000'000, .burst = 1'000'000}}, .stream = {}}) {
    bosh_settings_.max_sessions = static_cast<uint32_t>(most_sessions);
    websocket_settings_.max_sessions = static_cast<uint32_t>(most_sessions);
    xmpp::DomainServers servers{
        .servers = {{.host = "127.0.0.1", .terms = {.tls = xmpp::ServerTls::None}}}};
    upstreams_.serve({.listed = {{"example.org", std::move(servers)}}, .foreign = {}});
    server_ = std::make_unique<http::Server>(env_, http_limits(most_sessions),
                                             http::Access{.limits = &limits_});
    bosh_.set_responder(*server_);
    bosh_.set_client_limits(limits_);
    websocket_.set_server(*server_, *server_);
    websocket_.set_client_limits(limits_);
    server_->add_route({.path = "/http-bind", .handler = &bosh_, .allow = "POST, OPTIONS"});
    server_->add_route({.path = "/xmpp-websocket",
                        .handler = &websocket_,
                        .allow = "GET, OPTIONS",
                        .websocket = true});
    clients_->set_server(*server_);
}

World::~World() {
    server_.reset();
    retired_.empty();
}

void World::tick() {
    Cpu began = cpu_of_thread();
    clock_.advance(base::TimerWheel::kTick);
    wheel_->advance(clock_.now());
    retired_.empty();
    long_turns_.deadlines = std::max(long_turns_.deadlines, cpu_of_thread() - began);
    servers_.accept_all();
    take_turns();
}

void World::take_turns() {
    Cpu last = cpu_of_thread();
    while (!turns_.empty()) {
        Cpu began = last;
        for (int events = 0; events < kEventsOfTurn && turns_.take(); ++events) {
            servers_.accept_all();
            Cpu now = cpu_of_thread();
            long_turns_.event = std::max(long_turns_.event, now - last);
            last = now;
        }
        retired_.empty();
        last = cpu_of_thread();
        long_turns_.events = std::max(long_turns_.events, last - began);
    }
}

bool World::empty() const {
    return bosh_.empty() && websocket_.empty() && server_->connection_count() == 0 &&
           server_->open_request_count() == 0 && upstreams_.closing() == 0 &&
           pool_.used_bytes() == 0;
}

} // namespace simulate
