#include "http/fault.h"

namespace http {

uint16_t status_of(HttpFault fault) {
    switch (fault) {
    case HttpFault::None: return 200;
    case HttpFault::BadRequestLine:
    case HttpFault::BadTarget:
    case HttpFault::BadLine:
    case HttpFault::BadHost:
    case HttpFault::BadLength:
    case HttpFault::BadCoding:
    case HttpFault::BadChunk: return 400;
    case HttpFault::Timeout: return 408;
    case HttpFault::BodyTooLarge: return 413;
    case HttpFault::TargetTooLong: return 414;
    case HttpFault::BadExpectation: return 417;
    case HttpFault::HeadTooLarge: return 431;
    case HttpFault::UnknownCoding: return 501;
    case HttpFault::BadVersion: return 505;
    }
    return 400;
}

std::string_view to_string(HttpFault fault) {
    switch (fault) {
    case HttpFault::None: return "none";
    case HttpFault::BadRequestLine: return "bad-request-line";
    case HttpFault::BadTarget: return "bad-target";
    case HttpFault::BadVersion: return "bad-version";
    case HttpFault::BadLine: return "bad-line";
    case HttpFault::BadHost: return "bad-host";
    case HttpFault::BadLength: return "bad-length";
    case HttpFault::BadCoding: return "bad-coding";
    case HttpFault::UnknownCoding: return "unknown-coding";
    case HttpFault::BadChunk: return "bad-chunk";
    case HttpFault::BadExpectation: return "bad-expectation";
    case HttpFault::TargetTooLong: return "target-too-long";
    case HttpFault::HeadTooLarge: return "head-too-large";
    case HttpFault::BodyTooLarge: return "body-too-large";
    case HttpFault::Timeout: return "timeout";
    }
    return "unknown";
}

} // namespace http
