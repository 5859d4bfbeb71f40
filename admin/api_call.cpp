#include "admin/api_call.h"

#include <utility>

namespace admin {

http::Response json_response(base::SlicePool& pool, const Json& json, uint16_t status) {
    http::Response response{.status = status,
                            .content_type = "application/json",
                            .constant_fields = "Cache-Control: no-store\r\n"
                                               "X-Content-Type-Options: nosniff\r\n"};
    response.body.push(base::Slice::copy(pool, json.text() + "\n"));
    return response;
}

http::Response error_response(base::SlicePool& pool, uint16_t status, std::string_view words) {
    return json_response(pool, Json::Object{{"error", words}}, status);
}

void ApiCall::answer(const Json& json, uint16_t status) const {
    responder_->respond(request_, json_response(*pool_, json, status));
}

void ApiCall::refuse(uint16_t status, std::string_view words) const {
    responder_->respond(request_, error_response(*pool_, status, words));
}

} // namespace admin
