// RawConnection — a connection to where a URL leads, TLS and all, on which we write what we like:
// for WebSockets, and for what is no HTTP.
// Errors: open() false, with error(); receive() empty once it is over.
// Life:   of one thread.
#pragma once

#include "base/time.h"
#include "doctor/curl_options.h"

#include <memory>
#include <string>
#include <string_view>

namespace doctor {

class RawConnection {
public:
    explicit RawConnection(const Reach& reach);
    ~RawConnection();
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    // Speaks HTTP/1.1 where TLS asks which it is.
    bool open(const std::string& url, base::Duration patience);
    bool send(std::string_view bytes);
    // What has come, as soon as anything has; empty if nothing does in time, or it is closed().
    [[nodiscard]] std::string receive(base::Duration time);

    [[nodiscard]] bool closed() const { return closed_; }
    [[nodiscard]] const std::string& error() const { return error_; }
    // errno of connecting; 0: there is none.
    [[nodiscard]] long system_error() const { return system_error_; }

private:
    struct Handle;
    bool wait(bool to_write, base::Duration time);

    std::unique_ptr<Handle> handle_;
    bool closed_ = false;
    std::string error_;
    long system_error_ = 0;
};

} // namespace doctor
