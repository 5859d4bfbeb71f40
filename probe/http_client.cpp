#include "probe/http_client.h"

#include "base/error.h"
#include "probe/http_fault.h"
#include "tls/certificate.h"

#include <algorithm>
#include <array>
#include <curl/curl.h>

namespace probe {

namespace {

// A <body/> of boshcm's is no longer than max-response; whoever sends more is not boshcm.
constexpr size_t kMostAnswerBytes = 1024UL * 1024;

// How often `meanwhile` has its turn.
constexpr int kTurnMilliseconds = 5;

size_t on_answer(const char* bytes, size_t /*one*/, size_t size, void* body) {
    auto& text = *static_cast<std::string*>(body);
    if (text.size() + size > kMostAnswerBytes) return 0;
    text.append(bytes, size);
    return size;
}

// CURL and CURLM are both void.
struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

} // namespace

struct HttpClient::Handles {
    std::unique_ptr<curl_slist, FreeList> headers;
    std::unique_ptr<curl_slist, FreeList> connect_to;
    std::unique_ptr<curl_slist, FreeList> resolve;
    std::unique_ptr<CURLM, FreeMulti> multi;
    std::unique_ptr<CURL, FreeEasy> easy; // goes first
    std::array<char, CURL_ERROR_SIZE> error_text{};

    template <class Value>
    void set(CURLoption option, Value value) {
        CM_ASSERT(curl_easy_setopt(easy.get(), option, value) == CURLE_OK);
    }
    template <class Value>
    [[nodiscard]] Value get(CURLINFO info) const {
        Value value{};
        curl_easy_getinfo(easy.get(), info, &value);
        return value;
    }
    [[nodiscard]] base::Duration duration(CURLINFO info) const {
        return std::chrono::duration_cast<base::Duration>(
            std::chrono::microseconds(get<curl_off_t>(info)));
    }
};

HttpClient::HttpClient(const Plan& plan) : handles_(std::make_unique<Handles>()) {
    Handles& h = *handles_;
    h.multi.reset(curl_multi_init());
    h.easy.reset(curl_easy_init());
    h.headers.reset(curl_slist_append(nullptr, "Content-Type: text/xml; charset=utf-8"));
    CM_ASSERT(h.multi != nullptr && h.easy != nullptr && h.headers != nullptr);
    h.set(CURLOPT_URL, plan.url.c_str());
    h.set(CURLOPT_PROTOCOLS_STR, "http,https");
    h.set(CURLOPT_HTTPHEADER, h.headers.get());
    h.set(CURLOPT_USERAGENT, "boshcm-probe");
    h.set(CURLOPT_PROXY, ""); // of the environment: it is not what web clients go through
    h.set(CURLOPT_NOSIGNAL, 1L);
    h.set(CURLOPT_CERTINFO, 1L);
    h.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    h.set(CURLOPT_WRITEFUNCTION, &on_answer);
    h.set(CURLOPT_ERRORBUFFER, h.error_text.data());
    if (!plan.url_ca_file.empty()) h.set(CURLOPT_CAINFO, plan.url_ca_file.c_str());
    const UrlDoor& door = plan.url_door;
    if (!door.address.empty()) {
        h.connect_to.reset(curl_slist_append(nullptr, ("::" + door.address).c_str()));
        h.set(CURLOPT_CONNECT_TO, h.connect_to.get());
    }
    for (const std::string& each : plan.url_resolve) {
        curl_slist* longer = curl_slist_append(h.resolve.get(), each.c_str());
        CM_ASSERT(longer != nullptr);
        if (h.resolve == nullptr) h.resolve.reset(longer);
    }
    if (h.resolve != nullptr) h.set(CURLOPT_RESOLVE, h.resolve.get());
    if (!door.socket.empty()) h.set(CURLOPT_UNIX_SOCKET_PATH, door.socket.c_str());
    if (door.proxy_protocol) h.set(CURLOPT_HAPROXYPROTOCOL, 1L);
}

HttpClient::~HttpClient() = default;

HttpExchange HttpClient::post(const std::string& body, const Deadline& deadline,
                              const std::function<void()>& meanwhile) {
    HttpExchange exchange;
    Handles& h = *handles_;
    h.error_text.front() = '\0';
    h.set(CURLOPT_POSTFIELDS, body.data());
    h.set(CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    h.set(CURLOPT_WRITEDATA, &exchange.answer.body);
    // 0 would mean for ever.
    h.set(CURLOPT_TIMEOUT_MS, static_cast<long>(deadline.left().count() + 1));
    perform(exchange, deadline, meanwhile);
    read_facts(exchange);
    return exchange;
}

void HttpClient::perform(HttpExchange& exchange, const Deadline& deadline,
                         const std::function<void()>& meanwhile) {
    Handles& h = *handles_;
    CM_ASSERT(curl_multi_add_handle(h.multi.get(), h.easy.get()) == CURLM_OK);
    int running = 1;
    while (curl_multi_perform(h.multi.get(), &running) == CURLM_OK && running > 0) {
        // libcurl ends it by its own clock, which may be a millisecond behind.
        int patience = meanwhile ? kTurnMilliseconds
                                 : static_cast<int>(deadline.left().count()) + kTurnMilliseconds;
        curl_multi_poll(h.multi.get(), nullptr, 0, patience, nullptr);
        if (meanwhile) meanwhile();
    }
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(h.multi.get(), &left);
    int code = message == nullptr ? CURLE_OPERATION_TIMEDOUT : message->data.result;
    curl_multi_remove_handle(h.multi.get(), h.easy.get());
    if (code == CURLE_OK) return;
    exchange.detail = h.error_text.front() != '\0'
                          ? h.error_text.data()
                          : curl_easy_strerror(static_cast<CURLcode>(code));
    exchange.problem = problem_of({.code = code,
                                   .verify_result = h.get<long>(CURLINFO_SSL_VERIFYRESULT),
                                   .system_error = h.get<long>(CURLINFO_OS_ERRNO),
                                   .text = exchange.detail});
}

void HttpClient::read_facts(HttpExchange& exchange) {
    const Handles& h = *handles_;
    exchange.answer.status = h.get<long>(CURLINFO_RESPONSE_CODE);
    if (const char* type = h.get<char*>(CURLINFO_CONTENT_TYPE)) exchange.answer.content_type = type;
    if (const char* target = h.get<char*>(CURLINFO_REDIRECT_URL)) {
        exchange.answer.location = target;
    }
    if (const char* address = h.get<char*>(CURLINFO_PRIMARY_IP)) exchange.address = address;
    exchange.lookup = h.duration(CURLINFO_NAMELOOKUP_TIME_T);
    base::Duration connected = h.duration(CURLINFO_CONNECT_TIME_T);
    base::Duration secured = h.duration(CURLINFO_APPCONNECT_TIME_T);
    exchange.tcp = std::max(connected - exchange.lookup, base::Duration(0));
    exchange.tls = std::max(secured - connected, base::Duration(0));

    const auto* chain = h.get<curl_certinfo*>(CURLINFO_CERTINFO);
    if (chain == nullptr || chain->num_of_certs == 0) return;
    for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
        std::string_view text = line->data;
        if (!text.starts_with("Cert:")) continue;
        auto facts = tls::facts_of_pem(std::string(text.substr(5)));
        if (!facts) return;
        exchange.expires = tls::to_date(facts->not_after);
        exchange.days_left = std::chrono::floor<std::chrono::days>(facts->not_after -
                                                                   std::chrono::system_clock::now())
                                 .count();
    }
}

} // namespace probe
