// Session — all of XEP-0124's rules for one sid, without I/O.
//
// Events go in with the time; actions come out of the queue. A request passes three stages. It is
// *parked* until every lower rid has come; then it is *processed*: its payloads go upstream, and
// it is *held* until there is something to answer. Answers leave in rid order and stay in the
// replay cache, so that a client whose connection broke can ask again with the same rid.
//
// Spec:   XEP-0124 §8-§15, §17; XEP-0206 §4-§6; conformance B-082..B-247, B-300..B-318,
// X-005..X-033. Errors: bad input ends this session, with the condition that the specification
// names. Life:   from creation until the End action; owned by the endpoint. Never calls out.
#pragma once

#include "base/time.h"
#include "bosh/action.h"
#include "bosh/body.h"
#include "bosh/creation.h"
#include "bosh/key_sequence.h"
#include "bosh/outbox.h"
#include "bosh/overactivity.h"
#include "bosh/request_window.h"
#include "bosh/settings.h"
#include "xmpp/upstream.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bosh {

class Session {
public:
    Session(Terms terms, std::string sid, const Settings& settings, base::SlicePool& pool,
            ActionQueue& actions);

    // The creation request itself. First, once.
    void on_created(RequestRef from, BodyIn body, base::TimePoint now);
    // A later request with this sid. With a fault, only its attributes are known.
    void on_request(RequestRef from, Decoded decoded, base::TimePoint now);
    // The connection of an unanswered request is gone.
    void on_request_lost(RequestRef gone, base::TimePoint now);

    void on_stream_opened(const xmpp::StreamOpened& header, base::TimePoint now);
    void on_stanza(xmpp::Stanza stanza, base::TimePoint now);
    // All stanzas of one read have been given: time to answer.
    void on_batch_end(base::TimePoint now);
    void on_upstream_congested();
    void on_upstream_drained(base::TimePoint now);
    void on_upstream_ended(xmpp::UpstreamEnd end, base::TimePoint now);

    void on_deadline(base::TimePoint now);
    void on_shutdown(base::TimePoint now);

    // When on_deadline() has something to do; kNever after the End action.
    [[nodiscard]] base::TimePoint next_deadline() const;
    [[nodiscard]] bool over() const { return state_ == State::Over; }
    [[nodiscard]] const std::string& sid() const { return sid_; }
    [[nodiscard]] const Terms& terms() const { return terms_; }
    [[nodiscard]] std::string_view content_type() const {
        return terms_.content_type.empty() ? kDefaultContentType
                                           : std::string_view(terms_.content_type);
    }

private:
    enum class State : uint8_t {
        Opening, // the creation request is held; the client does not know its sid yet
        Open,
        Ending, // the cause is known; the client is told with its next answers (B-227, B-228)
        Over,
    };
    enum class UpstreamState : uint8_t {
        Negotiating, // until the first features: nothing may be sent (B-057)
        Ready,
        Congested, // its backlog is full: payloads wait in parked requests (B-145)
        Gone,
    };

    void replay(RequestRef from, Rid rid, std::string_view key, base::TimePoint now);
    void reattach(RequestRef from, OpenRequest& request, std::string_view key, base::TimePoint now);
    [[nodiscard]] bool may_repeat(std::string_view key, std::string_view original) const;
    void start_sending(base::TimePoint now);
    [[nodiscard]] bool must_wait(const BodyIn& body) const;
    void take_in_order(base::TimePoint now);
    void take_in(Rid rid, BodyIn body, base::TimePoint now);
    void take_ack(Rid rid, std::optional<Rid> ack, base::TimePoint now);
    void pause(uint32_t seconds, base::TimePoint now);

    [[nodiscard]] size_t attached_count() const;
    void settle(base::TimePoint now);
    [[nodiscard]] bool oldest_can_hear(base::TimePoint now);
    void answer_oldest(base::TimePoint now);
    void answer_empty(OpenRequest request, base::TimePoint now);
    void ask_to_repeat(const OpenRequest& request, base::TimePoint now);
    void append_ack(BodyOut& body, Rid answered) const;
    void append_report(BodyOut& body, base::TimePoint now);
    void fill_from_outbox(BodyOut& body, size_t max_bytes);
    void respond(RequestRef to, base::SliceChain xml, base::TimePoint now);

    void finish(Condition condition, std::string_view cause, base::TimePoint now);
    void tell_end(base::TimePoint now);
    void fail(RequestRef offender, Rid rid, Condition condition, std::string_view cause,
              base::TimePoint now);
    void terminate_by_client(base::TimePoint now);
    void tell_everyone(std::string_view cause, base::TimePoint now);
    void respond_end(RequestRef to, Condition condition, base::TimePoint now);
    void conclude(std::string_view cause);

    [[nodiscard]] bool must_authenticate() const {
        return !authenticated_ && state_ != State::Ending;
    }
    [[nodiscard]] std::chrono::seconds features_wait() const;
    [[nodiscard]] std::chrono::seconds gap_timeout() const;
    void answer_overdue(base::TimePoint now);
    void give_up_gap(base::TimePoint now);

    Terms terms_;
    std::string sid_;
    const Settings& settings_;
    base::SlicePool& pool_;
    ActionQueue& actions_;

    State state_ = State::Opening;
    UpstreamState upstream_ = UpstreamState::Negotiating;
    bool reading_paused_ = false;
    bool authenticated_ = false;
    Condition end_condition_ = Condition::None;
    std::string_view end_cause_;
    base::TimePoint created_;
    base::TimePoint quiet_since_; // the last answer, replay or loss of a connection

    RequestWindow window_;
    Overactivity overactivity_;
    std::unique_ptr<KeySequence> keys_; // null: the client uses none
    std::chrono::seconds inactivity_;   // the period now: shorter or longer during a pause
    Rid paused_rid_ = 0;                // of the latest pause request
    Rid last_ack_ = 0;
    std::optional<Rid> reported_; // the answer that the client seems not to have got
    Outbox outbox_;
    base::Slice stream_error_; // of the server: the last payload that the client gets
    uint32_t unsent_count_ = 0;
    base::SliceChain unsent_;       // payloads of the creation request, until features (B-057)
    std::string stream_attributes_; // what the server's header said, until the client was told
};

} // namespace bosh
