// SessionCache — TLS sessions of servers, to be resumed by later connections to the same.
// Spec:   row U-049. RFC 8446 §C.4 advises to use a ticket once, against being recognised; we are
//         a server among servers, known by our address, and many streams start at once.
// Units:  one session a key, the latest; kMostSessions of them, then the oldest goes.
// Life:   of a ClientContext. Thread-safe: the only thing in it that changes.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

struct ssl_session_st; // OpenSSL's SSL_SESSION

namespace tls {

struct SessionFreed {
    void operator()(ssl_session_st* session) const;
};
using Session = std::unique_ptr<ssl_session_st, SessionFreed>;

class SessionCache {
public:
    static constexpr size_t kMostSessions = 512; // of about 5 KB each

    void put(const std::string& key, Session session);
    // One that can still be resumed, for one connection, or nullptr.
    [[nodiscard]] Session find(const std::string& key);
    [[nodiscard]] size_t size();

private:
    struct Entry {
        Session session;
        uint64_t stored = 0; // counts puts: the lowest is the oldest
    };
    void drop_oldest();

    std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
    uint64_t puts_ = 0;
};

} // namespace tls
