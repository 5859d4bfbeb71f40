#include "http/h2_head.h"

#include "http/ascii.h"

#include <algorithm>

namespace http {

namespace {

// RFC 9113 §6.5.2: what the peer is told to count for each field.
constexpr size_t kFieldOverhead = 32;

// RFC 9113 §8.2.2: of one connection of HTTP/1, so that they mean nothing here.
constexpr std::string_view kConnectionFields[] = {"connection", "keep-alive", "proxy-connection",
                                                  "transfer-encoding", "upgrade"};

bool is_lower_token_char(char c) {
    return is_token_char(c) && c == lower(c);
}

} // namespace

void H2Head::add(std::string_view name, std::string_view value) {
    if (fault_ != HttpFault::None) return;
    bytes_ += name.size() + value.size() + kFieldOverhead;
    if (bytes_ > limits_->max_head_bytes) {
        fault_ = HttpFault::HeadTooLarge;
    } else if (!is_field_value(value) || value != trim(value)) {
        fault_ = HttpFault::BadLine;
    } else {
        fault_ = name.starts_with(':') ? add_pseudo(name, value) : add_field(name, value);
    }
}

// Each once, none empty, all before the fields.
HttpFault H2Head::add_pseudo(std::string_view name, std::string_view value) {
    std::string* place = name == ":method"      ? &method_token_
                         : name == ":scheme"    ? &scheme_
                         : name == ":authority" ? &authority_
                         : name == ":path"      ? &raw_path_
                         : name == ":protocol"  ? &protocol_
                                                : nullptr;
    if (place == nullptr || !place->empty() || value.empty() || fields_.size() > 0) {
        return HttpFault::BadLine;
    }
    if (place == &raw_path_ && value.size() > limits_->max_request_line_bytes) {
        return HttpFault::TargetTooLong;
    }
    *place = value;
    return HttpFault::None;
}

HttpFault H2Head::add_field(std::string_view name, std::string_view value) {
    if (fields_.size() >= limits_->max_fields) return HttpFault::HeadTooLarge;
    if (name.empty() || !std::ranges::all_of(name, is_lower_token_char)) return HttpFault::BadLine;
    if (std::ranges::find(kConnectionFields, name) != std::ranges::end(kConnectionFields)) {
        return HttpFault::BadLine;
    }
    if (name == "te" && value != "trailers") return HttpFault::BadLine;
    fields_.add(name, value);
    return HttpFault::None;
}

HttpFault H2Head::judge() {
    if (fault_ == HttpFault::None) fault_ = judge_target();
    if (fault_ == HttpFault::None) fault_ = check_host(fields_, 1);
    if (fault_ == HttpFault::None) fault_ = judge_framing(fields_, 1, framing_);
    return fault_;
}

HttpFault H2Head::judge_target() {
    if (method_token_.empty() || !std::ranges::all_of(method_token_, is_token_char)) {
        return HttpFault::BadRequestLine;
    }
    method_ = method_of(method_token_);
    // From here on it is a Host like any other; one of its own must say the same.
    if (!authority_.empty()) {
        if (!fields_.has("host")) fields_.add("host", authority_);
        if (fields_.find("host") != authority_) return HttpFault::BadHost;
    }
    bool extended = method_ == Method::Connect && !protocol_.empty();
    if (!protocol_.empty() && (!extended || authority_.empty())) return HttpFault::BadTarget;
    if (method_ == Method::Connect && !extended) {
        bool bare = scheme_.empty() && raw_path_.empty();
        return bare ? parse_target(method_, authority_, target_) : HttpFault::BadTarget;
    }
    if (!equal_without_case(scheme_, "http") && !equal_without_case(scheme_, "https")) {
        return HttpFault::BadTarget;
    }
    bool asterisk = raw_path_ == "*" && !extended;
    if (!asterisk && !raw_path_.starts_with('/')) return HttpFault::BadTarget;
    return parse_target(extended ? Method::Get : method_, raw_path_, target_);
}

RequestHead H2Head::head() const {
    return {.method = method_,
            .path = target_.path,
            .query = target_.query,
            .authority = fields_.find("host"),
            .protocol = protocol_,
            .fields = fields_};
}

} // namespace http
