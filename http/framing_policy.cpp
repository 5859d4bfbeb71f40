#include "http/framing_policy.h"

#include "base/error.h"
#include "http/ascii.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace http {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

// `host[:port]`, without a user name: a name, an IPv4 address or an IPv6 address in brackets.
bool is_authority(std::string_view text, bool port_required) {
    std::string_view port;
    size_t colon = text.rfind(':');
    if (colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos) {
        port = text.substr(colon + 1);
        text = text.substr(0, colon);
        // An empty port is legal and means the scheme's own.
        uint16_t number = 0;
        auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
        if (!port.empty() && parsed.ec != std::errc()) return false;
        if (!std::ranges::all_of(port, is_digit)) return false;
    }
    if (port_required && port.empty()) return false;
    if (text.empty()) return false;
    if (text.front() == '[') {
        if (text.size() < 4 || text.back() != ']') return false; // "[::]" is the shortest
        return std::ranges::all_of(text.substr(1, text.size() - 2),
                                   [](char c) { return is_plain_uri_char(c) || c == ':'; });
    }
    for (size_t at = 0; at < text.size(); ++at) {
        if (is_plain_uri_char(text[at])) continue;
        if (text[at] != '%' || at + 2 >= text.size() || hex_value(text[at + 1]) < 0 ||
            hex_value(text[at + 2]) < 0) {
            return false;
        }
        at += 2;
    }
    return true;
}

// Appends `path` to `out` with its escapes replaced. A decoded control character has no use but
// to confuse whoever handles the path later.
bool append_decoded(std::string_view path, std::string& out) {
    for (size_t at = 0; at < path.size(); ++at) {
        char c = path[at];
        if (c == '%') {
            if (at + 2 >= path.size()) return false;
            int high = hex_value(path[at + 1]);
            int low = hex_value(path[at + 2]);
            if (high < 0 || low < 0) return false;
            c = static_cast<char>(high * 16 + low);
            if (is_control(c)) return false;
            at += 2;
        }
        out += c;
    }
    return true;
}

// RFC 3986 §5.2.4, in place. `path` begins with '/'; what climbs above the root stays at it.
void remove_dot_segments(std::string& path) {
    size_t write = 0; // path[0, write) is the result; it never is longer than what was read
    size_t read = 0;
    while (read < path.size()) {
        size_t end = path.find('/', read + 1);
        bool last = end == std::string::npos;
        if (last) end = path.size();
        std::string_view segment = std::string_view(path).substr(read + 1, end - read - 1);
        if (segment == "." || segment == "..") {
            if (segment == "..") {
                size_t slash = write == 0 ? std::string::npos : path.rfind('/', write - 1);
                write = slash == std::string::npos ? 0 : slash;
            }
            if (last) path[write++] = '/';
        } else {
            std::memmove(path.data() + write, path.data() + read, end - read);
            write += end - read;
        }
        read = end;
    }
    path.resize(write);
    if (path.empty()) path += '/';
}

bool is_target_char(char c) {
    return kTargetCharacters[c];
}

} // namespace

// ---- the head as lines ----

HttpFault HeadScanner::check_room(size_t count) const {
    // The limits may have become smaller since the head began.
    auto left = [](size_t limit, size_t taken) { return limit - std::min(limit, taken); };
    size_t head_room = left(limits_->max_head_bytes, head_bytes_);
    size_t line_room =
        lines_ == 0 ? left(limits_->max_request_line_bytes, line_bytes_) : head_room + 1;
    if (count <= head_room && count <= line_room) return HttpFault::None;
    // Whichever border comes first in the bytes.
    return line_room <= head_room ? HttpFault::TargetTooLong : HttpFault::HeadTooLarge;
}

HttpFault HeadScanner::on_line_end() {
    if (line_bytes_ > 2) {
        ++lines_;
        if (lines_ > 1 + limits_->max_fields) return HttpFault::HeadTooLarge;
    } else if (lines_ > 0) {
        complete_ = true;
    } else if (blank_seen_) {
        return HttpFault::BadRequestLine;
    } else {
        blank_seen_ = true;
    }
    line_bytes_ = 0;
    return HttpFault::None;
}

HeadScanner::Scanned HeadScanner::scan(ByteView in) {
    size_t at = 0;
    while (at < in.size() && !complete_) {
        // White space here is folding, or hides what follows as part of the request line.
        if (line_bytes_ == 0 && lines_ > 0 && is_blank(in[at])) {
            return {.taken = at, .fault = HttpFault::BadLine};
        }
        size_t line_feed = in.find('\n', at);
        size_t end = line_feed == ByteView::npos ? in.size() : line_feed + 1;
        HttpFault fault = check_room(end - at);
        if (fault != HttpFault::None) return {.taken = at, .fault = fault};
        char before = end - at >= 2 ? in[end - 2] : previous_;
        head_bytes_ += end - at;
        line_bytes_ += end - at;
        previous_ = in[end - 1];
        at = end;
        if (line_feed == ByteView::npos) break;
        fault = before == '\r' ? on_line_end() : HttpFault::BadLine;
        if (fault != HttpFault::None) return {.taken = at, .fault = fault};
    }
    return {.taken = at, .complete = complete_};
}

bool has_folded_line(ByteView lines) {
    for (size_t at = 0; at < lines.size();) {
        if (is_blank(lines[at])) return true;
        size_t line_feed = lines.find('\n', at);
        if (line_feed == ByteView::npos) return false;
        at = line_feed + 1;
    }
    return false;
}

// ---- the request line ----

Method method_of(std::string_view token) {
    struct Known {
        std::string_view token;
        Method method;
    };
    constexpr std::array<Known, 8> kMethods = {{{"POST", Method::Post},
                                                {"GET", Method::Get},
                                                {"HEAD", Method::Head},
                                                {"OPTIONS", Method::Options},
                                                {"PUT", Method::Put},
                                                {"DELETE", Method::Delete},
                                                {"CONNECT", Method::Connect},
                                                {"TRACE", Method::Trace}}};
    for (const Known& known : kMethods) {
        if (known.token == token) return known.method;
    }
    return Method::Other;
}

HttpFault parse_request_line(ByteView line, RequestLine& out) {
    size_t first = line.find(' ');
    if (first == ByteView::npos || first == 0) return HttpFault::BadRequestLine;
    size_t second = line.find(' ', first + 1);
    if (second == ByteView::npos) return HttpFault::BadRequestLine;
    std::string_view method = line.substr(0, first);
    std::string_view target = line.substr(first + 1, second - first - 1);
    std::string_view version = line.substr(second + 1);

    if (!std::ranges::all_of(method, is_token_char)) return HttpFault::BadRequestLine;
    if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
        version[6] != '.' || !is_digit(version[7])) {
        return HttpFault::BadRequestLine;
    }
    if (version[5] != '1') return HttpFault::BadVersion;
    if (target.empty()) return HttpFault::BadRequestLine;
    out = {.method = method_of(method),
           .target = target,
           .minor_version = static_cast<uint8_t>(version[7] - '0')};
    return HttpFault::None;
}

void Target::clear() {
    path.clear();
    query.clear();
    authority.clear();
}

HttpFault parse_target(Method method, std::string_view target, Target& out) {
    out.clear();
    if (!std::ranges::all_of(target, is_target_char)) return HttpFault::BadTarget;
    if (method == Method::Connect) {
        if (!is_authority(target, true)) return HttpFault::BadTarget;
        out.authority = target;
        return HttpFault::None;
    }
    if (target == "*") {
        if (method != Method::Options) return HttpFault::BadTarget;
        out.path = target;
        return HttpFault::None;
    }
    if (!target.starts_with('/')) { // absolute form
        size_t scheme = target.find("://");
        if (scheme == std::string_view::npos ||
            !(equal_without_case(target.substr(0, scheme), "http") ||
              equal_without_case(target.substr(0, scheme), "https"))) {
            return HttpFault::BadTarget;
        }
        target.remove_prefix(scheme + 3);
        size_t end = std::min(target.find_first_of("/?"), target.size());
        if (!is_authority(target.substr(0, end), false)) return HttpFault::BadTarget;
        out.authority = target.substr(0, end);
        target.remove_prefix(end);
    }
    size_t question = target.find('?');
    if (question != std::string_view::npos) out.query = target.substr(question + 1);
    if (!append_decoded(target.substr(0, question), out.path)) return HttpFault::BadTarget;
    if (out.path.empty()) out.path += '/';
    remove_dot_segments(out.path);
    return HttpFault::None;
}

// ---- fields ----

HttpFault check_host(const FieldList& fields, uint8_t minor_version) {
    size_t count = fields.count("Host");
    if (count == 0) return minor_version >= 1 ? HttpFault::BadHost : HttpFault::None;
    if (count > 1 || !is_authority(fields.find("Host"), false)) return HttpFault::BadHost;
    return HttpFault::None;
}

HttpFault judge_framing(const FieldList& fields, uint8_t minor_version, BodyFraming& out) {
    out = {};
    size_t codings = fields.count("Transfer-Encoding");
    size_t lengths = fields.count("Content-Length");
    if (codings > 0) {
        if (minor_version == 0 || codings > 1 || lengths > 0) return HttpFault::BadCoding;
        std::string_view coding = fields.find("Transfer-Encoding");
        if (equal_without_case(coding, "chunked")) {
            out.kind = BodyFraming::Kind::Chunked;
            return HttpFault::None;
        }
        // Another coding below one final `chunked` is legal, we only do not know it.
        size_t chunked = 0;
        std::string_view last;
        for (std::string_view rest = coding; next_list_element(rest, last);) {
            chunked += equal_without_case(last, "chunked") ? 1 : 0;
        }
        bool framed = chunked == 1 && equal_without_case(last, "chunked");
        return framed && !coding.ends_with(',') && !coding.starts_with(',')
                   ? HttpFault::UnknownCoding
                   : HttpFault::BadCoding;
    }
    if (lengths == 0) return HttpFault::None;
    if (lengths > 1) return HttpFault::BadLength;
    std::string_view text = fields.find("Content-Length");
    // from_chars() takes a sign for signed types only and reports overflow.
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.length_bytes);
    if (error != std::errc() || end != text.data() + text.size()) return HttpFault::BadLength;
    out.kind = BodyFraming::Kind::Length;
    return HttpFault::None;
}

bool is_field_value(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return is_control(c) && c != '\t'; });
}

} // namespace http
