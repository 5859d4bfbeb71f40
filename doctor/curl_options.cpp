#include "doctor/curl_options.h"

#include "base/error.h"

#include <curl/curl.h>

namespace doctor {

void FreeCurlList::operator()(curl_slist* list) const {
    curl_slist_free_all(list);
}

CurlList to_list(const std::vector<std::string>& lines) {
    CurlList list;
    for (const std::string& line : lines) {
        curl_slist* longer = curl_slist_append(list.get(), line.c_str());
        CM_ASSERT(longer != nullptr);
        if (list == nullptr) list.reset(longer);
    }
    return list;
}

ReachLists prepare(void* easy, const Reach& reach) {
    ReachLists lists{.resolve = to_list(reach.resolve), .connect_to = {}};
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "boshcm-doctor");
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); // of the environment: web clients have none
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, reach.verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, reach.verify ? 2L : 0L);
    if (!reach.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, reach.ca_file.c_str());
    if (lists.resolve != nullptr) curl_easy_setopt(easy, CURLOPT_RESOLVE, lists.resolve.get());
    const probe::UrlDoor& door = reach.door;
    if (!door.address.empty()) {
        lists.connect_to = to_list({"::" + door.address});
        curl_easy_setopt(easy, CURLOPT_CONNECT_TO, lists.connect_to.get());
    }
    if (!door.socket.empty()) {
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, door.socket.c_str());
    }
    if (door.proxy_protocol) curl_easy_setopt(easy, CURLOPT_HAPROXYPROTOCOL, 1L);
    return lists;
}

CurlLibrary::CurlLibrary() {
    CM_ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

CurlLibrary::~CurlLibrary() {
    curl_global_cleanup();
}

} // namespace doctor
