// features_filter — takes out of stream features what cannot work through a relay.
// TLS and compression between client and us are HTTP's job. Channel binding fails because the
// client's TLS ends here; if it is removed, then in all its places at once, because a client that
// sees half of it takes that for an attack. Stream limits (XEP-0478) are told as they are here.
// Spec:   X-008..X-011, U-017, U-048, U-067..U-069, U-080, U-082; D-49.
// Errors: Category::Xml, only if the element was not checked before.
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "xmpp/xml_check.h"

#include <cstdint>
#include <string>

namespace xmpp {

enum class ChannelBinding : uint8_t {
    Pass,  // the server does not offer it to us, or the administrator wants it so
    Strip, // every `…-PLUS` and the list of binding types
    // Both ends show the same certificate, so tls-server-end-point is the same on both legs, and
    // no other type is.
    Endpoint,
};

struct FeaturePolicy {
    ChannelBinding channel_binding = ChannelBinding::Pass;
    // The server knows us by a certificate: with EXTERNAL every client could log in as us (U-048).
    bool strip_external = false;
    uint32_t max_element_bytes = UINT32_MAX; // the largest that a client may send
};

struct FilteredFeatures {
    std::string features;
    bool stripped_binding = false; // clients that can bind will not log in here (U-066)
    uint32_t max_bytes = 0;        // of an element that the server takes; 0: it does not say
    uint32_t idle_seconds = 0;     // after which it ends a silent stream; the same
};

// `features` stands alone. The result does too, as `<stream:features xmlns:stream='…'>`: the same
// children in the same order, byte for byte but for declarations they inherited, less those
// removed.
[[nodiscard]] base::Result<FilteredFeatures>
filter_features(XmlCheck& check, base::ByteView features, const FeaturePolicy& policy);

} // namespace xmpp
