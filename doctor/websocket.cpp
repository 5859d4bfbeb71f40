#include "doctor/websocket.h"

#include "probe/deadline.h"
#include "tls/base64.h"
#include "tls/digest.h"
#include "tls/random.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>

namespace doctor {

namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr size_t kMostHeadBytes = 16UL * 1024;

constexpr uint8_t kContinuation = 0;
constexpr uint8_t kText = 1;
constexpr uint8_t kClose = 8;
constexpr uint8_t kPing = 9;
constexpr uint8_t kPong = 10;
constexpr uint8_t kFinal = 0x80;
constexpr uint8_t kMasked = 0x80;

std::string new_key() {
    std::array<uint8_t, 16> bytes{};
    tls::fill_random(bytes);
    return tls::base64(bytes);
}

// "https://chat.example:8443/path" as its authority and path.
std::pair<std::string, std::string> parts_of(const std::string& url) {
    size_t begin = url.find("://") + 3;
    size_t slash = url.find('/', begin);
    if (slash == url.npos) return {url.substr(begin), "/"};
    return {url.substr(begin, slash - begin), url.substr(slash)};
}

} // namespace

std::string as_http(const std::string& url) {
    return url.starts_with("ws") ? "http" + url.substr(2) : url;
}

std::string Handshake::field(std::string_view lower_case_name) const {
    std::string lower = answer;
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    size_t found = lower.find("\r\n" + std::string(lower_case_name) + ':');
    if (found == lower.npos) return {};
    size_t begin = found + lower_case_name.size() + 3;
    while (begin < answer.size() && answer[begin] == ' ') ++begin;
    return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

Handshake WebSocket::open(const std::string& url, const std::string& origin,
                          base::Duration patience) {
    Handshake handshake;
    probe::Deadline deadline(patience);
    std::string http_url = as_http(url);
    if (!connection_.open(http_url, patience)) {
        handshake.error = connection_.error();
        return handshake;
    }
    auto [authority, path] = parts_of(http_url);
    std::string key = new_key();
    connection_.send("GET " + path + " HTTP/1.1\r\nHost: " + authority +
                     "\r\nUser-Agent: boshcm-doctor\r\nUpgrade: websocket\r\nConnection: Upgrade"
                     "\r\nOrigin: " +
                     origin + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key +
                     "\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n");
    std::string& answer = handshake.answer;
    size_t end = answer.npos;
    while ((end = answer.find("\r\n\r\n")) == answer.npos && answer.size() < kMostHeadBytes) {
        std::string more = connection_.receive(deadline.left());
        if (more.empty()) break;
        answer += more;
    }
    if (answer.starts_with("HTTP/1.") && answer.size() > 9) {
        handshake.status = std::strtol(answer.c_str() + 9, nullptr, 10);
    }
    if (end == answer.npos) {
        handshake.error = connection_.closed() ? connection_.error() : "no answer in time";
        return handshake;
    }
    if (handshake.status != 101) return handshake;
    unread_ = answer.substr(end + 4);
    answer.resize(end + 2);
    handshake.opened =
        handshake.field("sec-websocket-accept") == tls::base64(tls::sha1(key + std::string(kGuid)));
    if (!handshake.opened) handshake.error = "the answer does not fit the question";
    return handshake;
}

bool WebSocket::send(std::string_view text) {
    return send_frame(kText, text);
}

bool WebSocket::send_frame(uint8_t opcode, std::string_view payload) {
    std::array<uint8_t, 4> mask{};
    tls::fill_random(mask);
    std::string frame;
    auto put = [&frame](size_t byte) { frame += static_cast<char>(byte & 0xff); };
    put(kFinal | opcode);
    if (payload.size() < 126) {
        put(kMasked | payload.size());
    } else if (payload.size() <= UINT16_MAX) {
        put(kMasked | 126);
        put(payload.size() >> 8);
        put(payload.size());
    } else {
        put(kMasked | 127);
        for (int shift = 56; shift >= 0; shift -= 8) put(payload.size() >> shift);
    }
    for (uint8_t byte : mask) put(byte);
    for (size_t i = 0; i < payload.size(); ++i) {
        put(static_cast<unsigned char>(payload[i]) ^ mask.at(i % 4));
    }
    return connection_.send(frame);
}

bool WebSocket::next_frame(uint8_t& opcode, std::string& payload) {
    auto byte = [this](size_t i) { return static_cast<uint8_t>(unread_[i]); };
    if (unread_.size() < 2) return false;
    size_t length = byte(1) & 0x7f;
    size_t head = 2;
    if (length >= 126) {
        size_t bytes = length == 126 ? 2 : 8;
        if (unread_.size() < head + bytes) return false;
        length = 0;
        for (size_t i = 0; i < bytes; ++i) length = length << 8 | byte(head + i);
        head += bytes;
    }
    if (unread_.size() - head < length) return false;
    opcode = byte(0);
    payload = unread_.substr(head, length);
    unread_.erase(0, head + length);
    return true;
}

std::string WebSocket::receive(base::Duration time) {
    probe::Deadline deadline(time);
    uint8_t first = 0;
    std::string payload;
    while (!over_) {
        while (!over_ && next_frame(first, payload)) {
            switch (first & 0x0f) {
            case kText:
            case kContinuation:
                text_ += payload;
                if ((first & kFinal) != 0) return std::exchange(text_, {});
                break;
            case kPing:
                ++pings_;
                send_frame(kPong, payload);
                break;
            case kClose:
                over_ = true;
                why_ = "closed";
                if (payload.size() >= 2) {
                    why_ += " with " + std::to_string(static_cast<uint8_t>(payload[0]) << 8 |
                                                      static_cast<uint8_t>(payload[1]));
                }
                break;
            default: break;
            }
        }
        if (over_ || (deadline.over() && time > base::Duration(0))) break;
        std::string more = connection_.receive(deadline.left());
        if (more.empty() && !connection_.closed()) break; // time is over
        if (connection_.closed()) {
            over_ = true;
            why_ = connection_.error();
        }
        unread_ += more;
    }
    return {};
}

} // namespace doctor
