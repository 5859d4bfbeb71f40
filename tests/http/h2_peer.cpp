#include "tests/http/h2_peer.h"

#include "base/error.h"

#include <algorithm>

namespace tests {

struct H2Peer::Callbacks {
    static H2Peer& of(void* user) { return *static_cast<H2Peer*>(user); }
    static std::string_view text(const uint8_t* bytes, size_t size) {
        return {reinterpret_cast<const char*>(bytes), size};
    }
    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                         size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                         void* user) {
        Answer& answer = of(user).answers_[frame->hd.stream_id];
        std::string key(text(name, name_size));
        std::string content(text(value, value_size));
        if (key == ":status" && content == "100") {
            answer.encouraged = true;
        } else if (key == ":status") {
            answer.status = std::stoi(content);
        } else {
            std::string& all = answer.fields[key];
            all += (all.empty() ? "" : ", ") + content;
        }
        return 0;
    }
    static int on_data(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* bytes, size_t size,
                       void* user) {
        of(user).answers_[stream].body += text(bytes, size);
        return 0;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        H2Peer& peer = of(user);
        bool data = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
        if (data && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
            peer.answers_[frame->hd.stream_id].complete = true;
        }
        if (frame->hd.type == NGHTTP2_GOAWAY) peer.goaway_ = frame->goaway.error_code;
        if (frame->hd.type == NGHTTP2_SETTINGS) {
            for (size_t i = 0; i < frame->settings.niv; ++i) {
                const nghttp2_settings_entry& entry = frame->settings.iv[i];
                peer.settings_[entry.settings_id] = entry.value;
            }
        }
        return 0;
    }
    static int on_close(nghttp2_session*, int32_t stream, uint32_t code, void* user) {
        of(user).answers_[stream].closed = code;
        return 0;
    }
    static ssize_t read_body(nghttp2_session*, int32_t, uint8_t* into, size_t most, uint32_t* flags,
                             nghttp2_data_source* source, void*) {
        auto& outgoing = *static_cast<Outgoing*>(source->ptr);
        size_t count = std::min(most, outgoing.body.size());
        std::copy_n(outgoing.body.begin(), count, into);
        outgoing.body.erase(0, count);
        if (outgoing.body.empty() && outgoing.stays_open && count == 0) {
            return NGHTTP2_ERR_DEFERRED;
        }
        if (outgoing.body.empty() && !outgoing.stays_open) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(count);
    }
};

H2Peer::H2Peer(MemoryPeer& peer, std::function<void()> settle, uint32_t window)
    : peer_(peer), settle_(std::move(settle)) {
    nghttp2_session_callbacks* calls = nullptr;
    nghttp2_session_callbacks_new(&calls);
    nghttp2_session_callbacks_set_on_header_callback(calls, Callbacks::on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, Callbacks::on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(calls, Callbacks::on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(calls, Callbacks::on_close);
    // Windows are not opened again: what a test's client lets through is what it said at first.
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_session_client_new2(&native_, calls, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(calls);
    nghttp2_settings_entry entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
    nghttp2_submit_settings(native_, NGHTTP2_FLAG_NONE, &entry, 1);
}

H2Peer::~H2Peer() {
    nghttp2_session_del(native_);
}

int32_t H2Peer::submit(const Fields& fields, std::unique_ptr<Outgoing> body) {
    std::vector<nghttp2_nv> list;
    for (const auto& [name, value] : fields) {
        list.push_back({.name = reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                        .value = reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())),
                        .namelen = name.size(),
                        .valuelen = value.size(),
                        .flags = NGHTTP2_NV_FLAG_NONE});
    }
    nghttp2_data_provider provider{.source = {.ptr = body.get()},
                                   .read_callback = Callbacks::read_body};
    int32_t stream = nghttp2_submit_request(native_, nullptr, list.data(), list.size(),
                                            body ? &provider : nullptr, nullptr);
    CM_ASSERT(stream > 0);
    if (body) bodies_[stream] = std::move(body);
    return stream;
}

int32_t H2Peer::request(Fields fields, std::optional<std::string> body) {
    std::unique_ptr<Outgoing> outgoing;
    if (body) outgoing = std::make_unique<Outgoing>(Outgoing{.body = std::move(*body)});
    return submit(fields, std::move(outgoing));
}

static H2Peer::Fields post_fields(std::string_view path, H2Peer::Fields further) {
    H2Peer::Fields fields{{":method", "POST"},
                          {":scheme", "https"},
                          {":authority", "h"},
                          {":path", std::string(path)}};
    std::ranges::move(further, std::back_inserter(fields));
    return fields;
}

int32_t H2Peer::post(std::string_view path, std::string_view body, Fields further) {
    return request(post_fields(path, std::move(further)), std::string(body));
}

int32_t H2Peer::begin_post(std::string_view path, std::string_view begun, Fields further) {
    return submit(
        post_fields(path, std::move(further)),
        std::make_unique<Outgoing>(Outgoing{.body = std::string(begun), .stays_open = true}));
}

int32_t H2Peer::connect(std::string_view path, Fields further) {
    Fields fields{{":method", "CONNECT"},
                  {":protocol", "websocket"},
                  {":scheme", "https"},
                  {":authority", "h"},
                  {":path", std::string(path)}};
    std::ranges::move(further, std::back_inserter(fields));
    return submit(fields, std::make_unique<Outgoing>(Outgoing{.body = "", .stays_open = true}));
}

void H2Peer::send(int32_t stream, std::string_view bytes) {
    bodies_.at(stream)->body += bytes;
    nghttp2_session_resume_data(native_, stream);
}

void H2Peer::finish(int32_t stream) {
    bodies_.at(stream)->stays_open = false;
    nghttp2_session_resume_data(native_, stream);
}

void H2Peer::open_window(int32_t stream, int32_t bytes) {
    nghttp2_submit_window_update(native_, NGHTTP2_FLAG_NONE, stream, bytes);
}

int32_t H2Peer::window(int32_t stream) const {
    return stream == 0 ? nghttp2_session_get_remote_window_size(native_)
                       : nghttp2_session_get_stream_remote_window_size(native_, stream);
}

void H2Peer::reset(int32_t stream) {
    nghttp2_submit_rst_stream(native_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
}

void H2Peer::ping() {
    nghttp2_submit_ping(native_, NGHTTP2_FLAG_NONE, nullptr);
}

std::string H2Peer::take_output() {
    std::string out;
    const uint8_t* bytes = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(native_, &bytes)) > 0;) {
        out += Callbacks::text(bytes, static_cast<size_t>(size));
    }
    return out;
}

void H2Peer::exchange() {
    std::string out = take_output();
    do {
        if (!out.empty()) peer_.send(out);
        settle_();
        read();
        out = take_output(); // what it has read may have opened windows
    } while (!out.empty());
}

void H2Peer::read() {
    std::string in = peer_.take_received();
    CM_ASSERT(nghttp2_session_mem_recv(native_, reinterpret_cast<const uint8_t*>(in.data()),
                                       in.size()) == static_cast<ssize_t>(in.size()));
}

size_t H2Peer::field_table_bytes() const {
    return nghttp2_session_get_hd_inflate_dynamic_table_size(native_);
}

std::string frame(uint8_t type, uint8_t flags, int32_t stream, std::string_view payload) {
    std::string bytes;
    for (size_t shift : {16U, 8U, 0U}) bytes += static_cast<char>(payload.size() >> shift & 0xFFU);
    bytes += static_cast<char>(type);
    bytes += static_cast<char>(flags);
    for (uint32_t shift : {24U, 16U, 8U, 0U}) {
        bytes += static_cast<char>(static_cast<uint32_t>(stream) >> shift & 0xFFU);
    }
    return bytes.append(payload);
}

std::string header_block(const H2Peer::Fields& fields) {
    std::string block;
    for (const auto& [name, value] : fields) {
        block += '\0'; // literal, not indexed, with a new name (RFC 7541 §6.2.2)
        for (const std::string& text : {name, value}) {
            CM_ASSERT(text.size() < 127);
            block += static_cast<char>(text.size());
            block += text;
        }
    }
    return block;
}

} // namespace tests
