#include "http/static_files.h"

#include "http/ascii.h"
#include "http/http_date.h"
#include "http/response_writer.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace http {

namespace {

constexpr off_t kMaxFileBytes = 16 * 1024 * 1024;
constexpr size_t kMaxCacheBytes = 4 * 1024 * 1024;

std::string_view type_of(std::string_view path) {
    struct Known {
        std::string_view extension;
        std::string_view type;
    };
    constexpr std::array<Known, 22> kTypes = {{{"html", "text/html; charset=utf-8"},
                                               {"js", "text/javascript; charset=utf-8"},
                                               {"mjs", "text/javascript; charset=utf-8"},
                                               {"css", "text/css; charset=utf-8"},
                                               {"txt", "text/plain; charset=utf-8"},
                                               {"json", "application/json"},
                                               {"map", "application/json"},
                                               {"svg", "image/svg+xml"},
                                               {"png", "image/png"},
                                               {"jpg", "image/jpeg"},
                                               {"jpeg", "image/jpeg"},
                                               {"ico", "image/x-icon"},
                                               {"gif", "image/gif"},
                                               {"webp", "image/webp"},
                                               {"avif", "image/avif"},
                                               {"mp3", "audio/mpeg"},
                                               {"ogg", "audio/ogg"},
                                               {"xml", "application/xml"},
                                               {"wasm", "application/wasm"},
                                               {"webmanifest", "application/manifest+json"},
                                               {"woff", "font/woff"},
                                               {"woff2", "font/woff2"}}};
    std::string_view extension = path.substr(path.rfind('.') + 1);
    for (const Known& known : kTypes) {
        if (equal_without_case(known.extension, extension)) return known.type;
    }
    return "application/octet-stream"; // with nosniff: a download, never a page
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int get() const { return number_; }

private:
    int number_;
};

std::string canonical(const std::string& path) {
    std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
    return real ? std::string(real.get()) : std::string();
}

std::string etag_of(const struct stat& status) {
    std::string etag = "\"";
    for (auto number : {static_cast<int64_t>(status.st_size), int64_t{status.st_mtim.tv_sec},
                        int64_t{status.st_mtim.tv_nsec}}) {
        std::array<char, 20> digits{};
        auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
        etag.append(digits.data(), end).append("-");
    }
    etag.back() = '"';
    return etag;
}

// No name that is hidden, climbs, is empty, or means something to another system.
bool is_plain_name(std::string_view name) {
    return !name.empty() && name.front() != '.' && !name.contains('\\') && !name.contains('\0');
}

bool has_tag(std::string_view list, std::string_view etag) {
    std::string_view element;
    while (next_list_element(list, element)) {
        if (element.starts_with("W/")) element.remove_prefix(2); // weak comparison
        if (element == etag || element == "*") return true;
    }
    return false;
}

// What the client has is still so: by its tags if it names any, else by its date (§13.2.2).
bool is_fresh(const FieldList& fields, std::string_view etag, std::time_t changed) {
    if (fields.has("If-None-Match")) {
        bool matches = false;
        fields.for_each("If-None-Match",
                        [&](std::string_view list) { matches = matches || has_tag(list, etag); });
        return matches;
    }
    std::optional<std::time_t> since = parse_http_date(fields.find("If-Modified-Since"));
    return since && changed <= *since;
}

std::unexpected<base::Error> failed(int code, const char* what) {
    return base::fail(base::Category::Http, code, what);
}

} // namespace

StaticFiles::StaticFiles(base::SlicePool& pool, Responder& responder, std::string root,
                         std::string prefix)
    : pool_(pool), responder_(responder), root_(std::move(root)), prefix_(std::move(prefix)) {}

base::Result<std::unique_ptr<StaticFiles>> StaticFiles::open(base::SlicePool& pool,
                                                             Responder& responder,
                                                             const std::string& directory,
                                                             std::string url_prefix) {
    std::string root = canonical(directory);
    struct stat status{};
    if (root.empty() || ::stat(root.c_str(), &status) != 0) {
        return failed(errno, "the folder to serve is not there");
    }
    if (!S_ISDIR(status.st_mode)) return failed(ENOTDIR, "what is to be served is no folder");
    if (root == "/") return failed(EPERM, "the whole file system is not to be served");
    // make_unique has no access to the constructor.
    return std::unique_ptr<StaticFiles>(
        new StaticFiles(pool, responder, std::move(root), std::move(url_prefix)));
}

Handler::Verdict StaticFiles::on_head(const RequestHead& head, const ClientFacts&) {
    if (head.method == Method::Get || head.method == Method::Head) return {};
    Response refusal = plain_response(405);
    refusal.fields = "Allow: GET, HEAD, OPTIONS\r\n";
    return {.refusal = std::move(refusal)};
}

void StaticFiles::on_request(RequestRef request, const RequestHead& head, base::Slice,
                             const ClientFacts&) {
    responder_.respond(request, respond_to(head));
}

Response StaticFiles::respond_to(const RequestHead& head) {
    std::string path = locate(head.path);
    if (path.empty()) return plain_response(404);
    base::Result<File> file = load(path);
    if (!file) return plain_response(file.error().code == ENOMEM ? 503 : 404);

    Response response;
    response.fields = "Cache-Control: no-cache\r\nETag: " + file->etag +
                      "\r\nLast-Modified: " + format_http_date(file->changed) + "\r\n";
    if (is_fresh(head.fields, file->etag, file->changed)) {
        response.status = 304;
        return response;
    }
    response.content_type = type_of(path);
    response.body.push(std::move(file->content));
    return response;
}

std::string StaticFiles::locate(std::string_view url_path) const {
    if (!url_path.starts_with(prefix_)) return {};
    std::string_view rest = url_path.substr(prefix_.size());
    std::string path = root_;
    while (true) {
        size_t slash = rest.find('/');
        std::string_view name = rest.substr(0, slash);
        bool last = slash == std::string_view::npos;
        if (last && name.empty()) name = "index.html";
        if (!is_plain_name(name)) return {};
        path.append("/").append(name);
        if (last) break;
        rest.remove_prefix(slash + 1);
    }
    // Links are resolved, so that none leads out of the folder or to what is hidden.
    path = canonical(path);
    std::string_view inside = path;
    if (!inside.starts_with(root_)) return {};
    inside.remove_prefix(root_.size());
    return inside.starts_with('/') && !inside.contains("/.") ? path : std::string();
}

base::Result<StaticFiles::File> StaticFiles::load(const std::string& path) {
    // O_NONBLOCK: opening a FIFO must not wait for its writer.
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status{};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return failed(errno, "no such file");
    if (!S_ISREG(status.st_mode)) return failed(EISDIR, "not a plain file");
    if (status.st_size > kMaxFileBytes) return failed(EFBIG, "file too large to serve");

    std::string etag = etag_of(status);
    auto cached = cache_.find(path);
    if (cached != cache_.end()) {
        if (cached->second.etag == etag) return cached->second;
        cached_bytes_ -= cached->second.content.size();
        cache_.erase(cached);
    }
    // Who asks for large files and does not read them must not use up what sessions need.
    if (pool_.used_bytes() + static_cast<size_t>(status.st_size) > pool_.budget_bytes() / 2) {
        return failed(ENOMEM, "no room for the file");
    }
    base::SliceBuilder content(pool_, static_cast<size_t>(status.st_size));
    std::array<char, 16 * 1024> block; // NOLINT(cppcoreguidelines-pro-type-member-init)
    auto left = static_cast<size_t>(status.st_size);
    while (left > 0) {
        ssize_t count = ::read(file.get(), block.data(), std::min(left, block.size()));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return failed(EIO, "file became shorter while it was read");
        content.append({block.data(), static_cast<size_t>(count)});
        left -= static_cast<size_t>(count);
    }
    File loaded{
        .etag = std::move(etag), .changed = status.st_mtim.tv_sec, .content = content.take()};
    if (cached_bytes_ + loaded.content.size() <= kMaxCacheBytes) {
        cached_bytes_ += loaded.content.size();
        cache_.emplace(path, loaded);
    }
    return loaded;
}

} // namespace http
