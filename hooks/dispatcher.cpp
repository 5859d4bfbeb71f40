#include "hooks/dispatcher.h"

#include <algorithm>
#include <array>
#include <unistd.h>
#include <utility>

namespace hooks {

namespace {

using namespace std::chrono_literals;

// How soon a limit that was hit is told.
constexpr base::Duration kLookEvery = 1s;

std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

} // namespace

Dispatcher::Dispatcher(const base::Env& env, net::Loop& loop, net::Mailbox& mailbox,
                       Options options)
    : env_(env), loop_(loop), options_(std::move(options)), intake_(mailbox, *this) {}

Dispatcher::~Dispatcher() {
    hooks_.clear();
    env_.retired.empty(); // exchanges that are over, with their clients
}

std::expected<Dispatcher::Plan, std::string>
Dispatcher::plan(const CommonSettings& common, const std::vector<Settings>& settings) {
    Plan made{.common = common};
    for (const Settings& each : settings) {
        auto secrets = Secrets::load(each.secret_file);
        if (!secrets) {
            return std::unexpected("webhook " + each.name + ": " + each.secret_file + ": " +
                                   secrets.error());
        }
        Planned& planned = made.hooks.emplace_back(each, std::move(*secrets));
        planned.settings.line = 0; // says nothing of what it does
    }
    return made;
}

void Dispatcher::use(Plan plan) {
    std::function<void()> done = std::exchange(done_, nullptr); // not while some are elsewhere
    common_ = std::move(plan.common);
    if (common_.node.empty()) common_.node = host_name();
    if (!plan.hooks.empty() && resolver_ == nullptr) {
        resolver_ = std::make_unique<net::DnsResolver>(
            loop_, env_.metrics, net::DnsResolver::Options{.servers = options_.name_servers});
    }
    const Hook::Sender sender{.node = common_.node, .agent = options_.agent};
    std::vector<std::unique_ptr<Hook>> used;
    KindSet wanted;
    bool client = false;
    for (Planned& planned : plan.hooks) {
        wanted.add(planned.settings.events);
        client = client || planned.settings.client_address;
        used.push_back(take_or_make(std::move(planned), sender));
    }
    std::swap(hooks_, used);
    for (const std::unique_ptr<Hook>& gone : used) {
        if (gone == nullptr) continue;
        env_.log.info("webhook.removed",
                      {{"webhook", gone->name()}, {"waiting", gone->queue().size()}});
    }
    intake_.want(wanted, client);
    if (!wanted.has(Kind::LimitHit)) {
        limits_.reset();
    } else if (!limits_) {
        limits_.emplace(options_.total);
    }
    env_.wheel.set(*this, limits_ ? env_.now() + kLookEvery : base::kNever);
    done_ = std::move(done);
    end_if_idle();
}

std::unique_ptr<Hook> Dispatcher::take_or_make(Planned planned, const Hook::Sender& sender) {
    auto known = std::ranges::find_if(hooks_, [&](const std::unique_ptr<Hook>& each) {
        return each != nullptr && each->name() == planned.settings.name;
    });
    if (known != hooks_.end()) {
        std::unique_ptr<Hook> hook = std::move(*known);
        hook->use(std::move(planned.settings), std::move(planned.secrets), sender);
        return hook;
    }
    env_.log.info("webhook.added", {{"webhook", planned.settings.name}}); // a URL may be a secret
    const Hook::Services services{.env = env_, .loop = loop_, .resolver = *resolver_};
    return std::make_unique<Hook>(services, static_cast<Hook::Host&>(*this),
                                  std::move(planned.settings), std::move(planned.secrets), sender);
}

void Dispatcher::on_events(std::deque<Event> events, const Intake::Dropped& dropped) {
    for (size_t kind = 0; kind < dropped.size(); ++kind) {
        if (dropped[kind] == 0) continue;
        for (const std::unique_ptr<Hook>& hook : hooks_) {
            if (hook->settings().events.has(static_cast<Kind>(kind))) {
                hook->count_dropped(dropped[kind]);
            }
        }
    }
    for (Event& event : events) hand_out(std::move(event));
}

void Dispatcher::hand_out(Event event) {
    event.id = make_event_id();
    auto shared = std::make_shared<const Event>(std::move(event));
    for (const std::unique_ptr<Hook>& hook : hooks_) {
        if (hook->settings().events.has(shared->kind)) hook->add(shared);
    }
}

void Dispatcher::on_deadline(base::TimePoint now) {
    look_at_limits();
    env_.wheel.set(*this, now + kLookEvery);
}

void Dispatcher::look_at_limits() {
    for (const LimitHits& hits :
         limits_->look(options_.total, common_.limit_interval, env_.now())) {
        hand_out({.kind = Kind::LimitHit,
                  .time = std::chrono::system_clock::now(),
                  .scope = std::string(hits.scope),
                  .limit = std::string(hits.limit),
                  .count = hits.count});
    }
}

void Dispatcher::finish(std::function<void()> done) {
    if (limits_) {
        common_.limit_interval = {}; // what was gathered is told now
        look_at_limits();
    }
    for (const std::unique_ptr<Hook>& hook : hooks_) hook->hurry();
    done_ = std::move(done);
    end_if_idle();
}

size_t Dispatcher::waiting() const {
    size_t sum = 0;
    for (const std::unique_ptr<Hook>& hook : hooks_) sum += hook->queue().size();
    return sum;
}

void Dispatcher::on_idle(const Hook&) {
    end_if_idle();
}

void Dispatcher::end_if_idle() {
    if (done_ && waiting() == 0) std::exchange(done_, nullptr)();
}

} // namespace hooks
