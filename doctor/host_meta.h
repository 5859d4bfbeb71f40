// host_meta — the links in /.well-known/host-meta, as XRD and as JRD.
// Spec:   RFC 6415 §2, XEP-0156 §2.
// Errors: nullopt for what is none of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace doctor {

struct HostMetaLinks {
    std::string bosh; // empty: there is no such link
    std::string websocket;
    bool operator==(const HostMetaLinks&) const = default;
    [[nodiscard]] bool empty() const { return bosh.empty() && websocket.empty(); }
};

[[nodiscard]] std::optional<HostMetaLinks> links_in_xrd(std::string_view document);
[[nodiscard]] std::optional<HostMetaLinks> links_in_jrd(std::string_view document);

} // namespace doctor
