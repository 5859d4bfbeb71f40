// Http2Client — HTTP/2 of one client's connection, as an engine: requests in and bytes out, bytes
// in and answers out. nghttp2 frames, compresses fields and keeps windows. What it says of itself
// is what Chromium says: windows that no answer fills, and no pushes.
// Spec:   RFC 9113; RFC 8441 (tunnels).
// Units:  stream numbers as on the wire; 0 is none.
// Life:   the listener is called inside feed() and take_output() only; it may ask there, but not
//         feed, take output or destroy.
#pragma once

#include "base/slice.h"
#include "bench/load/browser_head.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace load {

class Http2Client {
public:
    using Stream = int32_t;

    class Listener {
    public:
        // The server has said how it is; once for each time that it says so.
        virtual void on_settings(bool offers_tunnels) = 0;
        virtual void on_status(Stream stream, std::string_view status) = 0;
        virtual void on_data(Stream stream, base::ByteView bytes) = 0;
        // All of the answer, or of what comes through a tunnel, is there.
        virtual void on_end(Stream stream) = 0;
        // Reset, or refused, before its end.
        virtual void on_stream_lost(Stream stream) = 0;

    protected:
        ~Listener() = default;
    };

    explicit Http2Client(Listener& listener);
    Http2Client(const Http2Client&) = delete;
    Http2Client& operator=(const Http2Client&) = delete;
    ~Http2Client();

    void feed(base::ByteView in);
    // What is to be sent; empty: nothing, or the windows are shut.
    [[nodiscard]] std::string take_output();
    // The server takes no further request on this connection.
    [[nodiscard]] bool winding_down() const;
    // What came is no HTTP/2, and our last word of that is taken. Of no use afterwards.
    [[nodiscard]] bool broken() const;

    [[nodiscard]] Stream request(const BrowserFields& fields, base::ByteView body);
    // A request for a tunnel; send() is for when it stands.
    [[nodiscard]] Stream connect(const BrowserFields& fields);
    void send(Stream stream, base::ByteView bytes);

private:
    struct Parts; // nghttp2's session, and what waits to be sent
    std::unique_ptr<Parts> parts_;
};

} // namespace load
