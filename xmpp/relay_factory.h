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

namespace xmpp {

class RelayFactory final : public UpstreamFactory {
public:
    // By Domain::name.
    using Targets = std::unordered_map<std::string, net::Target>;

    RelayFactory(base::Env env, net::Connector& connector, XmlCheck& check,
                 const UpstreamSettings& settings, Targets targets);

    // nullptr if the domain is not served.
    [[nodiscard]] std::unique_ptr<Upstream> create(std::string_view domain,
                                                   UpstreamListener& listener) override;
    // Streams whose owner has let go and that are not over yet.
    [[nodiscard]] size_t closing() const { return shared_.closing.size(); }

private:
    UpstreamStream::Shared shared_;
    Targets targets_;
};

} // namespace xmpp
