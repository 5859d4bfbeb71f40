// HostsFile — /etc/hosts, and "localhost", which no name server is asked for (RFC 6761 §6.3).
// Errors: a file that is missing or cannot be read holds no names.
// Life:   the file is read anew for each question, so a change is seen; it is short and in memory,
//         and names that are asked for often are kept by the resolver.
#pragma once

#include "net/address.h"

#include <memory>
#include <string>
#include <vector>

struct ares_channeldata; // c-ares' channel

namespace net {

class HostsFile {
public:
    HostsFile();
    HostsFile(const HostsFile&) = delete;
    HostsFile& operator=(const HostsFile&) = delete;
    ~HostsFile();

    // Of both families, port 0; empty if the name is not there.
    [[nodiscard]] std::vector<Address> find(const std::string& name) const;

private:
    ares_channeldata* channel_ = nullptr; // looks into the file only
};

} // namespace net
