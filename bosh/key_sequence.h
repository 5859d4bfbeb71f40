// KeySequence — proves that each request comes from whoever sent the one before.
// The client makes a chain of hashes and reveals it backwards: the key of a request hashes to what
// the request before announced. A listener who knows sid and rid cannot make the next key.
// Spec:   XEP-0124 §15 (Protecting Insecure Sessions), §19.4; B-240..B-247, S-006, S-047.
// Errors: false: the request may not be processed.
// Life:   owned by Session, and only if the creation request had `newkey`.
#pragma once

#include "tls/digest.h"

#include <string_view>

namespace bosh {

class KeySequence {
public:
    // 40 hexadecimal digits of any case.
    [[nodiscard]] static bool is_key(std::string_view text);

    // `newkey` of the creation request; it must be a key.
    explicit KeySequence(std::string_view newkey);

    // The request that follows the latest admitted one, in rid order. An empty `newkey` is none.
    [[nodiscard]] bool admit(std::string_view key, std::string_view newkey);

    // For repeats: is it the key that the original bore (B-245)?
    [[nodiscard]] static bool same(std::string_view key, std::string_view original);

private:
    tls::Sha1Digest expected_; // of the next request's key, as it is written
};

} // namespace bosh
