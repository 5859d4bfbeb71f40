#include "http/h2_session.h"

#include "base/error.h"

#include <algorithm>
#include <array>
#include <nghttp2/nghttp2.h>
#include <unordered_map>
#include <utility>

namespace http {

namespace {

constexpr size_t kFrameHeaderBytes = 9;
// Of what our answers repeat, as RFC 7541 §4.1 counts it: the dozen fields that are the same in all
// of them. Its default, 4 KiB, would be 12 KiB of heap for a connection that has had many answers.
constexpr size_t kAnswerTableBytes = 1024;

template <auto Delete>
struct Deleter {
    template <class Thing>
    void operator()(Thing* thing) const {
        Delete(thing);
    }
};
using Session = std::unique_ptr<nghttp2_session, Deleter<nghttp2_session_del>>;
using Callbacks =
    std::unique_ptr<nghttp2_session_callbacks, Deleter<nghttp2_session_callbacks_del>>;
using Option = std::unique_ptr<nghttp2_option, Deleter<nghttp2_option_del>>;

base::ByteView view_of(const uint8_t* bytes, size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv to_native(std::string_view name, std::string_view value) {
    // It copies both, and changes neither.
    return {.name = reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
            .value = reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())),
            .namelen = name.size(),
            .valuelen = value.size(),
            .flags = NGHTTP2_NV_FLAG_NONE};
}

nghttp2_mem to_native(H2Memory& memory) {
    return {.mem_user_data = &memory,
            .malloc = [](size_t size,
                         void* user) { return static_cast<H2Memory*>(user)->allocate(size); },
            .free = [](void* block, void* user) { static_cast<H2Memory*>(user)->release(block); },
            .calloc =
                [](size_t count, size_t size, void* user) {
                    return static_cast<H2Memory*>(user)->allocate_many(count, size);
                },
            .realloc =
                [](void* block, size_t size, void* user) {
                    return static_cast<H2Memory*>(user)->reallocate(block, size);
                }};
}

} // namespace

struct H2Session::Parts {
    struct Open {
        explicit Open(const Limits& limits) : head(std::make_unique<H2Head>(limits)) {}

        std::unique_ptr<H2Head> head; // until the request is whole, or answered
        base::SliceChain body;        // of the answer, or through a tunnel: what is not sent yet
        bool complete = false;        // the request
        bool answered = false;        // whole: what still comes is read over
        bool tunnel = false;
    };

    Parts(base::SlicePool& slices, FrameRoom& room, const Limits& numbers, Listener& user,
          bool offers_tunnels)
        : limits(numbers), listener(user), memory(room), output(slices), tunnels(offers_tunnels) {}

    void begin();
    [[nodiscard]] bool reads() const { // never again once it does not
        return !broken && nghttp2_session_want_read(native.get()) != 0;
    }
    size_t read_frame(base::ByteView in);
    [[nodiscard]] Open* find(Stream stream) {
        auto found = streams.find(stream);
        return found == streams.end() ? nullptr : &found->second;
    }
    void terminate(uint32_t reason) { nghttp2_session_terminate_session(native.get(), reason); }
    void on_whole_head(Stream stream, bool body_follows);
    void on_whole_request(Stream stream);
    void submit_answer(Stream stream, const H2Answer& answer, bool content_follows);

    // ---- what nghttp2 calls

    static Parts& of(void* user) { return *static_cast<Parts*>(user); }
    static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user);
    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                         size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                         void* user);
    static int on_invalid_header(nghttp2_session*, const nghttp2_frame*, const uint8_t*, size_t,
                                 const uint8_t*, size_t, uint8_t, void*);
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user);
    static int on_data(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* bytes, size_t size,
                       void* user);
    static int on_stream_close(nghttp2_session*, int32_t stream, uint32_t, void* user);
    static int on_sent(nghttp2_session*, const nghttp2_frame* frame, void* user);
    static ssize_t plan_data(nghttp2_session*, int32_t stream, uint8_t*, size_t most,
                             uint32_t* flags, nghttp2_data_source*, void* user);
    static int write_data(nghttp2_session*, nghttp2_frame* frame, const uint8_t* header,
                          size_t count, nghttp2_data_source*, void* user);

    const Limits& limits;
    Listener& listener;
    H2Memory memory; // of the session
    Session native;
    std::unordered_map<Stream, Open> streams;
    H2Guard guard;
    H2Guard::Kind excess = H2Guard::Kind::None;
    base::TimePoint now{};
    base::SliceBuilder output; // of frames that nghttp2 made
    base::SliceChain outgoing;
    bool tunnels;
    bool broken = false; // nothing is read any more
};

// ---- set-up

void H2Session::Parts::begin() {
    nghttp2_session_callbacks* raw = nullptr;
    CM_ASSERT(nghttp2_session_callbacks_new(&raw) == 0);
    Callbacks callbacks(raw);
    nghttp2_session_callbacks_set_on_begin_headers_callback(raw, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(raw, on_header);
    nghttp2_session_callbacks_set_on_invalid_header_callback(raw, on_invalid_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(raw, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(raw, on_stream_close);
    nghttp2_session_callbacks_set_on_frame_send_callback(raw, on_sent);
    nghttp2_session_callbacks_set_send_data_callback(raw, write_data);

    nghttp2_option* option_raw = nullptr;
    CM_ASSERT(nghttp2_option_new(&option_raw) == 0);
    Option option(option_raw);
    nghttp2_option_set_no_closed_streams(option_raw, 1);     // it keeps them for priorities only
    nghttp2_option_set_no_auto_window_update(option_raw, 1); // see on_data()
    nghttp2_option_set_max_deflate_dynamic_table_size(option_raw, kAnswerTableBytes);
#ifdef CM_NGHTTP2_COUNTS_CONTINUATIONS
    // H2Guard counts them. The library counts reads: a frame whose header comes byte by byte is
    // nine.
    nghttp2_option_set_max_continuations(option_raw, H2Guard::kBlockFrames * kFrameHeaderBytes);
#endif

    nghttp2_mem native_memory = to_native(memory); // which is copied
    nghttp2_session* session_raw = nullptr;
    CM_ASSERT(nghttp2_session_server_new3(&session_raw, raw, this, option_raw, &native_memory) ==
              0);
    native.reset(session_raw);
    std::array<nghttp2_settings_entry, 4> settings = {{
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.max_streams},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(limits.max_head_bytes)},
        {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
        {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1},
    }};
    CM_ASSERT(nghttp2_submit_settings(session_raw, NGHTTP2_FLAG_NONE, settings.data(),
                                      tunnels ? settings.size() : settings.size() - 1) == 0);
}

H2Session::H2Session(base::SlicePool& pool, FrameRoom& room, const Limits& limits,
                     Listener& listener, bool tunnels)
    : parts_(std::make_unique<Parts>(pool, room, limits, listener, tunnels)) {
    parts_->begin();
}

H2Session::~H2Session() = default;

// ---- input

void H2Session::feed(base::ByteView in, base::TimePoint now) {
    parts_->now = now;
    while (!in.empty() && parts_->reads()) in.remove_prefix(parts_->read_frame(in));
}

// Frame by frame, as the library asks once a call whether it reads at all: what follows a GOAWAY
// would be served if it came in the same segment, and not in the next.
size_t H2Session::Parts::read_frame(base::ByteView in) {
    H2Guard::Step step = guard.read(in, now);
    auto taken = nghttp2_session_mem_recv(native.get(), reinterpret_cast<const uint8_t*>(in.data()),
                                          step.taken);
    if (taken < 0 && taken != NGHTTP2_ERR_FLOODED) {
        broken = true;
        terminate(NGHTTP2_PROTOCOL_ERROR);
    } else if (taken < 0 || step.excess != H2Guard::Kind::None) {
        excess = step.excess;
        broken = true;
        terminate(NGHTTP2_ENHANCE_YOUR_CALM);
    }
    return step.taken;
}

int H2Session::Parts::on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Parts& parts = of(user);
    if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        parts.streams.try_emplace(frame->hd.stream_id, parts.limits);
        return 0;
    }
    Open* open = parts.find(frame->hd.stream_id);
    if (open != nullptr && open->tunnel) { // RFC 9113 §8.5: nothing but DATA
        nghttp2_submit_rst_stream(parts.native.get(), NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                  NGHTTP2_PROTOCOL_ERROR);
    }
    return 0;
}

int H2Session::Parts::on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                                size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                                void* user) {
    // Trailer fields are read over (H-031).
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    Open* open = of(user).find(frame->hd.stream_id);
    if (open != nullptr && open->head) {
        open->head->add(view_of(name, name_size), view_of(value, value_size));
    }
    return 0;
}

// It would leave the field out; we do not serve such a request.
int H2Session::Parts::on_invalid_header(nghttp2_session*, const nghttp2_frame*, const uint8_t*,
                                        size_t, const uint8_t*, size_t, uint8_t, void*) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int H2Session::Parts::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Parts& parts = of(user);
    bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        parts.on_whole_head(frame->hd.stream_id, !last);
    }
    if (last && (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA)) {
        parts.on_whole_request(frame->hd.stream_id);
    }
    return 0;
}

void H2Session::Parts::on_whole_head(Stream stream, bool body_follows) {
    Open* open = find(stream);
    if (open == nullptr) return;
    open->complete = !body_follows; // as an answer by the head alone must know
    listener.on_head(stream, *open->head, body_follows);
    if (open->tunnel) open->head.reset();
}

void H2Session::Parts::on_whole_request(Stream stream) {
    Open* open = find(stream);
    if (open == nullptr) return;
    open->complete = true;
    std::unique_ptr<H2Head> head = std::move(open->head);
    if (open->answered) return;
    if (open->tunnel) {
        listener.on_tunnel_end(stream);
    } else {
        listener.on_complete(stream, *head);
    }
}

// The windows are opened again by what is taken. Bodies are at once, as the listener has limits for
// them; a tunnel's bytes when they are passed on, or one that nobody reads would fill our memory.
int H2Session::Parts::on_data(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* bytes,
                              size_t size, void* user) {
    Parts& parts = of(user);
    Open* open = parts.find(stream);
    bool wanted = open != nullptr && !open->answered;
    if (!wanted || !open->tunnel) nghttp2_session_consume(parts.native.get(), stream, size);
    if (wanted) parts.listener.on_body(stream, view_of(bytes, size));
    return 0;
}

int H2Session::Parts::on_stream_close(nghttp2_session*, int32_t stream, uint32_t, void* user) {
    if (of(user).streams.erase(stream) > 0) of(user).listener.on_stream_over(stream);
    return 0;
}

// ---- output

void H2Session::answer(Stream stream, H2Answer&& answer) {
    Parts::Open* open = parts_->find(stream);
    if (open == nullptr) return;
    open->answered = true;
    open->body = answer.take_body();
    parts_->submit_answer(stream, answer, !open->body.empty());
}

void H2Session::Parts::submit_answer(Stream stream, const H2Answer& answer, bool content_follows) {
    std::vector<nghttp2_nv> fields;
    for (const H2Answer::Field& field : answer.fields()) {
        fields.push_back(to_native(field.name, field.value));
        // Another one each second, it would push out what does not change.
        if (field.name == "date") fields.back().flags |= NGHTTP2_NV_FLAG_NO_INDEX;
    }
    nghttp2_data_provider content{.source = {.ptr = nullptr}, .read_callback = plan_data};
    CM_ASSERT(nghttp2_submit_response(native.get(), stream, fields.data(), fields.size(),
                                      content_follows ? &content : nullptr) == 0);
}

ssize_t H2Session::Parts::plan_data(nghttp2_session*, int32_t stream, uint8_t*, size_t most,
                                    uint32_t* flags, nghttp2_data_source*, void* user) {
    Open* open = of(user).find(stream);
    CM_ASSERT(open != nullptr);
    size_t count = std::min(most, open->body.size_bytes());
    if (count == 0 && !open->answered) return NGHTTP2_ERR_DEFERRED; // until send() or end()
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (count == open->body.size_bytes() && open->answered) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return static_cast<ssize_t>(count);
}

// No frame is padded, as there is no callback that would.
int H2Session::Parts::write_data(nghttp2_session*, nghttp2_frame* frame, const uint8_t* header,
                                 size_t count, nghttp2_data_source*, void* user) {
    Parts& parts = of(user);
    Open* open = parts.find(frame->hd.stream_id);
    CM_ASSERT(open != nullptr);
    parts.output.append(view_of(header, kFrameHeaderBytes));
    parts.outgoing.push(parts.output.take());
    size_t left = count;
    for (const base::Slice& slice : open->body) {
        size_t part = std::min(left, slice.size());
        if (part == 0) break;
        parts.outgoing.push(slice.sub(0, part));
        left -= part;
    }
    open->body.drop_front(count);
    parts.listener.on_progress(frame->hd.stream_id);
    return 0;
}

// A client that breaks a rule of streams makes us send the reset that it would not send itself.
int H2Session::Parts::on_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Parts& parts = of(user);
    if (frame->hd.type == NGHTTP2_RST_STREAM && frame->rst_stream.error_code != NGHTTP2_NO_ERROR &&
        !parts.guard.admits_reset(parts.now) && !parts.broken) {
        parts.excess = H2Guard::Kind::Reset;
        parts.broken = true;
        parts.terminate(NGHTTP2_ENHANCE_YOUR_CALM);
    }
    return 0;
}

base::SliceChain H2Session::take_output(size_t about_bytes) {
    Parts& parts = *parts_;
    while (parts.outgoing.size_bytes() + parts.output.size() < about_bytes) {
        size_t before = parts.outgoing.size_bytes();
        const uint8_t* bytes = nullptr;
        auto count = nghttp2_session_mem_send(parts.native.get(), &bytes);
        CM_ASSERT(count >= 0); // but for a lack of memory, which ends the program
        if (count > 0) {
            parts.output.append(view_of(bytes, static_cast<size_t>(count)));
        } else if (parts.outgoing.size_bytes() == before) {
            break;
        }
    }
    parts.outgoing.push(parts.output.take());
    return std::exchange(parts.outgoing, {});
}

void H2Session::refuse_rest(Stream stream) {
    Parts::Open* open = parts_->find(stream);
    if (open == nullptr || open->complete || !open->answered || !open->body.empty()) return;
    nghttp2_submit_rst_stream(parts_->native.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_NO_ERROR);
}

void H2Session::encourage(Stream stream) {
    nghttp2_nv status = to_native(":status", "100");
    nghttp2_submit_headers(parts_->native.get(), NGHTTP2_FLAG_NONE, stream, nullptr, &status, 1,
                           nullptr);
}

// ---- tunnels

void H2Session::open_tunnel(Stream stream, H2Answer&& answer) {
    Parts::Open* open = parts_->find(stream);
    if (open == nullptr) return;
    open->tunnel = true;
    parts_->submit_answer(stream, answer, true);
}

void H2Session::send(Stream stream, base::SliceChain bytes) {
    Parts::Open* open = parts_->find(stream);
    if (open == nullptr || open->answered) return;
    open->body.push(std::move(bytes));
    nghttp2_session_resume_data(parts_->native.get(), stream);
}

size_t H2Session::unsent_bytes(Stream stream) const {
    const Parts::Open* open = parts_->find(stream);
    return open == nullptr ? 0 : open->body.size_bytes();
}

void H2Session::end(Stream stream) {
    Parts::Open* open = parts_->find(stream);
    if (open == nullptr || open->answered) return;
    open->answered = true;
    nghttp2_session_resume_data(parts_->native.get(), stream);
}

void H2Session::abort(Stream stream) {
    Parts::Open* open = parts_->find(stream);
    if (open == nullptr) return;
    open->answered = true;
    open->body.clear();
    nghttp2_submit_rst_stream(parts_->native.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
}

void H2Session::acknowledge(Stream stream, size_t bytes) {
    nghttp2_session_consume_stream(parts_->native.get(), stream, bytes);
}

void H2Session::acknowledge_to_connection(size_t bytes) {
    nghttp2_session_consume_connection(parts_->native.get(), bytes);
}

// ---- end

void H2Session::wind_down() {
    nghttp2_session* native = parts_->native.get();
    nghttp2_submit_goaway(native, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(native), NGHTTP2_NO_ERROR,
                          nullptr, 0);
}

bool H2Session::over() const {
    return !parts_->reads() && nghttp2_session_want_write(parts_->native.get()) == 0;
}

H2Guard::Kind H2Session::excess() const {
    return parts_->excess;
}

uint32_t H2Session::unfinished() const {
    return parts_->guard.unfinished();
}

} // namespace http
