#include "bench/load/http2_client.h"

#include "base/error.h"

#include <algorithm>
#include <array>
#include <map>
#include <nghttp2/nghttp2.h>
#include <vector>

namespace load {

namespace {

// As Chromium 126 has them.
constexpr std::array<nghttp2_settings_entry, 4> kSettings = {{
    {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 65'536},
    {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
    {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 6 * 1024 * 1024},
    {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, 262'144},
}};
constexpr int32_t kConnectionWindowBytes = 15 * 1024 * 1024;

std::string_view view_of(const uint8_t* bytes, size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

// It copies both, and changes neither.
nghttp2_nv to_native(const BrowserFields::value_type& field) {
    return {.name = reinterpret_cast<uint8_t*>(const_cast<char*>(field.first.data())),
            .value = reinterpret_cast<uint8_t*>(const_cast<char*>(field.second.data())),
            .namelen = field.first.size(),
            .valuelen = field.second.size(),
            .flags = NGHTTP2_NV_FLAG_NONE};
}

} // namespace

struct Http2Client::Parts {
    struct Outgoing {
        std::string bytes; // not sent yet
        bool tunnel = false;
        bool ended = false; // by the server
    };

    explicit Parts(Listener& user) : listener(user) {}
    ~Parts() { nghttp2_session_del(native); }
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    void begin();
    Stream submit(const BrowserFields& fields, Outgoing&& body);

    // ---- what nghttp2 calls

    static Parts& of(void* user) { return *static_cast<Parts*>(user); }
    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                         size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                         void* user) {
        if (view_of(name, name_size) == ":status") {
            of(user).listener.on_status(frame->hd.stream_id, view_of(value, value_size));
        }
        return 0;
    }
    static int on_data(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* bytes, size_t size,
                       void* user) {
        of(user).listener.on_data(stream, view_of(bytes, size));
        return 0;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user);
    static int on_stream_close(nghttp2_session*, int32_t stream, uint32_t, void* user);
    static int on_sent(nghttp2_session*, const nghttp2_frame* frame, void* user);
    static ssize_t read_outgoing(nghttp2_session*, int32_t stream, uint8_t* into, size_t most,
                                 uint32_t* flags, nghttp2_data_source*, void* user);

    Listener& listener;
    nghttp2_session* native = nullptr;
    std::map<Stream, Outgoing> streams;
    bool going_away = false;
    bool broken = false;
};

// ---- set-up

Http2Client::Http2Client(Listener& listener) : parts_(std::make_unique<Parts>(listener)) {
    parts_->begin();
}

Http2Client::~Http2Client() = default;

void Http2Client::Parts::begin() {
    nghttp2_session_callbacks* calls = nullptr;
    CM_ASSERT(nghttp2_session_callbacks_new(&calls) == 0);
    nghttp2_session_callbacks_set_on_header_callback(calls, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(calls, on_stream_close);
    nghttp2_session_callbacks_set_on_frame_send_callback(calls, on_sent);
    int made = nghttp2_session_client_new(&native, calls, this);
    nghttp2_session_callbacks_del(calls);
    CM_ASSERT(made == 0);
    CM_ASSERT(nghttp2_submit_settings(native, NGHTTP2_FLAG_NONE, kSettings.data(),
                                      kSettings.size()) == 0);
    CM_ASSERT(nghttp2_session_set_local_window_size(native, NGHTTP2_FLAG_NONE, 0,
                                                    kConnectionWindowBytes) == 0);
}

// ---- out

Http2Client::Stream Http2Client::request(const BrowserFields& fields, base::ByteView body) {
    return parts_->submit(fields, {.bytes = std::string(body)});
}

Http2Client::Stream Http2Client::connect(const BrowserFields& fields) {
    return parts_->submit(fields, {.bytes = {}, .tunnel = true});
}

Http2Client::Stream Http2Client::Parts::submit(const BrowserFields& fields, Outgoing&& body) {
    std::vector<nghttp2_nv> list(fields.size());
    std::ranges::transform(fields, list.begin(), to_native);
    nghttp2_data_provider content{.source = {.ptr = nullptr}, .read_callback = read_outgoing};
    Stream stream =
        nghttp2_submit_request(native, nullptr, list.data(), list.size(), &content, nullptr);
    CM_ASSERT(stream > 0); // a connection does not last for 2^30 requests
    streams.emplace(stream, std::move(body));
    return stream;
}

void Http2Client::send(Stream stream, base::ByteView bytes) {
    auto found = parts_->streams.find(stream);
    if (found == parts_->streams.end()) return;
    found->second.bytes += bytes;
    nghttp2_session_resume_data(parts_->native, stream);
}

ssize_t Http2Client::Parts::read_outgoing(nghttp2_session*, int32_t stream, uint8_t* into,
                                          size_t most, uint32_t* flags, nghttp2_data_source*,
                                          void* user) {
    Outgoing& out = of(user).streams.at(stream);
    size_t count = std::min(most, out.bytes.size());
    if (count == 0 && out.tunnel) return NGHTTP2_ERR_DEFERRED; // until send()
    std::copy_n(out.bytes.begin(), count, into);
    out.bytes.erase(0, count);
    if (out.bytes.empty() && !out.tunnel) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
}

std::string Http2Client::take_output() {
    std::string out;
    const uint8_t* bytes = nullptr;
    while (true) {
        auto count = nghttp2_session_mem_send(parts_->native, &bytes);
        CM_ASSERT(count >= 0); // but for a lack of memory, which ends the program
        if (count == 0) return out;
        out += view_of(bytes, static_cast<size_t>(count));
    }
}

// ---- in

void Http2Client::feed(base::ByteView in) {
    if (nghttp2_session_mem_recv(parts_->native, reinterpret_cast<const uint8_t*>(in.data()),
                                 in.size()) < 0) {
        parts_->broken = true;
    }
}

int Http2Client::Parts::on_frame(nghttp2_session* native, const nghttp2_frame* frame, void* user) {
    Parts& parts = of(user);
    switch (frame->hd.type) {
    case NGHTTP2_SETTINGS:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
            parts.listener.on_settings(nghttp2_session_get_remote_settings(
                                           native, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) != 0);
        }
        break;
    case NGHTTP2_GOAWAY: parts.going_away = true; break;
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA:
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
            auto found = parts.streams.find(frame->hd.stream_id);
            if (found == parts.streams.end()) break;
            found->second.ended = true;
            parts.listener.on_end(frame->hd.stream_id);
        }
        break;
    default: break;
    }
    return 0;
}

int Http2Client::Parts::on_stream_close(nghttp2_session*, int32_t stream, uint32_t, void* user) {
    Parts& parts = of(user);
    auto found = parts.streams.find(stream);
    if (found == parts.streams.end()) return 0;
    bool ended = found->second.ended;
    parts.streams.erase(found);
    if (!ended) parts.listener.on_stream_lost(stream);
    return 0;
}

// A client has no other reason to say it.
int Http2Client::Parts::on_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) of(user).broken = true;
    return 0;
}

bool Http2Client::winding_down() const {
    return parts_->going_away;
}

bool Http2Client::broken() const {
    return parts_->broken;
}

} // namespace load
