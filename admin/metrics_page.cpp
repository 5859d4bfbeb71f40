#include "admin/metrics_page.h"

#include "base/metric_table.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace admin {

namespace {

using base::Counter;
using base::Gauge;
using base::Measure;
using Type = Exposition::Type;
using Workers = std::vector<const base::Metrics*>;

constexpr double kMilliseconds = 1000;

class Page {
public:
    Page(Dialect dialect, Workers workers) : text_(dialect), workers_(std::move(workers)) {}

    void write_daemon(const Subject& subject) {
        Totals totals = subject.totals();
        single("boshcm_build_info", Type::Gauge, "The program; always 1.", uint64_t{1},
               label("version", totals.version));
        single("boshcm_ready", Type::Gauge,
               "1 if new clients are welcome; 0 while the program starts or ends.",
               uint64_t{subject.standing() == Standing::Ready});
        single("boshcm_workers", Type::Gauge, "Threads that serve clients.", workers_.size());
        single("boshcm_http_connections", Type::Gauge,
               "Connections of web clients that are open; without those that have become "
               "WebSockets.",
               totals.http_connections);
        single("boshcm_memory_budget_bytes", Type::Gauge,
               "What all workers' requests, stanzas and answers may take together.",
               totals.memory_budget_bytes);
    }

    void write_sessions() {
        text_.family("boshcm_sessions", Type::Gauge,
                     "Sessions that go on, by whether somebody has logged in.");
        for (size_t worker = 0; worker < workers_.size(); ++worker) {
            write_sessions(worker, R"(transport="bosh")",
                           {Counter::BoshSessionsCreated, Counter::BoshSessionsEnded,
                            Counter::BoshLogins, Counter::BoshSessionsLeft});
            write_sessions(worker, R"(transport="websocket")",
                           {Counter::WsSessionsCreated, Counter::WsSessionsEnded, Counter::WsLogins,
                            Counter::WsSessionsLeft});
        }
        text_.family("boshcm_sessions_ended_total", Type::Counter,
                     "Sessions that ended, by cause, in the words of the log.");
        write_ends(base::Transport::Bosh, R"(transport="bosh")");
        write_ends(base::Transport::Websocket, R"(transport="websocket")");
    }

    void write_workers() {
        by_worker("boshcm_buffered_bytes", "Bytes of the memory budget that are in use.",
                  [](const base::Metrics& counted) { return counted[Gauge::BufferedBytes]; });
        by_worker("boshcm_loop_turn_longest_seconds",
                  "The longest turn of the worker's loop since the start.",
                  [](const base::Metrics& counted) {
                      return static_cast<double>(counted[Gauge::LongestTurn]) / kMilliseconds;
                  });
        text_.family("boshcm_loop_turn_seconds", Type::Histogram,
                     "How long turns of the worker's loop took. While one lasts, its other clients "
                     "wait. The rate of its sum is how busy the worker is.");
        for (size_t worker = 0; worker < workers_.size(); ++worker) {
            write_measure(Measure::LoopTurn, {workers_[worker]}, label_of(worker));
        }
        text_.family("boshcm_bosh_hold_seconds", Type::Histogram,
                     "How long BOSH requests were held before they were answered.");
        write_measure(Measure::BoshHold, workers_, {});
    }

    // A family's samples stand together, wherever its counters do.
    void write_counters() {
        for (const base::MetricRow& first : base::counter_table()) {
            if (first.help.empty()) continue;
            text_.family("boshcm_" + std::string(first.family), Type::Counter, first.help);
            for (const base::MetricRow& row : base::counter_table()) {
                if (row.family == first.family) text_.sample(row.labels, total(row.counter));
            }
        }
    }

    void write_webhooks(const std::vector<WebhookFigures>& webhooks) {
        text_.family("boshcm_webhook_events_total", Type::Counter,
                     "Events that are done with. refused: by a status that does not mean later; "
                     "expired: too old, or tried too often; dropped: there was no room.");
        for (const WebhookFigures& one : webhooks) {
            auto write = [&](std::string_view outcome, uint64_t value) {
                text_.sample(joined(label("webhook", one.name), label("outcome", outcome)), value);
            };
            write("delivered", one.delivered);
            write("refused", one.refused);
            write("expired", one.expired);
            write("dropped", one.dropped);
        }
        text_.family("boshcm_webhook_failures_total", Type::Counter,
                     "Attempts to deliver an event that failed; it is tried again.");
        for (const WebhookFigures& one : webhooks) {
            text_.sample(label("webhook", one.name), one.failures);
        }
        text_.family("boshcm_webhook_waiting_events", Type::Gauge,
                     "Events that wait to be delivered.");
        for (const WebhookFigures& one : webhooks) {
            text_.sample(label("webhook", one.name), one.waiting);
        }
        text_.family("boshcm_webhook_delay_seconds", Type::Histogram,
                     "How long after it happened an event was delivered.");
        for (const WebhookFigures& one : webhooks) {
            write_histograms({one.delays}, label("webhook", one.name));
        }
    }

    void write_process(const ProcessFigures& process, double start_seconds) {
        single("process_cpu_seconds_total", Type::Counter,
               "Processor time of the process, in user and system mode.", process.cpu_seconds);
        single("process_resident_memory_bytes", Type::Gauge, "Resident memory of the process.",
               process.resident_bytes);
        if (process.open_descriptors) {
            single("process_open_fds", Type::Gauge, "File descriptors that are open.",
                   *process.open_descriptors);
        }
        single("process_max_fds", Type::Gauge, "File descriptors that may be open.",
               process.most_descriptors);
        single("process_start_time_seconds", Type::Gauge,
               "When the process started, in seconds since 1970.", start_seconds);
    }

    [[nodiscard]] std::string take() { return text_.take(); }

private:
    struct Life {
        Counter created, ended, logins, left;
    };

    static std::string label_of(size_t worker) { return label("worker", std::to_string(worker)); }

    [[nodiscard]] uint64_t total(Counter counter) const {
        uint64_t sum = 0;
        for (const base::Metrics* each : workers_) sum += (*each)[counter];
        return sum;
    }

    template <class Value>
    void single(std::string_view name, Type type, std::string_view help, Value value,
                std::string_view labels = {}) {
        text_.family(name, type, help);
        text_.sample(labels, value);
    }

    template <class Read>
    void by_worker(std::string_view name, std::string_view help, Read read) {
        text_.family(name, Type::Gauge, help);
        for (size_t worker = 0; worker < workers_.size(); ++worker) {
            text_.sample(label_of(worker), read(*workers_[worker]));
        }
    }

    // The worker goes on while it is read: no difference may become less than nothing.
    void write_sessions(size_t worker, std::string_view transport, const Life& life) {
        const base::Metrics& counted = *workers_[worker];
        uint64_t logged_in = counted.open(life.logins, life.left);
        uint64_t all = counted.open(life.created, life.ended);
        uint64_t others = all > logged_in ? all - logged_in : 0;
        auto write = [&](std::string_view state, uint64_t number) {
            text_.sample(joined(joined(transport, label("state", state)), label_of(worker)),
                         number);
        };
        write("logged-in", logged_in);
        write("authenticating", others);
    }

    void write_ends(base::Transport transport, std::string_view labels) {
        const base::SessionEnds& first = (*workers_.front())[transport];
        for (size_t i = 0; i < first.causes().size(); ++i) {
            uint64_t sum = 0;
            for (const base::Metrics* each : workers_) sum += (*each)[transport].count(i);
            text_.sample(joined(labels, label("cause", first.causes()[i])), sum);
        }
    }

    void write_measure(Measure measure, const Workers& of, std::string_view labels) {
        std::vector<const base::Histogram*> parts;
        for (const base::Metrics* each : of) parts.push_back(&(*each)[measure]);
        write_histograms(parts, labels);
    }

    // All of the same bounds, in milliseconds.
    void write_histograms(const std::vector<const base::Histogram*>& parts,
                          std::string_view labels) {
        std::array<double, base::Histogram::kMostBounds> bounds{};
        std::array<uint64_t, base::Histogram::kMostBounds + 1> counts{};
        auto in_milliseconds = parts.front()->bounds();
        std::ranges::transform(in_milliseconds, bounds.begin(),
                               [](uint32_t bound) { return bound / kMilliseconds; });
        uint64_t sum = 0;
        for (const base::Histogram* counted : parts) {
            for (size_t i = 0; i <= in_milliseconds.size(); ++i) counts[i] += counted->count(i);
            sum += counted->sum();
        }
        text_.histogram(labels, std::span(bounds).first(in_milliseconds.size()),
                        std::span(counts).first(in_milliseconds.size() + 1),
                        static_cast<double>(sum) / kMilliseconds);
    }

    Exposition text_;
    Workers workers_; // never none
};

} // namespace

std::string metrics_page(const Subject& subject, const ProcessFigures& process, Dialect dialect) {
    Page page(dialect, subject.worker_metrics());
    page.write_daemon(subject);
    page.write_sessions();
    page.write_workers();
    page.write_counters();
    page.write_webhooks(subject.webhooks());
    page.write_process(process, subject.totals().start_seconds);
    return page.take();
}

} // namespace admin
