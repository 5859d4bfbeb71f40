// features_filter — takes out of stream features what cannot work through a relay.
// TLS and compression between client and us are HTTP's job. Channel binding fails because the
// client's TLS ends here; if it is removed, then in all its places at once, because a client that
// sees half of it takes that for an attack.
// Spec:   X-008..X-011, U-017, U-067..U-069; D-49.
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
};

// `features` stands alone. The result does too, as `<stream:features xmlns:stream='…'>`: the same
// children in the same order, byte for byte but for declarations they inherited, less those
// removed.
[[nodiscard]] base::Result<std::string> filter_features(XmlCheck& check, base::ByteView features,
                                                        ChannelBinding channel_binding);

} // namespace xmpp
