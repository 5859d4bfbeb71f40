#include "bench/load/http1_requests.h"

#include "bench/load/browser_head.h"

#include <string>
#include <utility>

namespace load {

Http1Requests::Http1Requests(StreamContext& context, BoshRequests::Listener& listener)
    : context_(context), listener_(listener),
      exchanges_{Exchange{.line = Line(context, *this)}, Exchange{.line = Line(context, *this)}} {}

size_t Http1Requests::place_of(const Line& line) const {
    return &line == &exchanges_[0].line ? 0 : 1;
}

void Http1Requests::ask(size_t place, base::SliceChain body) {
    std::string head = post_head(context_.host, context_.path);
    head.append(std::to_string(body.size_bytes())).append("\r\n\r\n");
    Exchange& exchange = exchanges_[place];
    exchange.request = base::SliceChain(base::Slice::copy(context_.env.pool, head));
    exchange.request.push(std::move(body));
    if (exchange.line.state() == Line::State::Up) {
        exchange.line.write(exchange.request);
    } else {
        exchange.line.dial();
    }
}

void Http1Requests::cut() {
    for (Exchange& exchange : exchanges_) exchange.line.cut();
}

void Http1Requests::on_line_up(Line& line) {
    Exchange& exchange = exchanges_[place_of(line)];
    exchange.reused = false;
    line.write(exchange.request);
}

void Http1Requests::on_line_bytes(Line& line, base::ByteView bytes) {
    Exchange& exchange = exchanges_[place_of(line)];
    switch (exchange.answer.feed(bytes)) {
    case HttpAnswer::State::Head:
    case HttpAnswer::State::Body: break;
    case HttpAnswer::State::Fault: listener_.on_http_fault("http-fault"); break;
    case HttpAnswer::State::Whole:
        if (exchange.request.empty() || !bytes.empty()) {
            listener_.on_http_fault("unasked-answer");
        } else {
            on_whole_answer(exchange);
        }
        break;
    }
}

// The listener may ask again at once.
void Http1Requests::on_whole_answer(Exchange& exchange) {
    exchange.request.clear();
    exchange.reused = true;
    std::swap(told_, exchange.answer);
    if (told_.ends_connection()) exchange.line.cut();
    listener_.on_answer(place_of(exchange.line), told_.status(), told_.body());
    told_.clear();
}

void Http1Requests::on_line_down(Line& line, std::string_view why) {
    Exchange& exchange = exchanges_[place_of(line)];
    if (exchange.request.empty()) return; // dialled again when it is needed
    if (exchange.reused && !exchange.answer.begun()) {
        exchange.reused = false;
        line.dial();
        return;
    }
    listener_.on_request_lost(why);
}

} // namespace load
