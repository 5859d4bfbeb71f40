#include "net/hosts_file.h"

#include "net/cares_library.h"
#include "net/socket_address.h"

namespace net {

HostsFile::HostsFile() {
    use_cares();
    std::string file = "f";
    ares_options options{};
    options.lookups = file.data();
    options.ndomains = 0; // the name is complete
    CM_ASSERT(ares_init_options(&channel_, &options, ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS) ==
              ARES_SUCCESS);
}

HostsFile::~HostsFile() {
    ares_destroy(channel_);
}

std::vector<Address> HostsFile::find(const std::string& name) const {
    std::vector<Address> found;
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = ARES_AI_NOSORT;
    // Without name servers to ask, the callback comes inside the call.
    ares_getaddrinfo(
        channel_, name.c_str(), nullptr, &hints,
        [](void* into, int /*status*/, int /*timeouts*/, ares_addrinfo* answer) {
            if (answer == nullptr) return;
            for (ares_addrinfo_node* node = answer->nodes; node != nullptr; node = node->ai_next) {
                static_cast<std::vector<Address>*>(into)->push_back(to_address(node->ai_addr));
            }
            ares_freeaddrinfo(answer);
        },
        &found);
    return found;
}

} // namespace net
