// StaticFiles — a handler that serves a folder: the pages of a web client, at most.
// Spec:   RFC 9110 §8.8.2, §8.8.3, §13.1.2, §13.1.3 (Last-Modified, ETag, and what asks for
//         them); conformance rows H-003, H-036.
// Units:  files up to 16 MiB; small ones are kept in memory, 4 MiB of them together.
//         All of them that are on their way, and whatever else is, use half of the memory budget at
//         most; beyond it a file is answered with 503.
// Errors: open() if there is no such folder. A request for anything that is not a plain file
//         inside it is 404, whatever the reason: what exists outside is nobody's business.
// Life:   refers to pool and responder. Files are read when asked for, synchronously: meant for
//         the few small ones of a chat page, not for downloads.
#pragma once

#include "base/error.h"
#include "base/slice.h"
#include "http/handler.h"

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace http {

class StaticFiles final : public Handler {
public:
    // `url_prefix` begins and ends with '/', as the route does.
    [[nodiscard]] static base::Result<std::unique_ptr<StaticFiles>>
    open(base::SlicePool& pool, Responder& responder, const std::string& directory,
         std::string url_prefix);

    [[nodiscard]] Verdict on_head(const RequestHead& head, const ClientFacts& client) override;
    void on_request(RequestRef request, const RequestHead& head, base::Slice body,
                    const ClientFacts& client) override;
    void on_request_lost(RequestRef) override {} // answers are immediate

private:
    struct File {
        std::string etag; // size and time of change: a new one means other content
        std::time_t changed = 0;
        base::Slice content;
    };

    StaticFiles(base::SlicePool& pool, Responder& responder, std::string root, std::string prefix);
    [[nodiscard]] Response respond_to(const RequestHead& head);
    // The file's canonical path; empty if nothing may be served for `url_path`.
    [[nodiscard]] std::string locate(std::string_view url_path) const;
    [[nodiscard]] base::Result<File> load(const std::string& path);

    base::SlicePool& pool_;
    Responder& responder_;
    std::string root_; // canonical, without a slash at its end
    std::string prefix_;
    std::unordered_map<std::string, File> cache_; // by canonical path
    size_t cached_bytes_ = 0;
};

} // namespace http
