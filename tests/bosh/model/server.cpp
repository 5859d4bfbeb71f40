// The model's servers, and time.

#include "tests/bosh/model/world.h"

#include <algorithm>
#include <array>

namespace bosh::model {

using namespace std::chrono_literals;
using base::TimePoint;
using At = ServerStream::At;
using Kind = xmpp::Stanza::Kind;

ServerStream* World::choose_stream(uint32_t choice) {
    auto count = static_cast<uint32_t>(std::ranges::count_if(streams_, &ServerStream::is_open));
    if (count == 0) return nullptr;
    uint32_t left = choice % count;
    return &*std::ranges::find_if(
        streams_, [&](const ServerStream& stream) { return stream.is_open() && left-- == 0; });
}

void World::server_talks(ServerStream& stream, uint32_t choice) {
    constexpr uint32_t kLargestPadding = 600;
    constexpr uint32_t kLargestBurst = 6; // stanzas in one read
    if (stream.at == At::Silent) {
        tell("server opens ", stream.id);
        stream.at = At::Opened;
        session_->on_stream_opened(
            stream.id, {.from = "example.org", .id = "stream-id", .version = "1.0", .lang = "en"},
            now_);
        carry_out();
        return;
    }
    if (!stream.reading) return;
    StreamId id = stream.id; // others may be opened meanwhile
    bool features = stream.at == At::Opened;
    Kind kind = features          ? Kind::Features
                : choice % 3 == 0 ? Kind::Iq
                : choice % 3 == 1 ? Kind::Message
                                  : Kind::Other;
    uint32_t burst = features ? 1 : 1 + choice % kLargestBurst;
    for (uint32_t i = 0; i < burst && !over_; ++i) {
        server_sends(streams_[id], {.kind = kind}, features ? "stream:features" : "x",
                     (choice * (i + 1)) % kLargestPadding);
    }
    if (over_) return;
    session_->on_batch_end(now_);
    carry_out();
}

void World::server_sends(ServerStream& stream, xmpp::Stanza stanza, std::string_view name,
                         uint32_t padding) {
    stream.at = At::Ready;
    stream.authenticated = stream.authenticated || stanza.kind == Kind::Message;
    uint32_t item = stream.id * kItemsOfStream + stream.items_down++;
    std::string xml("<");
    xml.append(name).append(" n='").append(std::to_string(item)).append("'>");
    xml.append(padding, 'd').append("</").append(name).append(">");
    tell("server sends ", item, ": ", name, " of ", xml.size());
    stanza.bytes = base::Slice::copy(pool_, xml);
    session_->on_stanza(stream.id, std::move(stanza), now_);
    carry_out();
}

// <enabled/>: from here on the server counts what the client has got.
void World::server_manages(ServerStream& stream, bool resumable) {
    if (stream.at != At::Ready || !stream.reading || stream.managed) return;
    stream.managed = true;
    stream.resumable = resumable;
    server_sends(stream, {.enables_sm = true, .resumable = resumable}, "enabled", 0);
    if (over_) return;
    session_->on_batch_end(now_);
    carry_out();
}

void World::server_ends(ServerStream& stream, uint32_t choice) {
    using End = xmpp::UpstreamEnd;
    struct How {
        End end;
        const char* cause;
        const char* condition;
    };
    constexpr std::array kHow = {
        How{End::ConnectFailed, "connect-failed", "remote-connection-failed"},
        How{End::Lost, "upstream-lost", "remote-connection-failed"},
        How{End::BadStream, "upstream-sent-no-xmpp", "remote-connection-failed"},
        How{End::StreamError, "remote-stream-error", "remote-stream-error"},
        How{End::Closed, "server-closed", ""}};
    const How& how = kHow[choice % kHow.size()];
    tell("server ends ", stream.id, ": ", how.cause);
    stream.at = At::Gone;
    stream.end_condition = how.condition;
    if (!has_open_streams()) expected_cause_ = how.cause;
    StreamId id = stream.id;
    if (how.end == End::StreamError) {
        session_->on_stanza(id,
                            {.bytes = base::Slice::literal("<stream:error><reset/></stream:error>"),
                             .kind = Kind::StreamError},
                            now_);
    }
    session_->on_upstream_ended(id, how.end, now_);
    carry_out();
}

void World::drain_upstream(ServerStream& stream) {
    if (!stream.congested || !stream.is_open()) return;
    tell("the backlog to ", stream.id, " is empty");
    stream.congested = false;
    session_->on_upstream_drained(stream.id, now_);
    carry_out();
}

void World::shut_down() {
    tell("shutdown");
    if (expected_cause_.empty()) expected_cause_ = "system-shutdown";
    session_->on_shutdown(now_);
    carry_out();
}

// ---------------------------------------------------------------------------- time

void World::advance(base::Duration by) {
    TimePoint until = now_ + by;
    while (!over_ && failure_.empty() && session_->next_deadline() <= until) {
        now_ = std::max(now_, session_->next_deadline());
        deadline();
    }
    now_ = until;
    tell("it is ", (now_ - created_).count(), " ms");
}

void World::late(base::Duration by) {
    now_ += by;
    if (session_->next_deadline() <= now_) deadline();
}

void World::deadline() {
    tell("deadline at ", (now_ - created_).count(), " ms");
    session_->on_deadline(now_);
    carry_out();
    check_deadlines();
}

} // namespace bosh::model
