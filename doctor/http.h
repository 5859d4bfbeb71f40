// Http — requests of every kind, several at a time, by libcurl: another HTTP and TLS than boshcm's.
// Errors: Answer::failed(), with the problem and libcurl's words.
// Life:   an Exchange lives until its answer is taken; connections are kept for the next.
#pragma once

#include "base/time.h"
#include "doctor/curl_options.h"
#include "probe/diagnosis.h"
#include "probe/problem.h"
#include "tls/certificate.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doctor {

struct Ask {
    std::string url;
    std::string method = "GET";
    std::vector<std::string> fields; // "Origin: https://chat.example"
    std::string body;                // of a POST
    base::Duration patience{10'000};
    bool own_connection = false; // that no other request has used or will
    bool old_tls = false;        // offers nothing newer than TLS 1.1
    std::string only_address;    // "127.0.0.1"; empty: as names are resolved
};

struct Answer {
    probe::Problem problem = probe::Problem::None; // there was no answer
    std::string error;
    long status = 0;
    std::vector<std::pair<std::string, std::string>> fields; // names in lower case
    std::string body;
    base::Duration took{0};
    std::string address;
    bool http2 = false;
    std::vector<tls::CertificateFacts> chain;
    std::chrono::system_clock::time_point ended; // by the clock of this host

    [[nodiscard]] bool failed() const { return problem != probe::Problem::None; }
    // The first of that name; empty: there is none.
    [[nodiscard]] std::string field(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> all_of(std::string_view name) const;
    [[nodiscard]] probe::HttpAnswer plain() const;
    // "HTTP 502, text/html, "502 Bad Gateway"", or libcurl's words.
    [[nodiscard]] std::string description() const;
};

class Http {
public:
    using Exchange = uint64_t;

    explicit Http(const Reach& reach);
    ~Http();
    Http(const Http&) = delete;
    Http& operator=(const Http&) = delete;

    [[nodiscard]] Exchange begin(const Ask& ask);
    // Waits for it, not longer than that; the answer is there then. Others go on meanwhile.
    bool wait(Exchange exchange, base::Duration time);
    [[nodiscard]] Answer take(Exchange exchange);
    // Whichever of two ends first; 0: neither in time.
    Exchange wait_any(Exchange one, Exchange other, base::Duration time);
    [[nodiscard]] Answer ask(const Ask& ask);

private:
    struct Flight;
    struct Multi;
    void turn(base::Duration time);
    [[nodiscard]] bool done(Exchange exchange) const;

    const Reach& reach_;
    std::unique_ptr<Multi> multi_;
    std::map<Exchange, std::unique_ptr<Flight>> flights_;
    Exchange last_ = 0;
};

} // namespace doctor
