// Hook — one webhook at work: its queue, the connections to its receiver, and what became of
// events.
// Life:   env, the loop, the resolver and the host outlive it. Destroying it breaks off what is on
//         its way, and forgets what waits.
#pragma once

#include "base/env.h"
#include "base/histogram.h"
#include "hooks/event.h"
#include "hooks/queue.h"
#include "hooks/secrets.h"
#include "hooks/settings.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "net/web_client.h"

#include <array>
#include <map>
#include <memory>
#include <string>

namespace hooks {

class Hook final : private base::TimerNode {
public:
    class Host {
    public:
        // The queue is empty.
        virtual void on_idle(const Hook& hook) = 0;

    protected:
        ~Host() = default;
    };
    struct Services {
        const base::Env& env;
        net::Loop& loop;
        net::Resolver& resolver;
    };
    // Who tells.
    struct Sender {
        std::string node;
        std::string agent; // for the field User-Agent

        bool operator==(const Sender&) const = default;
    };

    Hook(const Services& services, Host& host, Settings settings, Secrets secrets, Sender sender);
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;
    ~Hook() override = default;

    // From now on, for what waits too. What is on its way comes to its end.
    void use(Settings settings, Secrets secrets, Sender sender);

    void add(const Queue::EventPtr& event);
    void count_dropped(uint64_t events) { queue_.count_dropped(events); }
    // The last chance for what waits.
    void hurry();

    [[nodiscard]] const std::string& name() const { return settings_.name; }
    [[nodiscard]] const Settings& settings() const { return settings_; }
    [[nodiscard]] const Queue& queue() const { return queue_; }
    // From event to delivery, in milliseconds.
    [[nodiscard]] const base::Histogram& delays() const { return delays_; }

private:
    using Client = std::shared_ptr<net::WebClient>;
    struct Flight {
        Queue::EventPtr event;
        base::TimePoint added;
        Client client; // outlives the exchange
        std::unique_ptr<net::WebClient::Exchange> exchange;
    };
    // Keeps the log from saying the same of each event.
    class Gate {
    public:
        [[nodiscard]] bool opens(base::TimePoint now);

    private:
        base::TimePoint closed_until_{};
    };

    [[nodiscard]] Client make_client() const;
    [[nodiscard]] QueueRules queue_rules() const;
    void on_deadline(base::TimePoint now) override;
    void go_on();
    void send(const Queue::Delivery& delivery);
    void on_answer(Queue::Ticket ticket, uint32_t attempt, const net::WebAnswer& answer);
    void tell_of(const Event& event, Queue::Outcome outcome, uint32_t attempt,
                 const net::WebAnswer& answer, bool was_down);
    void tell_of_losses();

    static constexpr std::array<uint32_t, 11> kDelayBounds = {
        10, 50, 100, 250, 1'000, 5'000, 30'000, 60'000, 300'000, 3'600'000, 86'400'000};

    base::Env env_;
    net::Loop& loop_;
    net::Resolver& resolver_;
    Host& host_;
    Settings settings_;
    Secrets secrets_;
    Sender sender_;
    Queue queue_;
    Client client_;
    std::map<Queue::Ticket, Flight> flights_;
    base::Histogram delays_{kDelayBounds};
    Gate failures_;
    Gate refusals_;
    Gate losses_;
    uint64_t losses_told_ = 0;
};

} // namespace hooks
