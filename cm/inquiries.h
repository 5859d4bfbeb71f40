// Inquiries — questions that the main thread puts to workers, and their answers gathered.
// A worker that is stuck does not answer; after a while the others' answers have to do.
// Life:   on the main thread's loop; the workers and the mailbox outlive it. What comes back later
//         than that finds nobody.
#pragma once

#include "base/env.h"
#include "base/slot_map.h"
#include "base/timer_wheel.h"
#include "cm/worker_thread.h"
#include "net/mailbox.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace cm {

template <class Answer>
struct Answers {
    std::vector<Answer> given;  // as they came
    std::vector<size_t> silent; // workers, in order
};

class Inquiries {
public:
    // Below what a person or a browser waits for.
    static constexpr base::Duration kPatience{3'000};

    // To be called on the worker's thread.
    template <class Answer>
    using Tell = std::move_only_function<void(Answer)>;
    template <class Answer>
    using Done = std::move_only_function<void(Answers<Answer>)>;

    Inquiries(const base::Env& env, net::Mailbox& mailbox, const WorkerThread::Crew& crew)
        : env_(env), mailbox_(mailbox), crew_(crew) {}

    // `put` passes the question on, with the function that takes the answer.
    template <class Answer, class Put>
    void ask(std::span<const size_t> workers, Put&& put, Done<Answer> done) {
        auto made = std::make_unique<Question<Answer>>(*this, std::move(done));
        Question<Answer>& question = *made;
        question.silent.assign(workers.begin(), workers.end());
        base::SlotId id = questions_.insert(std::move(made));
        question.id = id;
        env_.wheel.set(question, env_.now() + kPatience);
        for (size_t worker : workers) {
            put(*crew_[worker], Tell<Answer>([this, id, worker](Answer answer) {
                mailbox_.put([this, id, worker, answer = std::move(answer)]() mutable {
                    take<Answer>(id, worker, std::move(answer));
                });
            }));
        }
    }
    template <class Answer, class Put>
    void ask_all(Put&& put, Done<Answer> done) {
        std::vector<size_t> all(crew_.size());
        for (size_t worker = 0; worker < all.size(); ++worker) all[worker] = worker;
        ask<Answer>(all, std::forward<Put>(put), std::move(done));
    }

private:
    struct AnyQuestion : base::TimerNode {
        explicit AnyQuestion(Inquiries& all) : inquiries(all) {}
        virtual void close() = 0;
        void on_deadline(base::TimePoint) final { inquiries.close(id); }

        Inquiries& inquiries;
        base::SlotId id;
        std::vector<size_t> silent;
    };
    template <class Answer>
    struct Question final : AnyQuestion {
        Question(Inquiries& all, Done<Answer> then) : AnyQuestion(all), done(std::move(then)) {}
        void close() override {
            done({.given = std::move(given), .silent = std::move(this->silent)});
        }

        Done<Answer> done;
        std::vector<Answer> given;
    };

    template <class Answer>
    void take(base::SlotId id, size_t worker, Answer answer) {
        auto* found = questions_.find(id);
        if (found == nullptr) return;
        auto& question = static_cast<Question<Answer>&>(**found);
        std::erase(question.silent, worker);
        question.given.push_back(std::move(answer));
        if (question.silent.empty()) close(id);
    }
    // It is out of the table before anybody is told, who may ask the next thing.
    void close(base::SlotId id) {
        if (auto question = questions_.take(id)) (*question)->close();
    }

    base::Env env_;
    net::Mailbox& mailbox_;
    const WorkerThread::Crew& crew_;
    base::SlotMap<std::unique_ptr<AnyQuestion>> questions_;
};

} // namespace cm
