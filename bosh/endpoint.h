// Endpoint — BOSH behind one HTTP path: request bodies in, sessions found or made, answers out.
// Spec:   XEP-0124 §5, §7, §17; B-001, B-015, B-016, B-040, B-059..B-061, B-100, B-305, H-002,
//         S-004, S-041.
// Errors: what no session can answer is answered here, with HTTP 200 and a terminal condition.
// Life:   one per worker; outlives the HTTP server that calls it. shut_down() ends every session;
//         it may be destroyed once empty(), or at any time to abandon what is left.
#pragma once

#include "base/env.h"
#include "bosh/body_codec.h"
#include "bosh/creation.h"
#include "bosh/live_session.h"
#include "bosh/session_id.h"
#include "bosh/settings.h"
#include "bosh/tombstones.h"
#include "http/client_limits.h"
#include "http/content_coder.h"
#include "http/handler.h"
#include "xmpp/upstream.h"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bosh {

// For the field Allow.
[[nodiscard]] std::string_view allowed_methods(const Settings& settings);

class Endpoint final : public http::Handler, private LiveSession::Host {
public:
    Endpoint(base::Env& env, const Settings& settings, const Domains& domains,
             xmpp::UpstreamFactory& upstreams, xmpp::XmlCheck& check, Place place);
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;
    ~Endpoint();

    // Where answers go; named once, before the first request.
    void set_responder(http::Responder& responder) { responder_ = &responder; }

    // Without them everyone may have as many sessions as they like; named before the first request.
    void set_client_limits(http::ClientLimits& limits) { limits_ = &limits; }

    [[nodiscard]] Verdict on_head(const http::RequestHead& head,
                                  const http::ClientFacts& client) override;
    void on_request(http::RequestRef request, const http::RequestHead& head, base::Slice body,
                    const http::ClientFacts& client) override;
    void on_request_lost(http::RequestRef request) override;

    // Refuses new sessions and ends all others with system-shutdown (B-059, B-230).
    void shut_down();
    [[nodiscard]] bool empty() const { return sessions_.empty(); }
    [[nodiscard]] size_t session_count() const { return sessions_.size(); }

private:
    // What is known of an unanswered request, by the index of its RequestRef.
    struct OpenRequest {
        uint32_t generation = 0;
        http::AcceptedCodings accepted; // its answer comes long after its head
        LiveSession* session = nullptr; // null while it is not known, or there is none
    };

    void drop(http::RequestRef request, const BodyIn& body, const http::ClientFacts& client);
    void note_open(http::RequestRef request, const http::RequestHead& head);
    bool decode_content(http::RequestRef request, const http::RequestHead& head, base::Slice& body);
    void refuse_unknown(http::RequestRef request, const http::ClientFacts& client);
    [[nodiscard]] Condition admit(const http::ClientFacts& client,
                                  http::ClientLimits::Seat& seat) const;
    void create_session(http::RequestRef request, Decoded decoded, const http::ClientFacts& client);
    void refuse(http::RequestRef request, Condition condition, bool legacy, const char* what,
                base::SliceChain payload = {});
    void send(http::RequestRef request, http::Response response);
    void encode_content(http::Response& response, const http::AcceptedCodings& accepted);

    void answer_repeat(http::RequestRef request, const BodyIn& body,
                       const http::ClientFacts& client);
    void send_xml(http::RequestRef request, std::string_view content_type, base::SliceChain xml);

    void answer(const LiveSession& session, Respond respond) override;
    void on_login(LiveSession& session) override;
    void keep(const LiveSession& session, std::vector<CachedAnswer> last) override;
    void on_session_over(LiveSession& session) override;

    base::Env& env_;
    const Settings& settings_;
    const Domains& domains_;
    xmpp::UpstreamFactory& upstreams_;
    http::Responder* responder_ = nullptr;
    http::ClientLimits* limits_ = nullptr;
    Place place_;
    http::ContentCoder coder_;
    BodyCodec codec_;
    ActionQueue actions_;
    bool draining_ = false;
    std::unordered_map<std::string_view, std::unique_ptr<LiveSession>> sessions_; // by sid
    Tombstones tombstones_;
    std::vector<OpenRequest> open_requests_;
};

} // namespace bosh
