#include "tests/bosh/model/schedule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

namespace bosh::model {

namespace {

struct Weight {
    Op op;
    uint32_t weight;
};

// What ends a session, or may, is rare: most schedules are to be long lives.
constexpr std::array kWeights = {
    Weight{Op::SendEmpty, 70},  Weight{Op::SendPayload, 110}, Weight{Op::SendPause, 8},
    Weight{Op::SendRestart, 6}, Weight{Op::SendTerminate, 2}, Weight{Op::Repeat, 20},
    Weight{Op::SendAdd, 20},    Weight{Op::SendClose, 5},     Weight{Op::Overrun, 2},
    Weight{Op::Hurry, 2},       Weight{Op::ServerManages, 4}, Weight{Op::Resend, 130},
    Weight{Op::Deliver, 260},   Weight{Op::Drop, 20},         Weight{Op::Cut, 35},
    Weight{Op::Hear, 200},      Weight{Op::Lose, 35},         Weight{Op::ServerTalks, 90},
    Weight{Op::ServerEnds, 2},  Weight{Op::Congest, 12},      Weight{Op::Drain, 25},
    Weight{Op::Shutdown, 1},    Weight{Op::Wait, 90},         Weight{Op::Jump, 16},
    Weight{Op::Late, 4},        Weight{Op::Moment, 40},
};

constexpr uint32_t sum_of_weights() {
    uint32_t sum = 0;
    for (const Weight& weight : kWeights) sum += weight.weight;
    return sum;
}

Op op_at(uint32_t point) {
    for (const Weight& weight : kWeights) {
        if (point < weight.weight) return weight.op;
        point -= weight.weight;
    }
    return Op::Wait;
}

bool is_op(char letter) {
    return std::ranges::find(kWeights, Op{letter}, &Weight::op) != kWeights.end();
}

} // namespace

Schedule draw(uint64_t seed) {
    // mt19937_64 is the same everywhere; the standard's distributions are not, so none is used.
    std::mt19937_64 random(seed);
    Schedule schedule{.seed = seed, .steps = {}};
    size_t length = 20 + random() % 60;
    schedule.steps.reserve(length);
    for (size_t i = 0; i < length; ++i) {
        Op op = op_at(static_cast<uint32_t>(random() % sum_of_weights()));
        schedule.steps.push_back({.op = op, .choice = static_cast<uint32_t>(random() % 1000)});
    }
    return schedule;
}

Schedule from_bytes(std::span<const uint8_t> bytes) {
    Schedule schedule;
    if (bytes.size() < 2) return schedule;
    schedule.seed = static_cast<uint64_t>(bytes[0] << 8 | bytes[1]);
    for (size_t i = 2; i + 1 < bytes.size(); i += 2) {
        // By its letter and not by its place in a table, so that bytes keep their meaning.
        auto letter = static_cast<char>('a' + bytes[i] % 26);
        uint32_t choice = bytes[i + 1] * 1000U / 256;
        if (is_op(letter)) schedule.steps.push_back({.op = Op{letter}, .choice = choice});
    }
    return schedule;
}

std::string to_text(const Schedule& schedule) {
    std::string text = std::to_string(schedule.seed) + ":";
    for (const Step& step : schedule.steps) {
        text += ' ';
        text += static_cast<char>(step.op);
        text += std::to_string(step.choice);
    }
    return text;
}

std::optional<Schedule> from_text(std::string_view text) {
    Schedule schedule;
    const char* end = text.data() + text.size();
    auto [at, fault] = std::from_chars(text.data(), end, schedule.seed);
    if (fault != std::errc{} || at == end || *at != ':') return std::nullopt;
    for (++at; at != end;) {
        if (*at == ' ') {
            ++at;
            continue;
        }
        char letter = *at++;
        Step step{.op = Op{letter}};
        auto number = std::from_chars(at, end, step.choice);
        if (!is_op(letter) || number.ec != std::errc{}) return std::nullopt;
        at = number.ptr;
        schedule.steps.push_back(step);
    }
    return schedule;
}

Schedule shrink(Schedule failing, const std::function<bool(const Schedule&)>& fails) {
    for (size_t part = std::max<size_t>(failing.steps.size() / 2, 1); part > 0;) {
        bool shorter = false;
        for (size_t from = 0; from + part <= failing.steps.size();) {
            Schedule less = failing;
            auto begin = less.steps.begin() + static_cast<std::ptrdiff_t>(from);
            less.steps.erase(begin, begin + static_cast<std::ptrdiff_t>(part));
            if (fails(less)) {
                failing = std::move(less);
                shorter = true;
            } else {
                from += part;
            }
        }
        if (!shorter || part > failing.steps.size()) part /= 2;
    }
    return failing;
}

} // namespace bosh::model
