#include "xmpp/session_trace.h"

#include "xmpp/trace_text.h"

#include <chrono>
#include <utility>

namespace xmpp {

namespace {

using base::TraceEvent;
using Trace = base::SessionTracing::Trace;

} // namespace

void trace(const base::SessionTracing& tracing, const Traced& who, TraceEvent::Direction direction,
           std::string_view kind, const base::SliceChain& said, std::string_view about) {
    tracing.for_each(who.sid, who.jid, [&](const Trace& trace) {
        bool whole = trace.target.bodies && who.logged_in;
        std::string text(about);
        std::string shown =
            trace_text(said.to_string(), whole ? TraceDetail::Bodies : TraceDetail::Masked);
        if (!text.empty() && !shown.empty()) text += ' ';
        text += shown;
        trace.hear({.sid = std::string(who.sid),
                    .at = std::chrono::system_clock::now(),
                    .direction = direction,
                    .kind = kind,
                    .bytes = said.size_bytes(),
                    .text = std::move(text)});
    });
}

void trace_event(const base::SessionTracing& tracing, const Traced& who, std::string_view event,
                 std::string_view word) {
    tracing.for_each(who.sid, who.jid, [&](const Trace& trace) {
        trace.hear({.sid = std::string(who.sid),
                    .at = std::chrono::system_clock::now(),
                    .direction = TraceEvent::Direction::Event,
                    .kind = event,
                    .text = std::string(word)});
    });
}

std::string_view trace_kind(Stanza::Kind kind) {
    switch (kind) {
    case Stanza::Kind::Message: return "message";
    case Stanza::Kind::Presence: return "presence";
    case Stanza::Kind::Iq: return "iq";
    case Stanza::Kind::Features: return "features";
    case Stanza::Kind::StreamError: return "stream-error";
    case Stanza::Kind::Other: break;
    }
    return "element";
}

} // namespace xmpp
