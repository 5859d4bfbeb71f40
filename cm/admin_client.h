// AdminClient — asks a running daemon's admin API, one request after the other, and waits.
// It is for the command line alone, which has nothing else to do meanwhile; so it is plain sockets
// and no loop.
// Errors: in words for the person who typed the command, with what to do.
// Life:   a connection for each request.
#pragma once

#include "base/json.h"
#include "cm/admin_place.h"

#include <expected>
#include <string>
#include <utility>

namespace cm {

class AdminClient {
public:
    explicit AdminClient(AdminPlace place) : place_(std::move(place)) {}

    struct Answer {
        int status = 0;
        base::Json json;
    };
    // `body` null: none. A signal ends the waiting, as an error without words.
    [[nodiscard]] std::expected<Answer, std::string>
    ask(const char* method, const std::string& path, const base::Json& body = {}) const;

private:
    AdminPlace place_;
};

} // namespace cm
