// OpenRequests — the requests that an endpoint has not answered yet, and the way back for answers.
// Those of this worker's connections, and those that other workers have forwarded because the
// session is here. HTTP's compression is done and undone where the connection is.
// Spec:   B-015, B-016, B-031, B-107, S-013, S-014, S-021, S-046.
// Life:   one per endpoint; the responder and the colleagues outlive it.
#pragma once

#include "base/env.h"
#include "base/paged_table.h"
#include "bosh/colleagues.h"
#include "bosh/session_id.h"
#include "bosh/settings.h"
#include "http/content_coder.h"
#include "http/handler.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bosh {

class LiveSession;

class OpenRequests {
public:
    OpenRequests(base::Env& env, const Settings& settings, Place place);

    void use(const Settings& settings) { settings_ = &settings; }
    // Named once each, before the first request. Without colleagues this is the only worker.
    void set_responder(http::Responder& responder) { responder_ = &responder; }
    void set_colleagues(Colleagues& colleagues, size_t workers);

    [[nodiscard]] RequestRef name_of(http::RequestRef ours) const {
        return {.index = ours.index, .generation = ours.generation, .worker = place_.worker};
    }
    // One of our connections'. Its name from now on.
    [[nodiscard]] RequestRef open(http::RequestRef request, const http::RequestHead& head);
    // One that a colleague has forwarded.
    void open_forwarded(RequestRef request);
    // The body as it was before it was compressed. Otherwise `refusal` is what it gets.
    [[nodiscard]] bool decode(const http::RequestHead& head, base::Slice& body,
                              http::Response& refusal, const char*& why);

    // Who has the session of that sid, if it is a colleague.
    [[nodiscard]] std::optional<uint8_t> colleague_of(std::string_view sid) const;
    [[nodiscard]] bool has_colleagues() const { return colleagues_ != nullptr; }
    // Who should have the session that this request wants to create, if it is a colleague.
    [[nodiscard]] std::optional<uint8_t> colleague_for_session(RequestRef request) const;
    // Only for one that was opened here. It may be answered at once, if the colleague is too busy.
    void forward(uint8_t worker, RequestRef request, base::ByteView body,
                 const http::ClientFacts& client);

    // It came too late to be good: does anybody wait for its answer still? It comes again if so.
    void send_back(RequestRef request, base::ByteView body, const http::ClientFacts& client);
    // One of ours that has come back. True: it is open, and for us. Otherwise it is forwarded
    // again, or nobody waits for it.
    [[nodiscard]] bool confirm(ForwardedRequest& request);

    void assign(RequestRef request, LiveSession& session);
    // Its connection is gone. The session that has to know, if it is here.
    [[nodiscard]] LiveSession* lose(RequestRef request);
    void respond(RequestRef request, http::Response response);
    void drop(RequestRef request);

    // From colleagues, of requests that were forwarded to them.
    void take_back(RequestRef request, ForwardedAnswer answer);
    void take_back_dropped(RequestRef request);

private:
    struct OpenRequest {
        uint32_t generation = 0;
        http::AcceptedCodings accepted;      // its answer comes long after its head
        std::optional<uint8_t> forwarded_to; // the worker that answers
        LiveSession* session = nullptr;      // null while it is not known, or there is none
    };

    // What is known of a request that is open for certain.
    [[nodiscard]] OpenRequest& at(RequestRef request);
    // Null: it is not open any more.
    [[nodiscard]] OpenRequest* find(RequestRef request);
    [[nodiscard]] bool is_ours(RequestRef request) const { return request.worker == place_.worker; }
    void deliver(RequestRef request, const OpenRequest& open, http::Response response);
    void encode(http::Response& response, const http::AcceptedCodings& accepted);

    base::Env& env_;
    const Settings* settings_;
    Place place_;
    http::Responder* responder_ = nullptr;
    Colleagues* colleagues_ = nullptr;
    std::vector<std::string> sid_prefixes_; // of each worker, if there are several
    http::ContentCoder coder_;
    std::vector<base::PagedTable<OpenRequest>> open_; // by worker, then by the RequestRef's index
};

} // namespace bosh
