// Resolver — the seam by which names become service records and addresses; a test hands out its
// own.
// Spec:   RFC 2782 (SRV); RFC 8305 §3: A and AAAA are asked together and told as each comes.
// Errors: an answer always comes: DnsOutcome says what is known.
// Life:   destroying the Query cancels it, inside its own callback too; no callback comes
//         afterwards, and none inside the call that starts it. The resolver and the listener
//         outlive the Query.
#pragma once

#include "net/address.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace net {

enum class DnsOutcome : uint8_t {
    Found,
    NoName, // NXDOMAIN, or no name that could exist
    NoData, // the name exists, without records of this type
    Failed, // SERVFAIL, refused, no answer in time, too many questions: nothing is known
};

struct SrvRecord {
    std::string target; // without the final dot; empty: ".", the service is decidedly not offered
    uint16_t port = 0;
    uint16_t priority = 0;
    uint16_t weight = 0;
    bool operator==(const SrvRecord&) const = default;
};

// Not empty if and only if Found. In no particular order: RFC 2782's is the caller's to make.
struct SrvAnswer {
    DnsOutcome outcome = DnsOutcome::Failed;
    std::vector<SrvRecord> records;
};

// The same; the port of the addresses is 0.
struct AddressAnswer {
    DnsOutcome outcome = DnsOutcome::Failed;
    std::vector<Address> addresses;
};

class Resolver {
public:
    class Query {
    public:
        virtual ~Query() = default;
    };
    class SrvListener {
    public:
        virtual void on_srv(SrvAnswer answer) = 0;

    protected:
        ~SrvListener() = default;
    };
    class AddressListener {
    public:
        // Comes twice, for V4 and for V6, in either order.
        virtual void on_addresses(Address::Family family, AddressAnswer answer) = 0;

    protected:
        ~AddressListener() = default;
    };
    virtual ~Resolver() = default;

    // "_xmpp-client._tcp.example.org"
    [[nodiscard]] virtual std::unique_ptr<Query> look_up_srv(const std::string& name,
                                                             SrvListener& listener) = 0;
    [[nodiscard]] virtual std::unique_ptr<Query> look_up_addresses(const std::string& host,
                                                                   AddressListener& listener) = 0;
};

} // namespace net
