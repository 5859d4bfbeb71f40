// negotiate — what a session creation request is granted, or why it is refused.
// Spec:   XEP-0124 §7; XEP-0206 §3, §4; B-040..B-061, B-070..B-087, B-260..B-262.
// Units:  seconds.
// Errors: Refusal: the condition, and whether the client is a legacy one (no `ver`).
#pragma once

#include "base/rare_string.h"
#include "bosh/body.h"
#include "bosh/route.h"
#include "bosh/settings.h"
#include "xmpp/domains.h"
#include "xmpp/upstream.h"

#include <chrono>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace bosh {

// What the header of a stream to the server says, and which server of the domain it goes to.
struct StreamTerms {
    std::string to; // normalised domain
    base::RareString from;
    base::RareString lang;
    xmpp::ServerIndex server = xmpp::kOwnServer;
};

// As every session keeps several; 136 years at most.
using Seconds = std::chrono::duration<uint32_t>;

struct Terms {
    base::RareString content_type; // of every response; empty: kDefaultContentType
    Rid rid = 0;
    Seconds wait{0};
    Seconds inactivity{0};
    Seconds polling_interval{0};
    Seconds maxpause{0}; // 0: pause is not offered
    uint32_t hold = 0;
    uint32_t requests = 1;
    uint16_t ver_minor = 0; // of 1.x
    bool legacy = false;
    bool polling = false;          // a polling session: B.8
    bool acks = false;             // both sides acknowledge (B-162)
    bool multiple_streams = false; // the client may add streams (B-260)
    bool accept = false;           // requests may be compressed (B-016)
};

inline constexpr std::string_view kDefaultContentType = "text/xml; charset=utf-8";

// As in xmpp, and what only a client of BOSH can ask for.
class Domains : public xmpp::Domains {
public:
    // Further servers of a domain, which a client may ask for by `route`; the first is server 1.
    // None: `route` means nothing (B-051).
    [[nodiscard]] virtual std::span<const Route> routes(std::string_view) const { return {}; }

protected:
    ~Domains() = default;
};

struct Refusal {
    Condition condition;
    bool legacy;
    const char* what;
};

// Where a stream of a session leads to: for a session creation request, and for one that adds a
// stream (B-262). The refusal is not a legacy one.
[[nodiscard]] std::expected<StreamTerms, Refusal>
negotiate_stream(const BodyIn& body, const Settings& settings, const Domains& domains);

struct Granted {
    Terms terms;
    StreamTerms stream; // the first one
};

[[nodiscard]] std::expected<Granted, Refusal> negotiate(const BodyIn& body,
                                                        const CreationAttributes& creation,
                                                        const Settings& settings,
                                                        const Domains& domains);

// The attributes of the creation response, each with a leading space (B-070..B-081, X-005).
// `stream`: the first one's name; empty if several are not offered.
[[nodiscard]] std::string creation_attributes(std::string_view sid, const Terms& terms,
                                              std::string_view stream);

} // namespace bosh
