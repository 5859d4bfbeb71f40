// TcpConnector — a Connector by look-up and TCP; or by a Unix-domain socket, for a path.
// Spec:   RFC 8305; rows U-028..U-030, S-030; B-084 asks for an answer in bounded time: one
//         deadline over look-up and connecting.
// Errors: as Connector says.
// Life:   as Connector says. The resolver, and what a Target points at, outlive the attempts.
#pragma once

#include "net/address_race.h"
#include "net/connector.h"
#include "net/loop.h"
#include "net/resolver.h"
#include "net/stream_socket.h"

#include <memory>

namespace net {

class TcpConnector final : public Connector {
public:
    struct Options {
        AddressRace::Rules race; // its deadline: from connect() to on_connected()
        TcpOptions tcp;
    };
    TcpConnector(Loop& loop, Resolver& resolver, const Options& options)
        : loop_(loop), resolver_(resolver), options_(options) {}
    // For the next attempts.
    void use(const Options& options) { options_ = options; }

    [[nodiscard]] std::unique_ptr<Attempt> connect(const Target& target,
                                                   ConnectListener& listener) override;

private:
    Loop& loop_;
    Resolver& resolver_;
    Options options_;
};

} // namespace net
