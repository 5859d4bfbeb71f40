// WebClient — POSTs to one place of the web, several at a time, by libcurl on the loop.
//
// Connections are kept and used again, over HTTP/2 where the other side speaks it. Names are looked
// up by the Resolver, as libcurl's own way blocks whoever loses patience with it. Every address
// that is connected to is shown to the rule first, whatever the URL or the name server says.
// Redirects are not followed, no proxy is asked, and nothing is taken from the environment.
//
// Units:  `timeout` is that of the whole exchange, with look-up and connecting.
// Errors: WebAnswer::failure, in words for the log.
// Life:   the loop, the Resolver and the WebClient outlive each exchange. Destroying an exchange
//         breaks it off. Its Done comes once, never inside post(), and may destroy it, but not the
//         client.
#pragma once

#include "base/time.h"
#include "base/timer_wheel.h"
#include "net/address.h"
#include "net/loop.h"
#include "net/resolver.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace net {

struct WebAnswer {
    uint16_t status = 0; // 0: none came
    std::string failure; // then: why
    std::optional<std::chrono::seconds> retry_after;
};

class WebClient final : private base::TimerNode {
public:
    struct Options {
        std::string url;     // one that WebAddress::parse() takes
        std::string ca_file; // empty: what the system trusts
        base::Duration timeout{10'000};
        unsigned connections = 4;
        // Why an address must not be connected to, a literal; nullptr if it may.
        std::function<const char*(const Address&)> refusal;
    };
    class Exchange {
    public:
        virtual ~Exchange() = default;
    };
    using Done = std::move_only_function<void(const WebAnswer&)>;

    WebClient(Loop& loop, Resolver& resolver, Options options);
    WebClient(const WebClient&) = delete;
    WebClient& operator=(const WebClient&) = delete;
    ~WebClient() override;

    // `fields`: header fields, "name: value".
    [[nodiscard]] std::unique_ptr<Exchange> post(const std::vector<std::string>& fields,
                                                 std::string body, Done done);

private:
    class Post;
    struct Watch; // of one of libcurl's sockets

    void on_deadline(base::TimePoint now) override;
    void watch(int socket, int what);
    void set_timer(std::optional<base::Duration> wait);
    void act(int socket, int what);
    void settle();

    Loop& loop_;
    Resolver& resolver_;
    Options options_;
    std::map<int, std::unique_ptr<Watch>> watches_; // by their sockets
    void* multi_;                                   // libcurl's name for a set of exchanges
};

} // namespace net
