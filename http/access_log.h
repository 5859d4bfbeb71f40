// AccessLog — a line for each request: who asked for what, what came of it, and how long it took.
//
//     http.request address=192.0.2.7 method=POST path=/http-bind status=200 bytes=142 ms=60012
//         sid=Ab3dE6gH
//
// Without what is secret: of the URL only the path, and no more of a sid than sid_prefix(). A line
// is written when the answer has been handed to the connection, or the client has gone before it:
// status=0. Requests whose head is no HTTP have none.
// Spec:   row S-002.
// Life:   one for each worker; the log outlives it, and it the connections.
#pragma once

#include "base/log.h"
#include "base/time.h"
#include "http/message.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace http {

class AccessLog {
public:
    // A request on its way; its line is written when it goes.
    class Record {
    public:
        Record(const AccessLog& log, const RequestHead& head, const net::Address& client);
        Record(const Record&) = delete;
        Record& operator=(const Record&) = delete;
        ~Record();

        // As the request says; no session need be there.
        void set_session(std::string_view sid) { session_ = base::sid_prefix(sid); }
        void set_answer(uint16_t status, size_t body_bytes) {
            status_ = status;
            bytes_ = body_bytes;
        }

    private:
        const AccessLog& log_;
        base::TimePoint since_;
        Method method_;
        uint16_t status_ = 0;
        size_t bytes_ = 0;
        std::string address_;
        std::string path_;
        std::string session_;
    };

    AccessLog(base::Log& log, const base::Clock& clock) : log_(log), clock_(clock) {}

    [[nodiscard]] std::unique_ptr<Record> begin(const RequestHead& head,
                                                const ClientFacts& client) const {
        return std::make_unique<Record>(*this, head, client.peer);
    }

private:
    base::Log& log_;
    const base::Clock& clock_;
};

} // namespace http
