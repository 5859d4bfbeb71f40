#include "bench/load/http2_requests.h"

#include "bench/load/browser_head.h"

#include <algorithm>
#include <utility>

namespace load {

// ---- out

void Http2Requests::ask(size_t place, base::SliceChain body) {
    exchanges_[place] = {.request = body.to_string()};
    if (line_.state() == Line::State::Down) {
        line_.dial();
    } else if (line_.state() == Line::State::Up && !busy_) {
        submit_what_waits();
    }
}

void Http2Requests::cut() {
    over_ = true;
    line_.cut();
}

void Http2Requests::on_line_up(Line& /*line*/) {
    context_.env.retired.retire(std::move(client_));
    Http2Client::Listener& self = *this;
    client_ = std::make_unique<Http2Client>(self);
    reused_ = false;
    submit_what_waits();
}

// A server that takes nothing more is left when it has answered what it took.
void Http2Requests::submit_what_waits() {
    bool open = std::ranges::any_of(exchanges_, [](const Exchange& e) { return e.stream != 0; });
    if (client_->winding_down() && !open) {
        line_.cut();
        if (!exchanges_[0].request.empty() || !exchanges_[1].request.empty()) line_.dial();
        return;
    }
    for (Exchange& exchange : exchanges_) {
        if (exchange.request.empty() || exchange.stream != 0 || client_->winding_down()) continue;
        exchange.stream =
            client_->request(post_fields(context_.secured ? "https" : "http", context_.host,
                                         context_.path, exchange.request.size()),
                             exchange.request);
    }
    flush();
}

void Http2Requests::flush() {
    std::string bytes = client_->take_output();
    if (!bytes.empty()) {
        line_.write(base::SliceChain(base::Slice::copy(context_.env.pool, bytes)));
    }
}

// ---- in

void Http2Requests::on_line_bytes(Line& /*line*/, base::ByteView bytes) {
    busy_ = true;
    client_->feed(bytes);
    tell_answers();
    busy_ = false;
    if (over_) return;
    flush();
    if (client_->broken()) {
        listener_.on_http_fault("http2-fault");
    } else if (lost_) {
        listener_.on_http_fault("http2-stream-reset");
    } else {
        submit_what_waits();
    }
}

Http2Requests::Exchange* Http2Requests::find(Stream stream) {
    auto found = std::ranges::find(exchanges_, stream, &Exchange::stream);
    return found == exchanges_.end() ? nullptr : &*found;
}

void Http2Requests::on_status(Stream stream, std::string_view status) {
    if (Exchange* exchange = find(stream)) exchange->status = status;
}

void Http2Requests::on_data(Stream stream, base::ByteView bytes) {
    if (Exchange* exchange = find(stream)) exchange->answer += bytes;
}

void Http2Requests::on_end(Stream stream) {
    if (Exchange* exchange = find(stream)) exchange->whole = true;
}

// One that a server refused as it is winding down is asked again, on another connection.
void Http2Requests::on_stream_lost(Stream stream) {
    Exchange* exchange = find(stream);
    if (exchange == nullptr) return;
    exchange->stream = 0;
    lost_ = lost_ || !client_->winding_down();
}

// In the order of asking. The listener may ask again at once.
void Http2Requests::tell_answers() {
    bool second_first = exchanges_[1].stream < exchanges_[0].stream;
    for (size_t place : {size_t{second_first}, size_t{!second_first}}) {
        if (!exchanges_[place].whole || over_) continue;
        Exchange told = std::exchange(exchanges_[place], {});
        reused_ = true;
        listener_.on_answer(place, told.status, told.answer);
    }
}

void Http2Requests::on_line_down(Line& /*line*/, std::string_view why) {
    bool wanted = false;
    bool begun = false;
    for (Exchange& exchange : exchanges_) {
        wanted = wanted || !exchange.request.empty();
        begun = begun || !exchange.status.empty();
        exchange.stream = 0;
    }
    if (!wanted) return; // dialled again when it is needed
    if (std::exchange(reused_, false) && !begun) {
        line_.dial();
    } else {
        listener_.on_request_lost(why);
    }
}

} // namespace load
