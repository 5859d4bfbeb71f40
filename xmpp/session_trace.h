// What sessions of both transports tell those who trace them.
// Life:   functions; nothing is made unless somebody follows the session.
#pragma once

#include "base/session_tracing.h"
#include "base/slice.h"
#include "xmpp/stanza.h"

#include <string>
#include <string_view>

namespace xmpp {

// Whose it is.
struct Traced {
    std::string_view sid; // short
    std::string_view jid; // empty: not bound yet
    bool logged_in = false;
};

// What was said, as trace_text() shows it; `about` is ours and stands before it.
void trace(const base::SessionTracing& tracing, const Traced& who,
           base::TraceEvent::Direction direction, std::string_view kind,
           const base::SliceChain& said, std::string_view about = {});
// What happened: a name of the log's kind, and a word with it.
void trace_event(const base::SessionTracing& tracing, const Traced& who, std::string_view event,
                 std::string_view word = {});

[[nodiscard]] std::string_view trace_kind(Stanza::Kind kind);

} // namespace xmpp
