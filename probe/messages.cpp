#include "probe/messages.h"

#include "probe/message.h"

#include <utility>

namespace probe {

namespace {

// One message under way, and the step that tells of it.
class Letter {
public:
    Letter(Way way, std::string name, std::string to)
        : id_(new_message_id()), text_(message_to(to, id_)), to_(std::move(to)) {
        step_.way = way;
        step_.name = std::move(name);
    }

    [[nodiscard]] const std::string& text() const { return text_; }
    // Whether there is nothing more to wait for.
    bool look_for_it(const std::vector<Element>& received) {
        if (delivery_ == Delivery::Awaited) {
            delivery_ = delivery_of(received, id_);
            step_.took = watch_.elapsed();
        }
        return delivery_ != Delivery::Awaited;
    }
    [[nodiscard]] bool arrived() const { return delivery_ == Delivery::Arrived; }

    // `web`: with the last reply that it got, if the message went that way.
    bool report(Report& report, const WebWay* web = nullptr, const BoshReply& reply = {}) {
        step_.add("to", to_);
        if (delivery_ == Delivery::Returned) {
            step_.finding = Finding(Problem::MessageReturned, {.detail = "the one to " + to_});
        } else if (delivery_ == Delivery::Awaited) {
            // A request still held when time is over is no fault of boshcm's.
            bool lost = reply.ok() || reply.problem == Problem::BoshcmNoAnswer;
            step_.finding =
                lost ? Finding(Problem::MessageLost, {.detail = "the one to " + to_})
                     : Finding(reply.problem, {.place = web->place(), .detail = reply.detail});
        }
        return report.add(std::move(step_));
    }

private:
    std::string id_;
    std::string text_;
    std::string to_;
    Stopwatch watch_;
    Step step_;
    Delivery delivery_ = Delivery::Awaited;
};

} // namespace

// The web's message goes out in a request that boshcm holds; the native answer is what comes with
// the response, as in a chat.
void exchange_messages(NativeWay& native, WebWay& web, const Deadline& deadline, Report& report) {
    Letter there(Way::Web, "message-to-native", native.jid());
    std::optional<Letter> back;
    auto native_turn = [&] {
        native.client()->take_turn();
        if (!back && there.look_for_it(native.client()->received()) && there.arrived()) {
            back.emplace(Way::Web, "message-to-web", web.jid());
            native.client()->send(back->text());
        }
    };
    BoshReply reply = web.client().send(there.text(), deadline, native_turn);
    auto over = [&] {
        // A message that came back is among what the web's session received.
        if (!back) return there.look_for_it(web.client().received());
        return back->look_for_it(web.client().received());
    };
    while (!over() && reply.ok() && !deadline.over()) {
        reply = web.client().send({}, deadline, native_turn);
    }
    if (!there.report(report, &web, reply)) return;
    if (!back) return; // arrived at the last moment
    if (!back->look_for_it(web.client().received())) back->look_for_it(native.client()->received());
    back->report(report, &web, reply);
}

void write_to_itself(NativeWay& native, const Deadline& deadline, Report& report) {
    Letter letter(Way::Native, "message", native.jid());
    native.client()->send(letter.text());
    while (!letter.look_for_it(native.client()->received()) && !deadline.over()) {
        native.client()->take_turn();
    }
    letter.report(report);
}

void write_to_itself(WebWay& web, const Deadline& deadline, Report& report) {
    Letter letter(Way::Web, "message", web.jid());
    BoshReply reply = web.client().send(letter.text(), deadline);
    while (!letter.look_for_it(web.client().received()) && reply.ok() && !deadline.over()) {
        reply = web.client().send({}, deadline);
    }
    letter.report(report, &web, reply);
}

} // namespace probe
