// Session — all of XEP-0124's rules for one sid, without I/O.
//
// Events go in with the time; actions come out of the queue. A request passes three stages. It is
// *parked* until every lower rid has come; then it is *processed*: its payloads go upstream, and
// it is *held* until there is something to answer. Answers leave in rid order and stay in the
// replay cache, so that a client whose connection broke can ask again with the same rid.
//
// Spec:   XEP-0124 §8-§17; XEP-0206 §4-§7; conformance B-082..B-267, B-300..B-318, X-005..X-042.
// Errors: bad input ends this session, with the condition that the specification names.
// Life:   from creation until the End action; owned by the endpoint. Never calls out.
#pragma once

#include "base/flight_record.h"
#include "base/session_facts.h"
#include "base/time.h"
#include "bosh/action.h"
#include "bosh/body.h"
#include "bosh/creation.h"
#include "bosh/key_sequence.h"
#include "bosh/overactivity.h"
#include "bosh/request_window.h"
#include "bosh/session_id.h"
#include "bosh/settings.h"
#include "bosh/stream.h"
#include "xmpp/upstream.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bosh {

class Session {
public:
    Session(Terms terms, const SessionId& sid, const Settings& settings, const Domains& domains,
            base::SlicePool& pool, ActionQueue& actions);

    // The creation request itself. First, once.
    void on_created(RequestRef from, StreamTerms first, BodyIn body, base::TimePoint now);
    // A later request with this sid. With a fault, only its attributes are known.
    void on_request(RequestRef from, Decoded decoded, base::TimePoint now);
    // The connection of an unanswered request is gone.
    void on_request_lost(RequestRef gone, base::TimePoint now);

    void on_stream_opened(StreamId id, const xmpp::StreamOpened& header, base::TimePoint now);
    void on_stanza(StreamId id, xmpp::Stanza stanza, base::TimePoint now);
    // All stanzas of one read have been given: time to answer.
    void on_batch_end(base::TimePoint now);
    void on_upstream_congested(StreamId id);
    void on_upstream_drained(StreamId id, base::TimePoint now);
    // `explanation`, in plain words, is for whoever develops the client's page; empty: none.
    void on_upstream_ended(StreamId id, xmpp::UpstreamEnd end, base::TimePoint now,
                           std::string_view explanation = {});

    void on_deadline(base::TimePoint now);
    void on_shutdown(base::TimePoint now);
    // An administrator ends it; its server does not keep the stream for a client that comes back.
    void on_ended_by_admin(base::TimePoint now);

    // What has happened; what only its shell learns of the client and the server is added there.
    [[nodiscard]] base::FlightRecord& record() { return record_; }
    [[nodiscard]] const base::FlightRecord& record() const { return record_; }

    // When on_deadline() has something to do; kNever after the End action.
    [[nodiscard]] base::TimePoint next_deadline() const;
    // That is a matter of milliseconds: a request beyond `hold` waits for an answer of the server.
    [[nodiscard]] bool awaits_answer() const {
        return state_ == State::Open && !terms_.polling && window_.held() > terms_.hold;
    }
    [[nodiscard]] bool over() const { return state_ == State::Over; }
    [[nodiscard]] bool logged_in() const; // one of its streams at least
    [[nodiscard]] bool all_logged_in() const;
    [[nodiscard]] std::string_view jid() const { return streams_.front().jid.view(); }
    [[nodiscard]] size_t parked() const { return window_.parked(); } // requests
    [[nodiscard]] std::string_view sid() const { return sid_.view(); }
    [[nodiscard]] const Terms& terms() const { return terms_; }
    [[nodiscard]] const Settings& settings() const { return settings_; }
    // A request with that rid would end the session, because it is too old to be repeated (B-109).
    [[nodiscard]] bool has_gone_past(Rid rid) const {
        return rid <= window_.last_processed() &&
               window_.place_of(rid, false) == RequestWindow::Place::Outside;
    }
    // Where that stream leads to, for the log; once it has ended, where another does.
    [[nodiscard]] std::string_view domain(StreamId id = kFirstStream) const;
    // What only its shell knows is left out.
    [[nodiscard]] base::SessionFacts facts(base::TimePoint now) const;
    [[nodiscard]] std::vector<base::SessionDetails::Field> negotiated() const;
    [[nodiscard]] std::string_view content_type() const {
        return terms_.content_type.empty() ? kDefaultContentType : terms_.content_type.view();
    }

private:
    enum class State : uint8_t {
        Opening, // the creation request is held; the client does not know its sid yet
        Open,
        Ending, // the cause is known; the client is told with its next answers (B-227, B-228)
        Over,
    };
    void replay(RequestRef from, Rid rid, std::string_view key, base::TimePoint now);
    void reattach(RequestRef from, OpenRequest& request, std::string_view key, base::TimePoint now);
    [[nodiscard]] bool may_repeat(std::string_view key, const OriginalKey& original) const;
    [[nodiscard]] bool must_wait(const BodyIn& body) const;
    // Requests are taken in as they come, and no longer parked.
    [[nodiscard]] bool takes_in() const { return state_ == State::Open || state_ == State::Ending; }
    void take_in_order(base::TimePoint now);
    void take_in(Rid rid, BodyIn&& body, base::TimePoint now);
    void take_ack(Rid rid, std::optional<Rid> ack, base::TimePoint now);
    void pause(uint32_t seconds, base::TimePoint now);
    void stop_awaiting(base::TimePoint now);

    // session_streams.cpp
    [[nodiscard]] Stream* find(StreamId id);
    [[nodiscard]] bool is_addressed(const BodyIn& body, const Stream& stream) const;
    [[nodiscard]] bool knows_stream(const BodyIn& body) const;
    // Has a server got something that it may answer?
    [[nodiscard]] bool send_to_streams(BodyIn& body);
    Stream& open_stream(StreamTerms terms, base::TimePoint now);
    [[nodiscard]] bool asks_for_stream(const BodyIn& body) const;
    void add_stream(const BodyIn& body, base::TimePoint now);
    [[nodiscard]] bool is_last_word(const BodyIn& body) const;
    [[nodiscard]] bool last_word_waits() const;
    void close_streams(const BodyIn& body, base::TimePoint now);
    void close(Stream& stream, xmpp::Upstream::CloseMode mode);
    void abandon(Stream& stream);
    void bounce(Stream& stream);
    void start_sending(Stream& stream, base::TimePoint now);
    void end_stream(Stream& stream, Condition condition, std::string_view cause,
                    base::TimePoint now);
    [[nodiscard]] Stream* next_to_speak();
    void append_news(BodyOut& body, Stream& stream);
    void append_end(BodyOut& body, Stream& stream);
    static void append_header(BodyOut& body, Stream& stream);
    static void append_name(BodyOut& body, const Stream& stream);
    void fill_from_outbox(BodyOut& body, Stream& stream, size_t max_bytes);

    [[nodiscard]] size_t attached_count() const;
    [[nodiscard]] size_t may_be_held(base::TimePoint now) const;
    void settle(base::TimePoint now);
    [[nodiscard]] bool oldest_can_hear(base::TimePoint now);
    void answer_oldest(base::TimePoint now);
    void answer_front(base::TimePoint now);
    void answer_empty(OpenRequest request, base::TimePoint now);
    void ask_to_repeat(const OpenRequest& request, base::TimePoint now);
    void append_ack(BodyOut& body, Rid answered) const;
    void append_report(BodyOut& body, base::TimePoint now);
    void respond(Respond answer, base::TimePoint now);

    void finish(Condition condition, std::string_view cause, base::TimePoint now);
    void tell_end(base::TimePoint now);
    void fail(RequestRef offender, Rid rid, Condition condition, std::string_view cause);
    void tell_everyone(std::string_view cause);
    void note_outside(Rid rid, base::TimePoint now);
    [[nodiscard]] Respond last_answer(RequestRef to, Condition condition);
    void conclude(std::string_view cause, std::vector<CachedAnswer> last = {});

    [[nodiscard]] std::chrono::seconds gap_timeout() const;
    void end_unauthenticated(base::TimePoint now);
    void answer_overdue(base::TimePoint now);
    void give_up_gap(base::TimePoint now);
    [[nodiscard]] bool skips_gaps() const;
    void skip_abandoned(base::TimePoint now);
    void skip_through(Rid last, base::TimePoint now);

    Terms terms_;
    SessionId sid_;
    const Settings& settings_;
    const Domains& domains_;
    base::SlicePool& pool_;
    ActionQueue& actions_;

    State state_ = State::Opening;
    bool names_streams_ = false; // the client added one: each payload says whose it is (B-263)
    struct Ending {
        Condition condition = Condition::None;
        std::string_view cause;
        base::Slice error; // the last payload that the client gets: the server's, or why
                           // there is none
    };
    std::unique_ptr<Ending> ending_; // once we or the server have ended the session
    base::TimePoint quiet_since_;    // the last answer, replay or loss of a connection
    base::TimePoint awaited_until_;  // the server's answer to what the client sent

    RequestWindow window_;
    Overactivity overactivity_;
    std::unique_ptr<KeySequence> keys_; // null: the client uses none
    Seconds inactivity_;                // the period now: shorter or longer during a pause
    Rid paused_rid_ = 0;                // of the latest pause request
    Rid reported_ = 0;                  // the answer that the client seems not to have got; 0: none
    StreamId next_stream_ = kFirstStream;
    std::vector<Stream> streams_; // never empty; the ended ones until that was told
    std::unique_ptr<std::vector<std::string>> closed_streams_; // the latest (B-265)
    base::FlightRecord record_;
};

} // namespace bosh
