// Reach, prepare() — how every connection of the doctor's is made, whatever it is for.
#pragma once

#include "probe/plan.h"

#include <memory>
#include <string>
#include <vector>

struct curl_slist; // NOLINT(readability-identifier-naming): libcurl's

namespace doctor {

struct Reach {
    std::string ca_file;
    // Asked of TLS; not any more once a finding has said what is wrong with the certificate.
    bool verify = true;
    std::vector<std::string> resolve; // "host:port:address[,address]"
    probe::UrlDoor door;
};

struct FreeCurlList {
    void operator()(curl_slist* list) const;
};
using CurlList = std::unique_ptr<curl_slist, FreeCurlList>;
[[nodiscard]] CurlList to_list(const std::vector<std::string>& lines);

// Lists that a handle refers to; they live as long as it does.
struct ReachLists {
    CurlList resolve;
    CurlList connect_to;
};
[[nodiscard]] ReachLists prepare(void* easy, const Reach& reach);

// The library, for as long as any handle lives.
class CurlLibrary {
public:
    CurlLibrary();
    ~CurlLibrary();
    CurlLibrary(const CurlLibrary&) = delete;
    CurlLibrary& operator=(const CurlLibrary&) = delete;
};

} // namespace doctor
