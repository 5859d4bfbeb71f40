// Intake — one request on its way in: the parser and the body so far. IntakePool lends them out.
// Only a connection that is in the middle of a request has one, so that an idle connection, and
// one whose request is held, costs neither parser nor buffers.
// Life:   of one worker; the pool keeps a few warm and frees the rest.
#pragma once

#include "http/request_parser.h"
#include "http/route_table.h"

#include <memory>
#include <utility>
#include <vector>

namespace http {

struct Intake {
    Intake(const Limits& limits, base::SlicePool& pool) : parser(limits), body(pool) {}

    RequestParser parser;
    base::SliceBuilder body;
    const Route* route = nullptr; // known after the head, unless nothing is there
    ClientFacts client;           // who asks, by the head
    bool head_known = false;
    base::TimePoint body_deadline; // of all of it
    size_t body_bytes_then = 0;    // at the latest look at how quickly it comes
};

class IntakePool {
public:
    IntakePool(const Limits& limits, base::SlicePool& pool) : limits_(limits), pool_(pool) {}

    [[nodiscard]] std::unique_ptr<Intake> borrow() {
        if (idle_.empty()) return std::make_unique<Intake>(limits_, pool_);
        std::unique_ptr<Intake> intake = std::move(idle_.back());
        idle_.pop_back();
        return intake;
    }
    void give_back(std::unique_ptr<Intake> intake) {
        if (!intake || idle_.size() >= kKept) return;
        intake->parser.restart();
        intake->body = base::SliceBuilder(pool_);
        intake->route = nullptr;
        intake->head_known = false;
        intake->body_bytes_then = 0;
        idle_.push_back(std::move(intake));
    }

private:
    // Most requests come in one read, so that one would do; the rest is for slow networks.
    static constexpr size_t kKept = 16;

    const Limits& limits_;
    base::SlicePool& pool_;
    std::vector<std::unique_ptr<Intake>> idle_;
};

} // namespace http
