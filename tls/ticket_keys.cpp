#include "tls/ticket_keys.h"

#include "tls/random.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace tls {

TicketKey::~TicketKey() {
    OPENSSL_cleanse(cipher.data(), cipher.size());
    OPENSSL_cleanse(mac.data(), mac.size());
}

void TicketKeys::rotate(Time now) {
    if (current_ && now < rotated_at_ + kSealing) return;
    bool opens_on = current_ && now < rotated_at_ + 2 * kSealing;
    previous_ = opens_on ? current_ : std::nullopt;
    current_.emplace();
    fill_random(current_->name);
    fill_random(current_->cipher);
    fill_random(current_->mac);
    rotated_at_ = now;
}

TicketKey TicketKeys::current(Time now) {
    std::scoped_lock lock(mutex_);
    rotate(now);
    return *current_;
}

std::optional<TicketKey> TicketKeys::find(std::span<const uint8_t, 16> name, Time now) {
    std::scoped_lock lock(mutex_);
    rotate(now);
    for (const auto& key : {&current_, &previous_}) {
        if (*key && std::ranges::equal((*key)->name, name)) return *key;
    }
    return std::nullopt;
}

} // namespace tls
