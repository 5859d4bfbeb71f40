#include "http/address_table.h"

#include "net/network.h"
#include "tls/random.h"

#include <algorithm>
#include <array>

namespace http {

namespace {

// Of other addresses, looked at for each new one: more than one, so that the table shrinks again.
constexpr size_t kLooksPerNewcomer = 8;

} // namespace

bool AddressEntry::idle(base::TimePoint now) const {
    return connections == 0 && sessions == 0 && unauthenticated == 0 && creations.idle(now) &&
           requests.idle(now) && bytes.idle(now) && misses.idle(now);
}

AddressTable::AddressTable(size_t most_entries)
    // Room for all from the beginning: to grow it would visit each, while all workers wait.
    : most_entries_(most_entries), by_key_(most_entries, make_hash()) {}

AddressTable::Hash AddressTable::make_hash() {
    std::array<uint8_t, 16> bytes{};
    tls::fill_random(bytes);
    Hash hash{};
    for (size_t i = 0; i < bytes.size(); ++i) {
        uint64_t& word = hash.secret[i / 8];
        word = word << 8 | bytes.at(i);
    }
    return hash;
}

// The two halves of a product of 128 bits, folded, of what is secret and what is not.
size_t AddressTable::Hash::operator()(Key key) const {
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(key ^ secret[0]) * (secret[1] | 1U);
    return static_cast<size_t>(product) ^ static_cast<size_t>(product >> 64);
}

std::optional<AddressTable::Key> AddressTable::key_of(const net::Address& address) {
    net::Address plain = net::unmapped(address);
    auto number = [&](size_t count) {
        Key key = 0;
        for (size_t i = 0; i < count; ++i) key = key << 8 | plain.bytes.at(i);
        return key;
    };
    switch (plain.family) {
    // All ones before it: an IPv6 network of multicast, from which nobody connects.
    case net::Address::Family::V4: return 0xFFFFFFFF'00000000ULL | number(4);
    case net::Address::Family::V6: return number(8);
    case net::Address::Family::None:
    case net::Address::Family::Local: break;
    }
    return std::nullopt;
}

AddressEntry* AddressTable::find_or_add(const net::Address& address, base::TimePoint now) {
    std::optional<Key> key = key_of(address);
    if (!key) return nullptr;
    if (auto found = by_key_.find(*key); found != by_key_.end()) {
        return &slots_[found->second].entry;
    }
    forget_some(now);
    if (free_.empty()) {
        if (slots_.size() >= most_entries_) return nullptr;
        free_.push_back(static_cast<uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    uint32_t number = free_.back();
    free_.pop_back();
    slots_[number] = {.key = *key, .used = true, .entry = {.number = number}};
    by_key_.emplace(*key, number);
    return &slots_[number].entry;
}

void AddressTable::forget_some(base::TimePoint now) {
    size_t looks = std::min(kLooksPerNewcomer, slots_.size());
    for (size_t i = 0; i < looks; ++i) {
        hand_ = hand_ + 1 < slots_.size() ? hand_ + 1 : 0;
        Slot& slot = slots_[hand_];
        if (!slot.used || !slot.entry.idle(now)) continue;
        by_key_.erase(slot.key);
        slot.used = false;
        free_.push_back(static_cast<uint32_t>(hand_));
    }
}

} // namespace http
