// AddressTable — a little memory of addresses, bounded however many there are.
//
// Whoever has an IPv6 network has more addresses than any table. So a whole /64 counts as one, an
// entry that says nothing any more is given to the next address, and once all entries say
// something, further addresses are not remembered: only what is limited in total limits them.
// Nothing walks over the table: each new address looks at a few entries of others in turn.
//
// Units:  entries; some 100 bytes each.
// Life:   one per worker. Entries do not move; one that counts something is not forgotten.
#pragma once

#include "base/rate.h"
#include "net/address.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace http {

// What one address has and does.
struct AddressEntry {
    uint32_t number = 0; // of this entry: it stays right until the entry is idle
    uint32_t connections = 0;
    uint32_t sessions = 0;
    uint32_t unauthenticated = 0;
    base::RateMeter creations;
    base::RateMeter requests;
    base::RateMeter bytes;
    base::RateMeter misses;

    // As good as new: may be forgotten.
    [[nodiscard]] bool idle(base::TimePoint now) const;
};

class AddressTable {
public:
    explicit AddressTable(size_t most_entries = 65'536);

    // The entry of the address, made if need be. Nothing for an address without numbers (a Unix
    // socket's), and for a new one when the table is full.
    [[nodiscard]] AddressEntry* find_or_add(const net::Address& address, base::TimePoint now);
    [[nodiscard]] AddressEntry& at(uint32_t number) { return slots_[number].entry; }
    [[nodiscard]] size_t size() const { return by_key_.size(); }

private:
    using Key = uint64_t;
    // With numbers that nobody outside knows, so that nobody can fill one bucket with theirs.
    struct Hash {
        [[nodiscard]] size_t operator()(Key key) const;
        uint64_t secret[2];
    };
    struct Slot {
        Key key = 0;
        bool used = false;
        AddressEntry entry;
    };

    [[nodiscard]] static Hash make_hash();
    [[nodiscard]] static std::optional<Key> key_of(const net::Address& address);
    void forget_some(base::TimePoint now);

    size_t most_entries_;
    std::deque<Slot> slots_; // never move
    std::vector<uint32_t> free_;
    std::unordered_map<Key, uint32_t, Hash> by_key_;
    size_t hand_ = 0; // the slot looked at next
};

} // namespace http
