#include "tls/session_cache.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace tls {

namespace {

// What vouched for the server must still do so: a session does not outlive the certificate.
bool still_good(const SSL_SESSION& session) {
    if (SSL_SESSION_is_resumable(&session) != 1) return false;
    std::time_t now = std::time(nullptr);
    if (SSL_SESSION_get_time(&session) + SSL_SESSION_get_timeout(&session) <= now) return false;
    X509* certificate = SSL_SESSION_get0_peer(const_cast<SSL_SESSION*>(&session));
    return certificate != nullptr && X509_cmp_time(X509_get0_notAfter(certificate), &now) > 0;
}

} // namespace

void SessionFreed::operator()(SSL_SESSION* session) const {
    SSL_SESSION_free(session);
}

void SessionCache::put(const std::string& key, Session session) {
    std::scoped_lock lock(mutex_);
    Entry& entry = entries_[key];
    entry.session = std::move(session);
    entry.stored = ++puts_;
    if (entries_.size() > kMostSessions) drop_oldest();
}

Session SessionCache::find(const std::string& key) {
    std::scoped_lock lock(mutex_);
    auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    SSL_SESSION* session = found->second.session.get();
    if (!still_good(*session)) {
        entries_.erase(found);
        return nullptr;
    }
    // OpenSSL takes it that a session of TLS 1.3 is resumed once, and puts an end to the one that
    // was when the handshake is over: that is the connection's own.
    if (SSL_SESSION_get_protocol_version(session) == TLS1_3_VERSION) {
        return Session(SSL_SESSION_dup(session));
    }
    SSL_SESSION_up_ref(session);
    return Session(session);
}

size_t SessionCache::size() {
    std::scoped_lock lock(mutex_);
    return entries_.size();
}

// Looks at all of them; a new server among more than there is room for is rare.
void SessionCache::drop_oldest() {
    auto by_age = [](const auto& a, const auto& b) { return a.second.stored < b.second.stored; };
    entries_.erase(std::ranges::min_element(entries_, by_age));
}

} // namespace tls
