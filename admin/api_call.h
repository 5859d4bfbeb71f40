// ApiCall — a request of the admin API: what is asked, and the way back for its answer, which may
// be gone some time later. Everything is answered once.
// Errors: refuse(): {"error": "words"}, with the status that fits.
// Life:   a value; the responder and the pool outlive it.
#pragma once

#include "base/json.h"
#include "base/slice.h"
#include "http/handler.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace admin {

using base::Json;

[[nodiscard]] http::Response json_response(base::SlicePool& pool, const Json& json,
                                           uint16_t status = 200);
[[nodiscard]] http::Response error_response(base::SlicePool& pool, uint16_t status,
                                            std::string_view words);

class ApiCall {
public:
    ApiCall(http::RequestRef request, http::Responder& responder, base::SlicePool& pool)
        : request_(request), responder_(&responder), pool_(&pool) {}

    void answer(const Json& json, uint16_t status = 200) const;
    void refuse(uint16_t status, std::string_view words) const;

    std::string name;  // behind the path, such as a sid
    std::string query; // of the URL
    Json body;         // an object, or null: there was none

private:
    http::RequestRef request_;
    http::Responder* responder_;
    base::SlicePool* pool_;
};

} // namespace admin
