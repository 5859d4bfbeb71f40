#include "bench/load/http_answer.h"

#include "bench/load/browser_head.h"
#include "http/ascii.h"

#include <algorithm>
#include <charconv>

namespace load {

namespace {

constexpr std::string_view kEndOfLine = "\r\n";
constexpr size_t kMostHeadBytes = 16UL * 1024;

} // namespace

HttpAnswer::State HttpAnswer::feed(base::ByteView& in) {
    if (state_ == State::Head) {
        // The end may be cut anywhere.
        size_t from = bytes_.size() - std::min(bytes_.size(), kEndOfHead.size() - 1);
        size_t before = bytes_.size();
        bytes_ += in;
        size_t end = bytes_.find(kEndOfHead, from);
        if (end == std::string::npos) {
            in = {};
            if (bytes_.size() > kMostHeadBytes) state_ = State::Fault;
            return state_;
        }
        head_end_ = end + kEndOfHead.size();
        in.remove_prefix(head_end_ - before);
        bytes_.resize(head_end_);
        state_ = read_head() ? State::Body : State::Fault;
    }
    if (state_ == State::Body) {
        base::ByteView part = in.substr(0, head_end_ + body_bytes_ - bytes_.size());
        bytes_ += part;
        in.remove_prefix(part.size());
        if (bytes_.size() == head_end_ + body_bytes_) state_ = State::Whole;
    }
    return state_;
}

bool HttpAnswer::read_head() {
    std::string_view head(bytes_.data(), head_end_ - kEndOfLine.size());
    size_t end = head.find(kEndOfLine);
    std::string_view first = head.substr(0, end);
    if (!first.starts_with("HTTP/1.") || first.size() < 12) return false;
    status_ = first.substr(9, 3);
    bool has_length = status_ == "204" || status_ == "304";
    while (head.size() > end + kEndOfLine.size()) {
        head.remove_prefix(end + kEndOfLine.size());
        end = head.find(kEndOfLine);
        std::string_view line = head.substr(0, end);
        size_t colon = line.find(':');
        if (colon == std::string_view::npos) return false;
        std::string_view name = line.substr(0, colon);
        std::string_view value = http::trim(line.substr(colon + 1));
        if (http::equal_without_case(name, "content-length")) {
            auto [rest, error] =
                std::from_chars(value.data(), value.data() + value.size(), body_bytes_);
            if (error != std::errc() || rest != value.data() + value.size()) return false;
            has_length = true;
        } else if (http::equal_without_case(name, "connection")) {
            ends_connection_ = http::equal_without_case(value, "close");
        } else if (http::equal_without_case(name, "transfer-encoding")) {
            return false;
        }
    }
    return has_length;
}

void HttpAnswer::clear() {
    bytes_.clear();
    status_.clear();
    head_end_ = body_bytes_ = 0;
    ends_connection_ = false;
    state_ = State::Head;
}

} // namespace load
