// RelayFactory — makes the streams of one worker: which server stands behind a domain served.
// Life:   outlives the streams it made. shutdown: drop the sessions, then wait for closing() == 0.
#pragma once

#include "base/env.h"
#include "xmpp/server_connector.h"
#include "xmpp/upstream.h"
#include "xmpp/upstream_stream.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace xmpp {

class RelayFactory final : public UpstreamFactory {
public:
    // By Domain::name.
    struct Domains {
        std::unordered_map<std::string, DomainServers> listed;
        std::optional<DomainServers> foreign; // of every other domain; none: of no other
    };
    struct Settings {
        ConnectSettings connect;
        UpstreamSettings stream;
    };
    RelayFactory(base::Env env, ServerConnector::Services services, XmlCheck& check,
                 const Settings& settings);

    // Which domains there are, from now on. Streams that were made before keep what they have.
    void serve(Domains domains);
    // For what begins from now on; times also for streams that are there.
    void use(const Settings& settings);

    // nullptr if there is no such server.
    [[nodiscard]] std::unique_ptr<Upstream> create(std::string_view domain, ServerIndex server,
                                                   UpstreamListener& listener) override;
    // Streams whose owner has let go and that are not over yet.
    [[nodiscard]] size_t closing() const { return shared_.closing.size(); }

private:
    std::unique_ptr<const Domains> domains_ = std::make_unique<const Domains>();
    std::vector<std::unique_ptr<const Domains>> former_; // which streams still refer to
    ServerConnector connector_;
    UpstreamStream::Shared shared_;
};

} // namespace xmpp
