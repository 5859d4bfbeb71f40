// Outbox — stanzas of the server that wait until the client can take them.
// Units:  bytes of the stanzas.
// Life:   owned by a session; shares the bytes of its stanzas with nobody until they leave.
#pragma once

#include "xmpp/stanza.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace xmpp {

class Outbox {
public:
    void push(Stanza stanza) {
        bytes_ += stanza.bytes.size();
        stanzas_.push_back(std::move(stanza));
    }
    void clear() { (void)take_all(); }
    [[nodiscard]] std::vector<Stanza> take_all() {
        bytes_ = 0;
        return std::exchange(stanzas_, {});
    }

    [[nodiscard]] size_t size_bytes() const { return bytes_; }
    [[nodiscard]] size_t size() const { return stanzas_.size(); }
    [[nodiscard]] bool empty() const { return stanzas_.empty(); }

protected:
    std::vector<Stanza> stanzas_; // gives its memory back when empty
    size_t bytes_ = 0;
};

} // namespace xmpp
