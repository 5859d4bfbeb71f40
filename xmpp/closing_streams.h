// ClosingStreams — streams whose session is gone and that still have to say goodbye.
// A session ends at once; its stream sends </stream:stream> and gives the server some seconds to
// answer (U-050). Shutdown waits until none is left.
// Life:   owns the streams; one that is over goes to the RetireList, as it is on the stack.
#pragma once

#include "base/retire.h"

#include <cstddef>
#include <memory>
#include <unordered_map>

namespace xmpp {

class UpstreamStream;

class ClosingStreams {
public:
    explicit ClosingStreams(base::RetireList& retired);
    ~ClosingStreams();
    ClosingStreams(const ClosingStreams&) = delete;
    ClosingStreams& operator=(const ClosingStreams&) = delete;

    void adopt(std::unique_ptr<UpstreamStream> stream);
    // Does nothing if the stream still has its owner.
    void release(UpstreamStream& stream);
    [[nodiscard]] size_t size() const { return streams_.size(); }

private:
    base::RetireList& retired_;
    std::unordered_map<const UpstreamStream*, std::unique_ptr<UpstreamStream>> streams_;
};

} // namespace xmpp
