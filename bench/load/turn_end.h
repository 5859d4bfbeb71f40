// TurnEnd — calls once in every turn of a loop, when its callbacks are done and before it waits:
// the moment to write what they have gathered.
// Life:   no call comes after its end.
#pragma once

#include "net/handle.h"
#include "net/loop.h"

namespace load {

class TurnEnd {
public:
    class Listener {
    public:
        virtual void on_turn_end() = 0;

    protected:
        ~Listener() = default;
    };
    TurnEnd(net::Loop& loop, Listener& listener);
    TurnEnd(const TurnEnd&) = delete;
    TurnEnd& operator=(const TurnEnd&) = delete;
    ~TurnEnd() = default;

private:
    Listener& listener_;
    net::UvHandle<uv_prepare_t> handle_;
};

} // namespace load
