#include "http/access_log.h"

namespace http {

namespace {

std::string_view name_of(Method method) {
    constexpr std::string_view kNames[] = {"GET",    "HEAD",    "POST",  "OPTIONS", "PUT",
                                           "DELETE", "CONNECT", "TRACE", "other"};
    return kNames[static_cast<size_t>(method)];
}

} // namespace

AccessLog::Record::Record(const AccessLog& log, const RequestHead& head, const net::Address& client)
    : log_(log), since_(log.clock_.now()), method_(head.method), address_(client.host()),
      path_(head.path) {}

AccessLog::Record::~Record() {
    log_.log_.info("http.request", {{"address", address_},
                                    {"method", name_of(method_)},
                                    {"path", path_},
                                    {"status", status_},
                                    {"bytes", bytes_},
                                    {"ms", (log_.clock_.now() - since_).count()},
                                    {"sid", session_}});
}

} // namespace http
