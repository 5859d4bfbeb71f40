// H2Head — the head of an HTTP/2 request in the making: fields in, judged by the same rules as a
// head of HTTP/1 once they are whole.
// Spec:   RFC 9113 §8.2, §8.3; RFC 8441 §4; rows H-001, H-006, H-024, H-029, H-043, H-096, H-097.
// Errors: the first HttpFault; what comes after it is not kept.
// Life:   of one request; the views of head() are its own.
#pragma once

#include "http/framing_policy.h"

#include <string>
#include <string_view>

namespace http {

class H2Head {
public:
    explicit H2Head(const Limits& limits) : limits_(&limits) {}

    void add(std::string_view name, std::string_view value);
    // After the last field, once.
    [[nodiscard]] HttpFault judge();

    [[nodiscard]] RequestHead head() const;
    [[nodiscard]] const BodyFraming& framing() const { return framing_; }

private:
    [[nodiscard]] HttpFault add_pseudo(std::string_view name, std::string_view value);
    [[nodiscard]] HttpFault add_field(std::string_view name, std::string_view value);
    [[nodiscard]] HttpFault judge_target();

    const Limits* limits_;
    HttpFault fault_ = HttpFault::None;
    size_t bytes_ = 0;
    std::string method_token_;
    std::string scheme_;
    std::string authority_;
    std::string raw_path_;
    std::string protocol_; // of an extended CONNECT (RFC 8441 §4)
    FieldList fields_;
    Method method_ = Method::Other;
    Target target_;
    BodyFraming framing_;
};

} // namespace http
