// HttpClient — POST requests to one URL, by libcurl: another HTTP and TLS than boshcm's own.
// Errors: HttpExchange::problem, when there was no answer.
// Life:   keeps its connections for the next request.
#pragma once

#include "base/time.h"
#include "probe/deadline.h"
#include "probe/diagnosis.h"
#include "probe/plan.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace probe {

struct HttpExchange {
    Problem problem = Problem::None;
    std::string detail;
    HttpAnswer answer;
    // Of the connection, if this exchange has made one.
    std::string address;
    base::Duration lookup{0};
    base::Duration tcp{0};
    base::Duration tls{0};            // 0: none
    std::optional<int64_t> days_left; // of the certificate
    std::string expires;
};

class HttpClient {
public:
    explicit HttpClient(const Plan& plan);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // While the answer is awaited, `meanwhile` is called again and again.
    [[nodiscard]] HttpExchange post(const std::string& body, const Deadline& deadline,
                                    const std::function<void()>& meanwhile = {});

private:
    struct Handles;
    void perform(HttpExchange& exchange, const Deadline& deadline,
                 const std::function<void()>& meanwhile);
    void read_facts(HttpExchange& exchange);

    std::unique_ptr<Handles> handles_;
};

} // namespace probe
