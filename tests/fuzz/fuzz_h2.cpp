// HTTP/2 reads the same however it is cut, as long as nothing is sent between: what is sent closes
// streams, and frames for closed ones are others' fault. Every whole request is told once, and
// never after an answer; what comes through a tunnel is told in order, until its end or ours. The
// first byte of an input chooses the cuts, whether requests are answered by their heads, at their
// ends or never, and what becomes of tunnels; the rest follows the preface.

#include "base/error.h"
#include "http/h2_session.h"

#include <map>
#include <string>
#include <tuple>

namespace {

using http::H2Session;

class Trace final : public H2Session::Listener {
public:
    Trace(const http::Limits& limits, unsigned how)
        : how_(how), session_(pool_, room_, limits, *this, true) {}

    std::string run(base::ByteView stream, size_t portion, bool send_between) {
        base::TimePoint now{std::chrono::hours(1)};
        session_.feed("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", now);
        while (!stream.empty()) {
            session_.feed(stream.substr(0, portion), now);
            stream.remove_prefix(std::min(portion, stream.size()));
            if (send_between) send();
        }
        send();
        for (const auto& [number, each] :
             streams_) { // those we have ended were so by a whole chunk
            if (each.tunnel && !each.answered)
                note(number, "came " + std::to_string(each.body_bytes));
        }
        return text_ + (session_.over() ? "over" : "open");
    }

    void on_head(H2Session::Stream stream, http::H2Head& head, bool) override {
        CM_ASSERT(!streams_.contains(stream));
        streams_[stream] = {};
        http::HttpFault fault = head.judge();
        note(stream, "head " + std::string(to_string(fault)));
        if (fault != http::HttpFault::None) return answer(stream);
        note(stream, std::string(head.head().path) + "@" + std::string(head.head().authority));
        if (!head.head().protocol.empty()) {
            open_tunnel(stream);
        } else if (how_ % 3 == 0) {
            answer(stream);
        }
    }
    void on_body(H2Session::Stream stream, base::ByteView bytes) override {
        CM_ASSERT(streams_.contains(stream) && !streams_[stream].answered && !bytes.empty());
        Open& open = streams_[stream];
        open.body_bytes += bytes.size();
        if (!open.tunnel) return;
        bool reads = how_ % 4 != 1;
        if (reads) session_.acknowledge(stream, bytes.size());
        session_.acknowledge_to_connection(bytes.size());
        if (how_ % 5 == 0) session_.send(stream, base::SliceChain(base::Slice::literal("echo")));
        if (how_ % 4 == 2 && open.body_bytes > 8) end(stream, how_ % 8 == 2);
    }
    void on_complete(H2Session::Stream stream, const http::H2Head&) override {
        CM_ASSERT(streams_.contains(stream) && !streams_[stream].answered);
        CM_ASSERT(!streams_[stream].tunnel);
        note(stream, "whole " + std::to_string(streams_[stream].body_bytes));
        if (how_ % 3 == 1) answer(stream);
    }
    void on_tunnel_end(H2Session::Stream stream) override {
        CM_ASSERT(streams_.contains(stream) && !streams_[stream].answered);
        CM_ASSERT(streams_[stream].tunnel);
        note(stream, "end");
        end(stream, false);
    }
    void on_progress(H2Session::Stream stream) override {
        CM_ASSERT(streams_.at(stream).answered || streams_.at(stream).tunnel);
    }
    void on_stream_over(H2Session::Stream stream) override { streams_.erase(stream); }

private:
    struct Open {
        size_t body_bytes = 0;
        bool answered = false;
        bool tunnel = false;
    };
    void send() {
        while (!session_.take_output(1000).empty()) {
        }
    }
    void answer(H2Session::Stream stream) {
        streams_[stream].answered = true;
        session_.answer(stream, http::H2Answer(http::plain_response(404), {}));
    }
    void open_tunnel(H2Session::Stream stream) {
        streams_[stream].tunnel = true;
        session_.open_tunnel(stream, http::H2Answer({.status = 200}, {.tunnel = true}));
        session_.send(stream, base::SliceChain(base::Slice::literal("hello")));
        CM_ASSERT(session_.unsent_bytes(stream) == 5);
    }
    void end(H2Session::Stream stream, bool abort) {
        streams_[stream].answered = true;
        if (abort) {
            session_.abort(stream);
        } else {
            session_.end(stream);
        }
    }
    void note(H2Session::Stream stream, const std::string& what) {
        text_ += std::to_string(stream) + ": " + what + "\n";
    }

    unsigned how_;
    base::SlicePool pool_{1 << 20};
    http::FrameRoom room_;
    std::map<H2Session::Stream, Open> streams_;
    std::string text_;
    H2Session session_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    if (size == 0) return 0;
    base::ByteView stream(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    http::Limits limits;
    auto trace = [&](size_t portion, bool send_between) {
        return Trace(limits, bytes[0]).run(stream, portion, send_between);
    };
    std::string whole = trace(stream.size() + 1, false);
    CM_ASSERT(whole == trace(1, false) && whole == trace(bytes[0] + 2U, false));
    std::ignore = trace(bytes[0] + 2U, true);
    return 0;
}
