#include "doctor/http.h"

#include "base/error.h"
#include "probe/deadline.h"
#include "probe/http_fault.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <curl/curl.h>

namespace doctor {

namespace {

constexpr size_t kMostAnswerBytes = 1024UL * 1024;

struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
        text.remove_prefix(1);
    }
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
        text.remove_suffix(1);
    }
    return text;
}

size_t on_body(const char* bytes, size_t /*one*/, size_t size, void* text) {
    auto& body = *static_cast<std::string*>(text);
    if (body.size() + size > kMostAnswerBytes) return 0;
    body.append(bytes, size);
    return size;
}

size_t on_field(const char* bytes, size_t /*one*/, size_t size, void* given) {
    auto& answer = *static_cast<Answer*>(given);
    std::string_view line(bytes, size);
    if (line.starts_with("HTTP/")) answer.fields.clear(); // after a 100 or 103, the next one counts
    size_t colon = line.find(':');
    if (colon != line.npos && !line.starts_with("HTTP/")) {
        answer.fields.emplace_back(lower(line.substr(0, colon)),
                                   std::string(trimmed(line.substr(colon + 1))));
    }
    return size;
}

std::string host_and_port(const std::string& url) {
    CURLU* parsed = curl_url();
    std::string place;
    char* host = nullptr;
    char* port = nullptr;
    if (curl_url_set(parsed, CURLUPART_URL, url.c_str(), 0) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK) {
        place = std::string(host) + ':' + port;
    }
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parsed);
    return place;
}

} // namespace

std::string Answer::field(std::string_view name) const {
    auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
    return found == fields.end() ? std::string() : found->second;
}

std::vector<std::string> Answer::all_of(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : fields)
        if (key == name) values.push_back(value);
    return values;
}

probe::HttpAnswer Answer::plain() const {
    return {.status = status,
            .content_type = field("content-type"),
            .location = field("location"),
            .body = body};
}

std::string Answer::description() const {
    return failed() ? error : probe::description_of(plain());
}

struct Http::Flight {
    Answer answer;
    std::string url;
    std::string body;
    CurlList fields;
    std::array<char, CURL_ERROR_SIZE> error{};
    Reach reach;
    ReachLists lists;
    std::unique_ptr<CURL, FreeEasy> easy; // goes first
    bool done = false;

    void end(CURLcode code);
    void read_chain();
    template <class Value>
    [[nodiscard]] Value get(CURLINFO info) const {
        Value value{};
        curl_easy_getinfo(easy.get(), info, &value);
        return value;
    }
};

void Http::Flight::end(CURLcode code) {
    done = true;
    answer.ended = std::chrono::system_clock::now();
    answer.took = std::chrono::duration_cast<base::Duration>(
        std::chrono::microseconds(get<curl_off_t>(CURLINFO_TOTAL_TIME_T)));
    answer.status = get<long>(CURLINFO_RESPONSE_CODE);
    answer.http2 = get<long>(CURLINFO_HTTP_VERSION) == CURL_HTTP_VERSION_2_0;
    if (const char* address = get<char*>(CURLINFO_PRIMARY_IP)) answer.address = address;
    read_chain();
    if (code == CURLE_OK) return;
    answer.error = error.front() != '\0' ? error.data() : curl_easy_strerror(code);
    answer.problem = probe::problem_of({.code = code,
                                        .verify_result = get<long>(CURLINFO_SSL_VERIFYRESULT),
                                        .system_error = get<long>(CURLINFO_OS_ERRNO),
                                        .text = answer.error});
}

void Http::Flight::read_chain() {
    const auto* chain = get<curl_certinfo*>(CURLINFO_CERTINFO);
    for (int i = 0; chain != nullptr && i < chain->num_of_certs; ++i) {
        for (const curl_slist* line = chain->certinfo[i]; line != nullptr; line = line->next) {
            std::string_view text = line->data;
            if (!text.starts_with("Cert:")) continue;
            if (auto facts = tls::facts_of_pem(std::string(text.substr(5)))) {
                answer.chain.push_back(std::move(*facts));
            }
        }
    }
}

struct Http::Multi {
    CURLM* handle = curl_multi_init();
    Multi() = default;
    Multi(const Multi&) = delete;
    Multi& operator=(const Multi&) = delete;
    ~Multi() { curl_multi_cleanup(handle); }
};

Http::Http(const Reach& reach) : reach_(reach), multi_(std::make_unique<Multi>()) {}

Http::~Http() {
    for (auto& [exchange, flight] : flights_) {
        curl_multi_remove_handle(multi_->handle, flight->easy.get());
    }
}

Http::Exchange Http::begin(const Ask& ask) {
    auto owner = std::make_unique<Flight>();
    Flight& flight = *owner;
    flight.easy.reset(curl_easy_init());
    CURL* easy = flight.easy.get();
    flight.url = ask.url;
    flight.body = ask.body;
    flight.reach = reach_;
    if (!ask.only_address.empty()) {
        flight.reach.resolve.push_back(host_and_port(ask.url) + ':' + ask.only_address);
    }
    flight.lists = prepare(easy, flight.reach);
    std::vector<std::string> fields = ask.fields;
    fields.emplace_back("Expect:"); // browsers never wait for a 100
    flight.fields = to_list(fields);
    curl_easy_setopt(easy, CURLOPT_URL, flight.url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, flight.fields.get());
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip"); // as browsers do
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, flight.error.data());
    curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &flight.answer.body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_field);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &flight.answer);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(ask.patience.count()));
    constexpr auto kOldest = static_cast<long>(CURL_SSLVERSION_TLSv1_0);
    constexpr auto kLastOld = static_cast<long>(CURL_SSLVERSION_TLSv1_1);
    constexpr int kAsMost = 16; // where libcurl has the newest version that is offered
    long versions =
        ask.old_tls ? kOldest | kLastOld << kAsMost : static_cast<long>(CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, versions);
    if (ask.old_tls) curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, "ALL:@SECLEVEL=0");
    if (ask.own_connection) {
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
        // Of HTTP/2 all requests of a page go by one connection.
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    }
    if (ask.method == "POST") {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, flight.body.data());
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(flight.body.size()));
    } else if (ask.method != "GET") {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, ask.method.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &flight);
    CM_ASSERT(curl_multi_add_handle(multi_->handle, easy) == CURLM_OK);
    flights_.emplace(++last_, std::move(owner));
    turn(base::Duration(0)); // on its way before anything else happens
    return last_;
}

void Http::turn(base::Duration time) {
    int running = 0;
    curl_multi_perform(multi_->handle, &running);
    int left = 0;
    bool ended = false;
    while (const CURLMsg* message = curl_multi_info_read(multi_->handle, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* easy = message->easy_handle;
        CURLcode code = message->data.result;
        Flight* flight = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &flight);
        flight->end(code);
        curl_multi_remove_handle(multi_->handle, easy);
        ended = true;
    }
    if (!ended && time > base::Duration(0)) {
        curl_multi_poll(multi_->handle, nullptr, 0, static_cast<int>(time.count()), nullptr);
    }
}

bool Http::done(Exchange exchange) const {
    return flights_.at(exchange)->done;
}

bool Http::wait(Exchange exchange, base::Duration time) {
    probe::Deadline deadline(time);
    while (!done(exchange) && !deadline.over()) turn(deadline.left());
    return done(exchange);
}

Http::Exchange Http::wait_any(Exchange one, Exchange other, base::Duration time) {
    probe::Deadline deadline(time);
    while (!done(one) && !done(other) && !deadline.over()) turn(deadline.left());
    return done(one) ? one : done(other) ? other : 0;
}

Answer Http::take(Exchange exchange) {
    auto found = flights_.find(exchange);
    CM_ASSERT(found != flights_.end());
    Answer answer = std::move(found->second->answer);
    if (!found->second->done) {
        curl_multi_remove_handle(multi_->handle, found->second->easy.get());
        answer.problem = probe::Problem::BoshcmNoAnswer;
        answer.error = "no answer in time";
    }
    flights_.erase(found);
    return answer;
}

Answer Http::ask(const Ask& ask) {
    Exchange exchange = begin(ask);
    // libcurl ends it by its own clock, which may be a little behind.
    wait(exchange, ask.patience + base::Duration(500));
    return take(exchange);
}

} // namespace doctor
