#include "cm/session_desk.h"

#include "cm/session_walk.h"
#include "cm/worker.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace cm {

namespace {

using admin::Found;
using admin::Listing;
using admin::SessionPick;
using base::SessionDetails;
using base::SessionFacts;

// Of those whose sid begins so; whoever asks has to say more then.
constexpr size_t kMostNamed = 20;
// Of a trace, from workers to the main thread.
constexpr size_t kMostOnTheWay = 500;

class ListWalk final : public SessionWalk {
public:
    ListWalk(admin::SessionQuery query, uint32_t worker, Inquiries::Tell<SessionPick> tell)
        : pick_(std::move(query)), worker_(worker), tell_(std::move(tell)) {}

private:
    void visit(const bosh::LiveSession& session) override { add(session.facts()); }
    void visit(const ws::LiveSession& session) override { add(session.facts()); }
    void over(Worker&) override { tell_(std::move(pick_)); }
    void add(SessionFacts facts) {
        facts.worker = worker_;
        pick_.add(std::move(facts));
    }

    SessionPick pick_;
    uint32_t worker_;
    Inquiries::Tell<SessionPick> tell_;
};

// Which session it is, on its worker: by its whole sid, or its place in the table.
using Name = std::variant<std::string, base::SlotId>;

struct Match {
    uint32_t worker = 0;
    Name name;
    std::string sid; // short
    std::optional<SessionDetails> details;
};

bosh::LiveSession* session_named(Worker& worker, const std::string& sid) {
    return worker.bosh().find(sid);
}
ws::LiveSession* session_named(Worker& worker, base::SlotId id) {
    return worker.websocket().find(id);
}
// `what` is not called if it has ended meanwhile.
template <class What>
void with_session(Worker& worker, const Name& name, What&& what) {
    std::visit(
        [&](const auto& exact) {
            if (auto* session = session_named(worker, exact)) what(*session);
        },
        name);
}

class FindWalk final : public SessionWalk {
public:
    using Tell = Inquiries::Tell<std::vector<Match>>;

    FindWalk(std::string sid, uint32_t worker, Tell tell)
        : sid_(std::move(sid)), worker_(worker), tell_(std::move(tell)) {}

private:
    void visit(const bosh::LiveSession& session) override {
        std::string_view sid = session.session().sid();
        if (sid.starts_with(sid_)) add(std::string(sid), std::string(session.log_name()));
    }
    // These are numbers, of which some begin as others do: the whole of it is meant.
    void visit(const ws::LiveSession& session) override {
        if (session.log_name() == sid_) add(session.id(), sid_);
    }
    void add(Name name, std::string sid) {
        if (found_.size() < kMostNamed) {
            found_.push_back({.name = std::move(name), .sid = std::move(sid)});
        }
    }
    void over(Worker& worker) override {
        for (Match& match : found_) {
            match.worker = worker_;
            if (found_.size() > 1) continue;
            with_session(worker, match.name,
                         [&](auto& session) { match.details = session.details(); });
            if (match.details) match.details->facts.worker = worker_;
        }
        tell_(std::move(found_));
    }

    std::string sid_;
    uint32_t worker_;
    Tell tell_;
    std::vector<Match> found_;
};

using Matches = Answers<std::vector<Match>>;

std::vector<Match> all_of(Matches& matches) {
    std::vector<Match> all;
    for (std::vector<Match>& of_worker : matches.given) {
        std::ranges::move(of_worker, std::back_inserter(all));
    }
    return all;
}

Found found_of(std::vector<Match>& matches, std::vector<size_t> silent) {
    Found found{.silent = std::move(silent)};
    if (matches.size() == 1) found.details = std::move(matches.front().details);
    matches.resize(std::min(matches.size(), kMostNamed));
    for (Match& match : matches) found.sids.push_back(std::move(match.sid));
    if (found.sids.size() == 1 && !found.details) found.sids.clear(); // it has ended meanwhile
    return found;
}

void look_for(Inquiries& inquiries, const std::string& sid,
              Inquiries::Done<std::vector<Match>> done) {
    inquiries.ask_all<std::vector<Match>>(
        [&](WorkerThread& worker, FindWalk::Tell tell) {
            worker.walk(std::make_unique<FindWalk>(sid, worker.index(), std::move(tell)));
        },
        std::move(done));
}

} // namespace

void SessionDesk::list(const admin::SessionQuery& query, admin::Reply<Listing> reply) {
    inquiries_.ask_all<SessionPick>(
        [&](WorkerThread& worker, Inquiries::Tell<SessionPick> tell) {
            worker.walk(std::make_unique<ListWalk>(query, worker.index(), std::move(tell)));
        },
        [query, reply = std::move(reply)](Answers<SessionPick> answers) mutable {
            Listing listing{.pick = SessionPick(query), .silent = std::move(answers.silent)};
            for (SessionPick& each : answers.given) listing.pick.add(std::move(each));
            reply(std::move(listing));
        });
}

void SessionDesk::find(const std::string& sid, admin::Reply<Found> reply) {
    look_for(inquiries_, sid, [reply = std::move(reply)](Matches answers) mutable {
        std::vector<Match> matches = all_of(answers);
        reply(found_of(matches, std::move(answers.silent)));
    });
}

// First to know that it is one.
void SessionDesk::end(const std::string& sid, admin::Reply<Found> reply) {
    look_for(inquiries_, sid, [this, reply = std::move(reply)](Matches answers) mutable {
        std::vector<Match> matches = all_of(answers);
        if (matches.size() != 1 || !matches.front().details) {
            return reply(found_of(matches, std::move(answers.silent)));
        }
        size_t worker = matches.front().worker;
        Name name = matches.front().name;
        inquiries_.ask<bool>(
            std::span(&worker, 1),
            [&](WorkerThread& of_it, Inquiries::Tell<bool> tell) {
                of_it.run_there([name, tell = std::move(tell)](Worker& there) mutable {
                    bool ended = false;
                    with_session(there, name, [&](auto& session) {
                        session.on_ended_by_admin();
                        ended = true;
                    });
                    tell(ended);
                });
            },
            [reply = std::move(reply),
             found = found_of(matches, {})](const Answers<bool>& told) mutable {
                if (!told.silent.empty() || !told.given.front()) {
                    found = Found{.silent = told.silent};
                }
                reply(std::move(found));
            });
    });
}

// A worker that hears more than the main thread takes in does not fill the mailbox with it.
void SessionDesk::start_trace(uint64_t id, const base::TraceTarget& target, admin::HearTrace hear,
                              std::function<void()> listening) {
    struct Flow {
        std::atomic<size_t> on_the_way = 0;
        std::atomic<uint64_t> dropped = 0;
        admin::HearTrace hear; // for the main thread alone
    };
    auto flow = std::make_shared<Flow>();
    flow->hear = std::move(hear);
    auto from_worker = [this, flow](base::TraceEvent event) {
        if (flow->on_the_way.fetch_add(1) >= kMostOnTheWay) {
            flow->on_the_way.fetch_sub(1);
            flow->dropped.fetch_add(1);
            return;
        }
        mailbox_.put([flow, event = std::move(event)]() mutable {
            flow->on_the_way.fetch_sub(1);
            flow->hear(std::move(event), flow->dropped.exchange(0));
        });
    };
    const base::SessionTracing::Trace trace{.id = id, .target = target, .hear = from_worker};
    inquiries_.ask_all<bool>(
        [&](WorkerThread& worker, Inquiries::Tell<bool> tell) {
            worker.run_there([trace, tell = std::move(tell)](Worker& there) mutable {
                there.bosh().traces().add(trace);
                there.websocket().traces().add(trace);
                tell(true);
            });
        },
        [listening = std::move(listening)](const Answers<bool>&) { listening(); });
}

void SessionDesk::stop_trace(uint64_t id) {
    for (const auto& worker : crew_) {
        worker->run_there([id](Worker& there) {
            there.bosh().traces().remove(id);
            there.websocket().traces().remove(id);
        });
    }
}

} // namespace cm
