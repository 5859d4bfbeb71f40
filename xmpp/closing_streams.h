// ClosingStreams — streams whose session is gone and that still have to say goodbye.
// A session ends at once; its stream sends </stream:stream> and gives the server some seconds to
// answer (U-050). Shutdown waits until none is left.
// Life:   owns the streams; one that is over goes to the RetireList, as it is on the stack.
#pragma once

#include "base/retire.h"
#include "base/slot_map.h"

#include <cstddef>
#include <memory>

namespace xmpp {

class UpstreamStream;

class ClosingStreams {
public:
    explicit ClosingStreams(base::RetireList& retired);
    ~ClosingStreams();
    ClosingStreams(const ClosingStreams&) = delete;
    ClosingStreams& operator=(const ClosingStreams&) = delete;

    // Tells it the name that it is released by.
    void adopt(std::unique_ptr<UpstreamStream> stream);
    // Does nothing without such a name: the stream still has its owner.
    void release(base::SlotId stream);
    [[nodiscard]] size_t size() const { return streams_.size(); }

private:
    base::RetireList& retired_;
    base::SlotMap<std::unique_ptr<UpstreamStream>> streams_;
};

} // namespace xmpp
