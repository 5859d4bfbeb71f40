// RelayFactory — makes the streams of one worker: which server stands behind a domain served.
// Life:   outlives the streams it made. shutdown: drop the sessions, then wait for closing() == 0.
#pragma once

#include "base/env.h"
#include "net/connector.h"
#include "xmpp/upstream.h"
#include "xmpp/upstream_stream.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace xmpp {

class RelayFactory final : public UpstreamFactory {
public:
    // By Domain::name, and then by ServerIndex.
    using Targets = std::unordered_map<std::string, std::vector<net::Target>>;

    RelayFactory(base::Env env, net::Connector& connector, XmlCheck& check,
                 const UpstreamSettings& settings, Targets targets);

    // nullptr if there is no such server.
    [[nodiscard]] std::unique_ptr<Upstream> create(std::string_view domain, ServerIndex server,
                                                   UpstreamListener& listener) override;
    // Streams whose owner has let go and that are not over yet.
    [[nodiscard]] size_t closing() const { return shared_.closing.size(); }

private:
    UpstreamStream::Shared shared_;
    Targets targets_;
};

} // namespace xmpp
