#include "hooks/hook.h"

#include "hooks/target_rules.h"
#include "hooks/verdict.h"
#include "tls/random.h"

#include <bit>
#include <chrono>
#include <optional>
#include <utility>

namespace hooks {

namespace {

using namespace std::chrono_literals;

// One line of a sort in so much time.
constexpr base::Duration kQuiet = 60s;

double system_chance() {
    std::array<uint8_t, sizeof(uint32_t)> bytes{};
    tls::fill_random(bytes);
    return static_cast<double>(std::bit_cast<uint32_t>(bytes)) / 4294967296.0;
}

} // namespace

bool Hook::Gate::opens(base::TimePoint now) {
    if (now < closed_until_) return false;
    closed_until_ = now + kQuiet;
    return true;
}

Hook::Hook(const Services& services, Host& host, Settings settings, Secrets secrets, Sender sender)
    : env_(services.env), loop_(services.loop), resolver_(services.resolver), host_(host),
      settings_(std::move(settings)), secrets_(std::move(secrets)), sender_(std::move(sender)),
      queue_(queue_rules(), system_chance), client_(make_client()) {}

QueueRules Hook::queue_rules() const {
    return {.most = settings_.queue,
            .at_once = settings_.connections,
            .max_age = settings_.max_age,
            .max_attempts = settings_.max_attempts,
            .first_pause = settings_.first_pause,
            .longest_pause = settings_.longest_pause};
}

Hook::Client Hook::make_client() const {
    net::WebClient::Options options{.url = settings_.url,
                                    .ca_file = settings_.ca_file,
                                    .timeout = settings_.timeout,
                                    .connections = settings_.connections};
    options.refusal = [rules = rules_of(settings_)](const net::Address& address) {
        return rules.refusal(address);
    };
    return std::make_shared<net::WebClient>(loop_, resolver_, std::move(options));
}

void Hook::use(Settings settings, Secrets secrets, Sender sender) {
    secrets_ = std::move(secrets);
    sender_ = std::move(sender);
    if (settings == settings_) return;
    settings_ = std::move(settings);
    queue_.use(queue_rules());
    client_ = make_client(); // flights keep theirs
    go_on();
}

void Hook::add(const Queue::EventPtr& event) {
    queue_.add(event, env_.now());
    go_on();
}

void Hook::hurry() {
    queue_.hurry(env_.now());
    go_on();
}

void Hook::on_deadline(base::TimePoint) {
    go_on();
}

void Hook::go_on() {
    while (auto delivery = queue_.next(env_.now())) send(*delivery);
    env_.wheel.set(*this, queue_.next_deadline());
    tell_of_losses();
    if (queue_.size() == 0) host_.on_idle(*this);
}

void Hook::send(const Queue::Delivery& delivery) {
    const Event& event = *delivery.event;
    std::string body = to_json(event, sender_.node, settings_.client_address);
    auto time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
                    .time_since_epoch();
    std::vector<std::string> fields = {
        "Content-Type: application/json",
        "User-Agent: " + sender_.agent,
        "webhook-id: " + event.id,
        "webhook-timestamp: " + std::to_string(time.count()),
        "webhook-signature: " + secrets_.sign(event.id, time, body),
    };
    Flight& flight = flights_[delivery.ticket];
    flight = {.event = delivery.event, .added = delivery.added, .client = client_};
    flight.exchange =
        client_->post(fields, std::move(body),
                      [this, ticket = delivery.ticket, attempt = delivery.attempt](
                          const net::WebAnswer& answer) { on_answer(ticket, attempt, answer); });
}

void Hook::on_answer(Queue::Ticket ticket, uint32_t attempt, const net::WebAnswer& answer) {
    // Its client calls.
    auto flight = std::make_unique<Flight>(std::move(flights_.extract(ticket).mapped()));
    base::TimePoint now = env_.now();
    Queue::Outcome outcome = outcome_of(answer.status);
    bool was_down = queue_.is_down();
    queue_.tell(ticket, outcome, now, answer.retry_after);
    if (outcome == Queue::Outcome::Delivered) {
        delays_.observe(static_cast<uint64_t>((now - flight->added).count()));
    }
    tell_of(*flight->event, outcome, attempt, answer, was_down);
    env_.retired.retire(std::move(flight));
    go_on();
}

void Hook::tell_of(const Event& event, Queue::Outcome outcome, uint32_t attempt,
                   const net::WebAnswer& answer, bool was_down) {
    using base::Level;
    base::Log& log = env_.log;
    base::TimePoint now = env_.now();
    if (outcome != Queue::Outcome::Failed && was_down) {
        log.info("webhook.receiver-back", {{"webhook", name()}, {"waiting", queue_.size()}});
    }
    switch (outcome) {
    case Queue::Outcome::Delivered:
        log.debug("webhook.delivered", {{"webhook", name()},
                                        {"id", event.id},
                                        {"type", to_string(event.kind)},
                                        {"attempt", attempt}});
        break;
    case Queue::Outcome::Refused:
        log.write(refusals_.opens(now) ? Level::Warn : Level::Debug, "webhook.refused",
                  {{"webhook", name()},
                   {"id", event.id},
                   {"status", answer.status},
                   {"refused", queue_.counts().refused}});
        break;
    case Queue::Outcome::Failed:
        log.write(failures_.opens(now) ? Level::Warn : Level::Debug, "webhook.failed",
                  {{"webhook", name()},
                   {"id", event.id},
                   {"attempt", attempt},
                   {"status", answer.status},
                   {"reason", answer.failure},
                   {"waiting", queue_.size()}});
        if (queue_.is_down() && !was_down) {
            log.warn("webhook.receiver-down", {{"webhook", name()}, {"waiting", queue_.size()}});
        }
        break;
    }
}

void Hook::tell_of_losses() {
    const Queue::Counts& counts = queue_.counts();
    uint64_t lost = counts.expired + counts.dropped;
    if (lost == losses_told_ || !losses_.opens(env_.now())) return;
    losses_told_ = lost;
    env_.log.warn("webhook.lost",
                  {{"webhook", name()}, {"expired", counts.expired}, {"dropped", counts.dropped}});
}

} // namespace hooks
