// Wire — a transport in memory, of which there may be three million: 40 bytes each, beside the
// heap, and no byte on the way. What the engine writes is heard by the far end at once; what that
// says comes in a turn of its own, so no callback comes inside a call of the engine's.
//
// Units:  none of it has a backlog: far ends take everything.
// Life:   belongs to the engine, as every transport; the far end hears when it is gone.
#pragma once

#include "bench/simulate/beside_heap.h"
#include "net/transport.h"

#include <cstdint>
#include <deque>
#include <string>

namespace simulate {

class Wire;

// Those whose turn it is, first come, first served.
class Turns {
public:
    void ask(Wire& wire);
    void forget(const Wire& wire);
    // Has the next one take its turn. False: there is none.
    bool take();
    [[nodiscard]] bool empty() const { return waiting_.empty(); }

private:
    std::deque<Wire*> waiting_; // null: it is gone
    uint32_t taken_ = 0;        // before the first of them
};

class FarEnd {
public:
    explicit FarEnd(Turns& turns) : turns_(turns) {}
    FarEnd(const FarEnd&) = delete;
    FarEnd& operator=(const FarEnd&) = delete;
    virtual ~FarEnd() = default;

    // The engine is on the stack: what there is to say waits for the wire's turn.
    virtual void hear(Wire& wire, base::ByteView bytes) = 0;
    virtual void speak(Wire& wire) = 0;
    virtual void on_gone(Wire& wire) = 0;
    [[nodiscard]] virtual net::Address address_of(const Wire& wire) const = 0;

protected:
    friend class Wire;
    Turns& turns_;
};

class Wire final : public net::Transport {
public:
    // `owner` and `number` are the far end's to use, as is what it notes.
    Wire(FarEnd& end, uint32_t owner, uint8_t number) : end_(end), owner_(owner), number_(number) {}
    ~Wire() override;
    static void* operator new(size_t size);
    static void operator delete(void* place);
    // Room for so many; once, before the first.
    static void make_room(size_t most);
    [[nodiscard]] static size_t touched_bytes();

    void set_listener(net::TransportListener& listener) override { listener_ = &listener; }
    void write(base::SliceChain bytes) override;
    [[nodiscard]] size_t backlog_bytes() const override { return 0; }
    void set_watermarks(size_t, size_t) override {}
    void pause_read(net::PauseReason reason) override { pauses_ |= static_cast<uint8_t>(reason); }
    void resume_read(net::PauseReason reason) override;
    void close(net::CloseMode mode) override;
    [[nodiscard]] net::Address peer() const override { return end_.address_of(*this); }
    [[nodiscard]] net::Address local() const override { return {}; }

    // For the far end.
    [[nodiscard]] uint32_t owner() const { return owner_; }
    [[nodiscard]] uint8_t number() const { return number_; }
    uint8_t notes = 0;
    void ask_for_turn();
    // What it says; both in its turn only. The engine may be rid of the wire afterwards.
    void deliver(base::ByteView bytes) { listener_->on_bytes(bytes); }
    void end();

private:
    friend class Turns;
    void take_turn();

    FarEnd& end_;
    net::TransportListener* listener_ = nullptr;
    uint32_t owner_;
    uint32_t queued_at_ = 0; // while it waits for its turn
    uint8_t number_;
    uint8_t pauses_ = 0;
    bool queued_ = false;
    bool closed_ = false; // by the engine
    bool over_ = false;   // on_closed() has come
};

} // namespace simulate
