#include "net/web_client.h"

#include "base/error.h"
#include "net/handle.h"
#include "net/socket_address.h"
#include "net/web_address.h"

#include <array>
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace net {

namespace {

// Of an answer's head and body each: what is in them means nothing to us.
constexpr size_t kMostAnswerBytes = 64UL * 1024;

struct Global {
    Global() { CM_ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); }
};

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    CM_ASSERT(curl_easy_setopt(easy, option, value) == CURLE_OK);
}
template <class Value>
void set_of_all(CURLM* multi, CURLMoption option, Value value) {
    CM_ASSERT(curl_multi_setopt(multi, option, value) == CURLM_OK);
}

class FieldLines {
public:
    void add(const char* line) {
        curl_slist* longer = curl_slist_append(lines_.get(), line);
        CM_ASSERT(longer != nullptr);
        if (lines_ == nullptr) lines_.reset(longer); // it is the first line's ever after
    }
    [[nodiscard]] curl_slist* get() const { return lines_.get(); }

private:
    std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> lines_{nullptr,
                                                                       curl_slist_free_all};
};

} // namespace

// --- One exchange: first the look-up, then libcurl

class WebClient::Post final : public Exchange,
                              private Resolver::AddressListener,
                              private base::TimerNode {
public:
    Post(WebClient& client, const std::vector<std::string>& fields, std::string body, Done done)
        : client_(client), body_(std::move(body)), done_(std::move(done)),
          began_(client.loop_.now()) {
        for (const std::string& field : fields) fields_.add(field.c_str());
        fields_.add("Expect:"); // or a long body would wait for a 100
    }
    Post(const Post&) = delete;
    Post& operator=(const Post&) = delete;
    ~Post() override {
        if (in_multi_) curl_multi_remove_handle(client_.multi_, easy_.get());
    }

    void begin();
    // From libcurl.
    void on_done(CURLcode code);

private:
    void on_addresses(Address::Family family, AddressAnswer answer) override;
    void on_deadline(base::TimePoint now) override;
    void choose();
    void fail_soon(std::string failure);
    void hand_over();
    [[nodiscard]] const char* refusal_of(const Address& address);

    static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* to);
    static size_t take_head(char* bytes, size_t size, size_t count, void* self);
    static size_t take_body(char* bytes, size_t size, size_t count, void* self);

    WebClient& client_;
    FieldLines fields_;
    std::string body_;
    Done done_;
    base::TimePoint began_;
    WebAddress to_;
    std::unique_ptr<Resolver::Query> look_up_;
    unsigned answers_wanted_ = 2;
    std::vector<Address> found_;
    FieldLines known_; // what the look-up found, as libcurl wants to have it
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy_{nullptr, curl_easy_cleanup};
    bool in_multi_ = false;
    std::array<char, CURL_ERROR_SIZE> words_{};
    std::string failure_;           // of the look-up
    const char* refused_ = nullptr; // why an address was
    size_t head_bytes_ = 0;
    size_t body_bytes_ = 0;
};

void WebClient::Post::begin() {
    auto to = WebAddress::parse(client_.options_.url);
    CM_ASSERT(to);
    to_ = std::move(*to);
    if (Address::parse(to_.host, to_.port)) {
        hand_over();
        return;
    }
    client_.loop_.wheel().set(*this, began_ + client_.options_.timeout);
    look_up_ = client_.resolver_.look_up_addresses(to_.host, *this);
}

void WebClient::Post::on_addresses(Address::Family, AddressAnswer answer) {
    found_.insert(found_.end(), answer.addresses.begin(), answer.addresses.end());
    if (--answers_wanted_ == 0) choose();
}

void WebClient::Post::choose() {
    client_.loop_.wheel().set(*this, base::kNever);
    if (found_.empty()) return fail_soon("the name " + to_.host + " was not found");
    std::string list = "+" + to_.host + ":" + std::to_string(to_.port) + ":";
    bool any = false;
    for (const Address& address : found_) {
        if (refusal_of(address) != nullptr) continue;
        if (std::exchange(any, true)) list += ',';
        bool v6 = address.family == Address::Family::V6;
        list += v6 ? "[" + address.host() + "]" : address.host();
    }
    if (!any) return fail_soon(to_.host + " leads nowhere else: " + refused_);
    known_.add(list.c_str());
    hand_over();
}

// Done is not called where somebody waits for the end of post(), or of what looks up.
void WebClient::Post::fail_soon(std::string failure) {
    failure_ = std::move(failure);
    client_.loop_.wheel().set_soon(*this, client_.loop_.now());
}

void WebClient::Post::on_deadline(base::TimePoint) {
    look_up_.reset();
    Done done = std::move(done_);
    done({.failure = failure_.empty() ? "the name " + to_.host + " was not found in time"
                                      : std::move(failure_)});
}

const char* WebClient::Post::refusal_of(const Address& address) {
    const char* why = client_.options_.refusal ? client_.options_.refusal(address) : nullptr;
    if (why != nullptr) refused_ = why;
    return why;
}

void WebClient::Post::hand_over() {
    const Options& options = client_.options_;
    easy_.reset(curl_easy_init());
    CURL* easy = easy_.get();
    CM_ASSERT(easy != nullptr);
    base::Duration left = options.timeout - (client_.loop_.now() - began_);
    set(easy, CURLOPT_URL, options.url.c_str());
    set(easy, CURLOPT_PROTOCOLS_STR, to_.encrypted ? "https" : "http");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<int64_t>(left.count(), 1)));
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    set(easy, CURLOPT_POSTFIELDS, body_.c_str());
    set(easy, CURLOPT_HTTPHEADER, fields_.get());
    if (known_.get() != nullptr) set(easy, CURLOPT_RESOLVE, known_.get());
    if (!options.ca_file.empty()) {
        set(easy, CURLOPT_CAINFO, options.ca_file.c_str());
        set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    set(easy, CURLOPT_ERRORBUFFER, words_.data());
    set(easy, CURLOPT_PRIVATE, this);
    set(easy, CURLOPT_OPENSOCKETFUNCTION, &Post::open_socket);
    set(easy, CURLOPT_OPENSOCKETDATA, this);
    set(easy, CURLOPT_HEADERFUNCTION, &Post::take_head);
    set(easy, CURLOPT_HEADERDATA, this);
    set(easy, CURLOPT_WRITEFUNCTION, &Post::take_body);
    set(easy, CURLOPT_WRITEDATA, this);
    CM_ASSERT(curl_multi_add_handle(client_.multi_, easy) == CURLM_OK);
    in_multi_ = true;
}

curl_socket_t WebClient::Post::open_socket(void* self, curlsocktype, curl_sockaddr* to) {
    auto* post = static_cast<Post*>(self);
    if (post->refusal_of(to_address(&to->addr)) != nullptr) return CURL_SOCKET_BAD;
    return ::socket(to->family, to->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->protocol);
}

size_t WebClient::Post::take_head(char*, size_t size, size_t count, void* self) {
    size_t& taken = static_cast<Post*>(self)->head_bytes_;
    taken += size * count;
    return taken <= kMostAnswerBytes ? size * count : 0;
}

size_t WebClient::Post::take_body(char*, size_t size, size_t count, void* self) {
    size_t& taken = static_cast<Post*>(self)->body_bytes_;
    taken += size * count;
    return taken <= kMostAnswerBytes ? size * count : 0;
}

void WebClient::Post::on_done(CURLcode code) {
    long status = 0;
    curl_off_t later = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &later);
    WebAnswer answer;
    bool too_long = code == CURLE_WRITE_ERROR && body_bytes_ > kMostAnswerBytes;
    if (code == CURLE_OK || too_long) answer.status = static_cast<uint16_t>(status);
    if (later > 0) answer.retry_after = std::chrono::seconds(later);
    if (answer.status == 0) {
        answer.failure = refused_ != nullptr ? refused_
                         : words_[0] != '\0' ? words_.data()
                                             : curl_easy_strerror(code);
    }
    curl_multi_remove_handle(client_.multi_, easy_.get());
    in_multi_ = false;
    Done done = std::move(done_);
    done(answer);
}

// --- libcurl's sockets and its timer

struct WebClient::Watch {
    explicit Watch(WebClient& its_client) : client(its_client) {}

    WebClient& client;
    int socket = -1;
    UvHandle<uv_poll_t> poll;
};

WebClient::WebClient(Loop& loop, Resolver& resolver, Options options)
    : loop_(loop), resolver_(resolver), options_(std::move(options)) {
    static const Global global;
    multi_ = curl_multi_init();
    CM_ASSERT(multi_ != nullptr);
    using SocketCallback = int (*)(CURL*, curl_socket_t, int, void*, void*);
    SocketCallback on_socket = [](CURL*, curl_socket_t socket, int what, void* self, void*) {
        static_cast<WebClient*>(self)->watch(socket, what);
        return 0;
    };
    using TimerCallback = int (*)(CURLM*, long, void*);
    TimerCallback on_timer = [](CURLM*, long wait, void* self) {
        static_cast<WebClient*>(self)->set_timer(wait < 0 ? std::nullopt
                                                          : std::optional(base::Duration(wait)));
        return 0;
    };
    auto most = static_cast<long>(options_.connections);
    set_of_all(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
    set_of_all(multi_, CURLMOPT_SOCKETDATA, this);
    set_of_all(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
    set_of_all(multi_, CURLMOPT_TIMERDATA, this);
    set_of_all(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, most);
    set_of_all(multi_, CURLMOPT_MAXCONNECTS, most);
}

WebClient::~WebClient() {
    curl_multi_cleanup(multi_); // it still tells of its sockets
}

std::unique_ptr<WebClient::Exchange> WebClient::post(const std::vector<std::string>& fields,
                                                     std::string body, Done done) {
    auto made = std::make_unique<Post>(*this, fields, std::move(body), std::move(done));
    made->begin();
    return made;
}

void WebClient::watch(int socket, int what) {
    if (what == CURL_POLL_REMOVE) {
        watches_.erase(socket);
        return;
    }
    std::unique_ptr<Watch>& watch = watches_[socket];
    if (!watch) {
        watch = std::make_unique<Watch>(*this);
        watch->socket = socket;
        CM_ASSERT(watch->poll.init(watch.get(), [&](uv_poll_t* poll) {
            return uv_poll_init_socket(loop_.uv(), poll, socket);
        }) == 0);
    }
    int events = ((what & CURL_POLL_IN) != 0 ? UV_READABLE : 0) |
                 ((what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0);
    CM_ASSERT(uv_poll_start(watch->poll.get(), events, [](uv_poll_t* poll, int status, int seen) {
                  Loop::of(poll->loop).breathe();
                  auto* self = UvHandle<uv_poll_t>::owner_of<Watch>(poll);
                  if (self == nullptr) return;
                  int flags = ((seen & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0) |
                              ((seen & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0) |
                              (status < 0 ? CURL_CSELECT_ERR : 0);
                  self->client.act(self->socket, flags);
              }) == 0);
}

void WebClient::set_timer(std::optional<base::Duration> wait) {
    if (wait) {
        loop_.wheel().set_soon(*this, loop_.now() + *wait);
    } else {
        loop_.wheel().set(*this, base::kNever);
    }
}

void WebClient::on_deadline(base::TimePoint) {
    act(CURL_SOCKET_TIMEOUT, 0);
}

void WebClient::act(int socket, int what) {
    int running = 0;
    CM_ASSERT(curl_multi_socket_action(multi_, socket, what, &running) == CURLM_OK);
    settle();
}

// Who is told may begin other exchanges, and end any but the client.
void WebClient::settle() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURLcode code = message->data.result;
        Post* post = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &post);
        post->on_done(code);
    }
}

} // namespace net
