// StubStream — one client's stream at the stub server: logs it in, and passes its messages on.
// Life:   of the server, in a slot that it knows itself by. Its output waits until flush().
#pragma once

#include "base/env.h"
#include "base/slot_map.h"
#include "bench/load/element_reader.h"
#include "net/transport.h"

#include <memory>
#include <string>
#include <string_view>

namespace load {

// A message on its way: as it was written, and who wrote it.
struct StubMessage {
    base::ByteView bytes;
    std::string_view from;
};

// The server, as a stream sees it.
class StubHouse {
public:
    virtual std::string new_guest() = 0;
    // The full JID, with another resource if this one is taken.
    virtual std::string bind(std::string_view bare, std::string_view resource, base::SlotId id) = 0;
    // False: nobody is there.
    virtual bool deliver(std::string_view to, const StubMessage& message) = 0;
    // The first output since the last flush().
    virtual void on_output(base::SlotId id) = 0;
    virtual void on_stream_gone(base::SlotId id) = 0;

protected:
    ~StubHouse() = default;
};

class StubStream final : private net::TransportListener {
public:
    StubStream(StubHouse& house, const base::Env& env, std::unique_ptr<net::Transport> transport)
        : house_(house), transport_(std::move(transport)), out_(env.pool) {}

    void start(base::SlotId id);
    void take(const StubMessage& message);
    void flush();
    [[nodiscard]] const std::string& jid() const { return jid_; } // empty: not bound

private:
    void on_bytes(base::ByteView bytes) override;
    void on_drained() override {}
    void on_closed(base::Error reason) override;

    void on_header(base::ByteView tag);
    void on_element(base::ByteView element);
    void log_in(base::ByteView auth);
    void on_iq(base::ByteView iq);
    void on_message(base::ByteView message);
    void answer_with_error(std::string_view name, base::ByteView stanza);
    void end(std::string_view condition);
    void say(std::string_view text);

    StubHouse& house_;
    std::unique_ptr<net::Transport> transport_;
    base::SlotId id_;
    ElementReader reader_;
    base::SliceBuilder out_;
    std::string domain_;
    std::string bare_jid_; // empty: not authenticated
    std::string jid_;
    bool ended_ = false; // the closing tag is said
};

} // namespace load
