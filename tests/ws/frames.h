// What a client writes, and a reader's steps as text.
#pragma once

#include "tests/support/for_each_split.h"
#include "tests/ws/client_frames.h"
#include "ws/frame_codec.h"

#include <string>
#include <string_view>
#include <vector>

namespace ws {

// "message hello", "ping x", "pong", "close 1000 bye", "fault 1002".
inline std::string to_text(const FrameReader::Step& step) {
    std::string_view payload = step.payload.view();
    auto with = [&](std::string kind) {
        return payload.empty() ? kind : kind.append(" ").append(payload);
    };
    switch (step.kind) {
    case FrameReader::Step::Kind::NeedMore: break;
    case FrameReader::Step::Kind::Message:
        return with(step.compressed ? "compressed message" : "message");
    case FrameReader::Step::Kind::Ping: return with("ping");
    case FrameReader::Step::Kind::Pong: return with("pong");
    case FrameReader::Step::Kind::Close:
        if (!payload.empty()) payload.remove_prefix(2);
        return with("close " + std::to_string(step.code));
    case FrameReader::Step::Kind::Fault: return "fault " + std::to_string(step.code);
    }
    return "need more";
}

inline std::vector<std::string> steps_of(FrameReader& reader, tests::Pieces pieces) {
    using Kind = FrameReader::Step::Kind;
    std::vector<std::string> steps;
    for (std::string_view piece : pieces) {
        while (true) {
            FrameReader::Step step = reader.feed(piece);
            piece.remove_prefix(step.taken);
            if (step.kind == Kind::NeedMore) break;
            steps.push_back(to_text(step));
            if (step.kind == Kind::Fault || step.kind == Kind::Close) return steps;
        }
    }
    return steps;
}

} // namespace ws
