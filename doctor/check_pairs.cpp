// A BOSH client has two requests on their way: one that is held, and one by which it sends; the
// second has boshcm answer the first. Browsers make a connection for each, so here every request
// has its own: a proxy with several boshcm behind it then shows whether it keeps a session
// together, and one that works off requests one by one lets the first wait. An empty second request
// would be overactive (XEP-0124 §11), so it is the one that ends the session, and there are several
// sessions.
#include "doctor/bosh_dialogue.h"
#include "doctor/checks.h"

namespace doctor {

namespace {

using Exchange = Http::Exchange;

// Of two boshcm by chance, eight requests find the right one once in 256 times.
constexpr int kSessions = 4;
constexpr int kMostTries = 8;
constexpr int64_t kWaitSeconds = 8;
// boshcm answers within milliseconds, networks and machines may be slow; but sooner than `wait`.
constexpr base::Duration kSoon{6'000};
// What is answered before another may arrive after it.
constexpr base::Duration kOrdered{1'000};
// So long a request has to be taken for held; what is refused is refused before.
constexpr base::Duration kAtOnce{200};

struct PairOutcome {
    int asked = 0;
    int lost = 0; // "item-not-found"
    std::string fault;
    bool serial = false;

    [[nodiscard]] bool over() const { return serial || !fault.empty(); }
};

class Pair {
public:
    Pair(Visit& visit, PairOutcome& outcome)
        : http_(visit.http), dialogue_(visit.check, visit.bosh_url, visit.domain),
          outcome_(outcome) {}

    void run() {
        Exchange created = begin(dialogue_.creation(kWaitSeconds));
        http_.wait(created, 2 * std::chrono::seconds(kWaitSeconds));
        if (!read(created) || outcome_.over()) return;
        Exchange held = hold();
        say_goodbye(held);
        if (held != 0) (void)http_.take(held);
    }

private:
    Exchange begin(Ask ask) {
        ask.own_connection = true;
        ask.patience = std::chrono::seconds(2 * kWaitSeconds);
        ++outcome_.asked;
        return http_.begin(ask);
    }

    // False: it came to one that does not know the session.
    bool read(Exchange exchange) {
        BoshDialogue::Reply reply = dialogue_.read(http_.take(exchange));
        bool lost = reply.problem == probe::Problem::SessionLost;
        if (lost) ++outcome_.lost;
        if (!lost && !reply.ok()) outcome_.fault = reply.detail;
        return !lost;
    }

    // 0: none is held, as none came where it should.
    Exchange hold() {
        Ask ask = dialogue_.next();
        for (int tries = 0; tries < kMostTries && !outcome_.over(); ++tries) {
            Exchange held = begin(ask);
            if (!http_.wait(held, kAtOnce)) return held;
            // The features come by the first, if the creation did not wait for them.
            ask = read(held) ? dialogue_.next() : dialogue_.again();
        }
        return 0;
    }

    void say_goodbye(Exchange held) {
        Ask ask = dialogue_.farewell();
        for (int tries = 0; tries < kMostTries && !outcome_.over(); ++tries) {
            Exchange last = begin(ask);
            Exchange first = held == 0 ? last : http_.wait_any(held, last, kSoon);
            if (first == 0) {
                outcome_.serial = true;
                (void)http_.take(last);
                return;
            }
            http_.wait(last, kSoon);
            BoshDialogue::Reply reply = dialogue_.read(http_.take(last));
            bool lost = reply.problem == probe::Problem::SessionLost;
            // A queue that gives up lets the last one fail while the first is still held.
            if (!lost && held != 0) outcome_.serial = !http_.wait(held, kOrdered);
            if (!lost) return;
            ++outcome_.lost;
        }
    }

    Http& http_;
    BoshDialogue dialogue_;
    PairOutcome& outcome_;
};

} // namespace

void check_pairs(Visit& visit) {
    PairOutcome outcome;
    for (int session = 0; session < kSessions && !outcome.over(); ++session) {
        Pair(visit, outcome).run();
    }
    std::string asked = std::to_string(outcome.asked);
    if (outcome.lost > 0) {
        visit.problem(
            "session-scattered",
            "Requests of one session go to several boshcm, of which one knows it",
            std::to_string(outcome.lost) + " of " + asked +
                " requests were answered with item-not-found",
            "A session lives in one process. The proxy has to send all requests of a client "
            "to the same one; by address is enough.",
            visit.fixes(Topic::Stickiness));
    } else if (outcome.serial) {
        visit.problem(
            "requests-serialised", "A second request waits until the first is answered",
            "a held request was not answered within " + seconds(kSoon) + " of the next one",
            "What a client sends then waits for as long as boshcm holds the request before "
            "it. The proxy limits connections to one, for a client or towards boshcm.",
            visit.fixes(Topic::Parallel));
    } else if (!outcome.fault.empty()) {
        visit.problem(
            "requests-fail", "Requests of an open session fail", outcome.fault,
            "The session could be opened, but not used: look into the logs of the proxy and "
            "of boshcm.",
            {});
    } else {
        visit.findings.ok("pairs", "Two requests at a time work, by connections of their own",
                          asked + " requests");
    }
}

} // namespace doctor
