// LocalSocketFile — the file by which others find a Unix socket that is listened on.
// Errors: create() says which step the system refused: errno. EADDRINUSE: somebody listens there.
// Life:   takes the file away in the end. One that a crash left behind is taken away at the start,
//         but only if it is a socket and nobody listens on it.
#pragma once

#include "base/error.h"

#include <memory>
#include <string>
#include <utility>

namespace net {

struct LocalPath {
    std::string path;
    unsigned mode = 0600; // who may connect, as chmod has it
};

class LocalSocketFile {
public:
    [[nodiscard]] static base::Result<std::unique_ptr<LocalSocketFile>>
    create(const LocalPath& wanted);
    LocalSocketFile(const LocalSocketFile&) = delete;
    LocalSocketFile& operator=(const LocalSocketFile&) = delete;
    ~LocalSocketFile();

    // Bound, not listening yet; the caller closes it.
    [[nodiscard]] int take_descriptor() { return std::exchange(descriptor_, -1); }

private:
    explicit LocalSocketFile(std::string path) : path_(std::move(path)) {}

    std::string path_;
    int descriptor_ = -1;
    bool bound_ = false;
};

} // namespace net
