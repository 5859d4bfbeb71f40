#include "bosh/open_requests.h"

#include "base/error.h"
#include "http/limits.h"
#include "http/response_writer.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <utility>

namespace bosh {

namespace {

constexpr std::string_view kNoStore = "Cache-Control: no-store\r\n"; // B-031
constexpr std::string_view kVary = "Vary: Accept-Encoding\r\n";

// Below, the head of an answer outweighs what compression saves.
constexpr size_t kLeastCodedBytes = 256;

// S-014: a compressed length tells something of what was compressed. What authenticates is not
// compressed, whoever else had a say in the same answer. A stanza is in one slice, its namespaces
// in it.
bool holds_sasl(const base::SliceChain& body) {
    return std::ranges::any_of(body, [](const base::Slice& slice) {
        return slice.view().contains(xmpp::kSaslNamespace) ||
               slice.view().contains(xmpp::kSasl2Namespace);
    });
}

} // namespace

OpenRequests::OpenRequests(base::Env& env, const Settings& settings, Place place)
    : env_(env), settings_(&settings), place_(place), coder_(env.pool), open_(place.worker + 1UL) {}

void OpenRequests::set_colleagues(Colleagues& colleagues, size_t workers) {
    CM_ASSERT(place_.worker < workers);
    colleagues_ = &colleagues;
    open_.resize(workers);
    for (size_t worker = 0; worker < workers; ++worker) {
        sid_prefixes_.push_back(
            sid_prefix({.node = place_.node, .worker = static_cast<uint8_t>(worker)}));
    }
}

OpenRequests::OpenRequest& OpenRequests::at(RequestRef request) {
    OpenRequest* found = open_[request.worker].find(request.index);
    CM_ASSERT(found != nullptr);
    return *found;
}

OpenRequests::OpenRequest* OpenRequests::find(RequestRef request) {
    OpenRequest* found = open_[request.worker].find(request.index);
    return found != nullptr && found->generation == request.generation ? found : nullptr;
}

RequestRef OpenRequests::open(http::RequestRef request, const http::RequestHead& head) {
    RequestRef ref = name_of(request);
    OpenRequest open{.generation = request.generation};
    if (settings_->compression) open.accepted = http::accepted_codings(head.fields);
    open_[ref.worker].set(ref.index, open);
    return ref;
}

void OpenRequests::open_forwarded(RequestRef request) {
    open_[request.worker].set(request.index, {.generation = request.generation});
}

void OpenRequests::assign(RequestRef request, LiveSession& session) {
    at(request).session = &session;
}

bool OpenRequests::decode(const http::RequestHead& head, base::Slice& body, http::Response& refusal,
                          const char*& why) {
    auto coding = http::content_coding_of(head.fields);
    if (coding == http::ContentCoding::Identity) return true;
    if (!coding || !settings_->compression) { // B-016
        why = "content coding not offered";
        return false;
    }
    auto plain = coder_.decode(*coding, body.view(), settings_->max_body_bytes);
    bool too_large = !plain && plain.error() == http::DecodeFault::TooLarge;
    if (too_large) { // B-032, S-013; the sid was not read
        refusal = http::plain_response(413);
        refusal.close = true;
    } else if (!plain) {
        why = "body not in its content coding";
    } else if (plain->size() > http::kAlwaysTakenBytes &&
               env_.pool.used_bytes() > env_.pool.budget_bytes()) {
        refusal = http::plain_response(503); // as if it had come uncompressed
    } else {
        body = std::move(*plain);
        return true;
    }
    return false;
}

std::optional<uint8_t> OpenRequests::colleague_of(std::string_view sid) const {
    for (size_t worker = 0; worker < sid_prefixes_.size(); ++worker) {
        if (!sid.starts_with(sid_prefixes_[worker])) continue;
        if (worker == place_.worker) break;
        return static_cast<uint8_t>(worker);
    }
    return std::nullopt;
}

std::optional<uint8_t> OpenRequests::colleague_for_session(RequestRef request) const {
    if (colleagues_ == nullptr || !is_ours(request)) return std::nullopt;
    return colleagues_->with_fewer_sessions();
}

void OpenRequests::forward(uint8_t worker, RequestRef request, base::ByteView body,
                           const http::ClientFacts& client) {
    CM_ASSERT(is_ours(request));
    if (!colleagues_->forward(worker,
                              {.from = request, .body = base::Parcel(body), .client = client})) {
        respond(request, http::plain_response(503));
        return;
    }
    env_.metrics.add(base::Counter::RequestsForwarded);
    at(request).forwarded_to = worker;
}

void OpenRequests::send_back(RequestRef request, base::ByteView body,
                             const http::ClientFacts& client) {
    if (!is_ours(request)) open_[request.worker].take(request.index);
    colleagues_->send_back({.from = request, .body = base::Parcel(body), .client = client});
}

bool OpenRequests::confirm(ForwardedRequest& request) {
    OpenRequest* found = find(request.from);
    if (found == nullptr) return false;
    if (!found->forwarded_to) return true;
    request.confirmed = true;
    RequestRef from = request.from;
    if (!colleagues_->forward(*found->forwarded_to, std::move(request))) {
        respond(from, http::plain_response(503));
    }
    return false;
}

LiveSession* OpenRequests::lose(RequestRef request) {
    if (find(request) == nullptr) return nullptr;
    OpenRequest lost = *open_[request.worker].take(request.index);
    if (lost.forwarded_to) colleagues_->tell_lost(*lost.forwarded_to, request);
    return lost.session;
}

void OpenRequests::respond(RequestRef request, http::Response response) {
    OpenRequest open = open_[request.worker].take(request.index).value_or(OpenRequest{});
    if (is_ours(request)) {
        deliver(request, open, std::move(response));
        return;
    }
    colleagues_->give_back(request, {.status = response.status,
                                     .close = response.close,
                                     .content_type = std::string(response.content_type),
                                     .fields = std::move(response.fields),
                                     .body = base::Parcel(response.body)});
}

void OpenRequests::deliver(RequestRef request, const OpenRequest& open, http::Response response) {
    response.constant_fields = kNoStore;
    if (settings_->compression) encode(response, open.accepted);
    responder_->respond(request.local(), std::move(response));
}

void OpenRequests::drop(RequestRef request) {
    if (is_ours(request)) {
        responder_->drop(request.local());
        return;
    }
    open_[request.worker].take(request.index);
    colleagues_->tell_dropped(request);
}

void OpenRequests::take_back(RequestRef request, ForwardedAnswer answer) {
    if (find(request) == nullptr) return; // its connection is gone; the session hears of it
    OpenRequest open = *open_[request.worker].take(request.index);
    deliver(request, open,
            {.status = answer.status,
             .content_type = answer.content_type,
             .body = base::SliceChain(std::move(answer.body).unpack(env_.pool)),
             .fields = std::move(answer.fields),
             .close = answer.close});
}

void OpenRequests::take_back_dropped(RequestRef request) {
    OpenRequest* found = find(request);
    if (found == nullptr) return;
    found->forwarded_to.reset();
    responder_->drop(request.local());
}

// B-015, for a replay too: it is coded as the repeated request allows (B-107).
void OpenRequests::encode(http::Response& response, const http::AcceptedCodings& accepted) {
    response.fields += kVary;
    bool worth_it = response.body.size_bytes() >= kLeastCodedBytes || !accepted.identity;
    if (accepted.best == http::ContentCoding::Identity || response.body.empty() || !worth_it ||
        holds_sasl(response.body)) {
        return;
    }
    base::SliceChain coded = coder_.encode(accepted.best, response.body);
    if (coded.size_bytes() >= response.body.size_bytes() && accepted.identity) return;
    response.fields.append("Content-Encoding: ").append(to_string(accepted.best)).append("\r\n");
    response.body = std::move(coded);
}

} // namespace bosh
