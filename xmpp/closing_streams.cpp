#include "xmpp/closing_streams.h"

#include "xmpp/upstream_stream.h"

#include <utility>

namespace xmpp {

ClosingStreams::ClosingStreams(base::RetireList& retired) : retired_(retired) {}

ClosingStreams::~ClosingStreams() = default;

void ClosingStreams::adopt(std::unique_ptr<UpstreamStream> stream) {
    UpstreamStream& adopted = *stream;
    adopted.set_closing(streams_.insert(std::move(stream)));
}

void ClosingStreams::release(base::SlotId stream) {
    auto released = streams_.take(stream);
    if (released) retired_.retire(std::move(*released));
}

} // namespace xmpp
