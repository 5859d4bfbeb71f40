#include "xmpp/closing_streams.h"

#include "xmpp/upstream_stream.h"

#include <utility>

namespace xmpp {

ClosingStreams::ClosingStreams(base::RetireList& retired) : retired_(retired) {}

ClosingStreams::~ClosingStreams() = default;

void ClosingStreams::adopt(std::unique_ptr<UpstreamStream> stream) {
    const UpstreamStream* key = stream.get();
    streams_.emplace(key, std::move(stream));
}

void ClosingStreams::release(UpstreamStream& stream) {
    auto found = streams_.extract(&stream);
    if (!found.empty()) {
        retired_.retire(std::move(found.mapped()));
    }
}

} // namespace xmpp
