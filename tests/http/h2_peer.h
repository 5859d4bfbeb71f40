// H2Peer — an HTTP/2 client for tests, whose framing is nghttp2's client side. What it sends goes
// through a MemoryPeer; what it has received is kept by stream.
//
//     H2Peer client(peer);
//     int32_t stream = client.post("/bosh", "x");
//     client.exchange();                       // sends, lets the server work, reads
//     EXPECT_EQ(client.answer(stream).status, 200);
//
// Raw frames, for what no library would send, are made by frame().
#pragma once

#include "tests/support/memory_transport.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nghttp2/nghttp2.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests {

class H2Peer {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;
    struct Answer {
        int status = 0;
        std::map<std::string, std::string> fields;
        std::string body;
        bool complete = false;
        std::optional<uint32_t> closed; // by which error code
        bool encouraged = false;        // 100
    };

    // `settle`: lets the server take what was sent. `window`: of each stream, for answers.
    H2Peer(MemoryPeer& peer, std::function<void()> settle, uint32_t window = 65'535);
    H2Peer(const H2Peer&) = delete;
    H2Peer& operator=(const H2Peer&) = delete;
    ~H2Peer();

    int32_t request(Fields fields, std::optional<std::string> body = std::nullopt);
    int32_t post(std::string_view path, std::string_view body, Fields further = {});
    // Begins a body of which only `begun` comes.
    int32_t begin_post(std::string_view path, std::string_view begun, Fields further = {});
    // An extended CONNECT for a WebSocket; what is sent through it, and its end.
    int32_t connect(std::string_view path, Fields further = {});
    void send(int32_t stream, std::string_view bytes);
    void finish(int32_t stream);
    // Lets so much more through to us; 0 is the whole connection.
    void open_window(int32_t stream, int32_t bytes);
    // How much more we may send, by the windows of the other side.
    [[nodiscard]] int32_t window(int32_t stream) const;
    void reset(int32_t stream);
    void ping();
    // What is to be sent as bytes, without sending it.
    std::string take_output();
    void exchange();

    [[nodiscard]] Answer& answer(int32_t stream) { return answers_[stream]; }
    // Of fields that are kept to be referred to again.
    [[nodiscard]] size_t field_table_bytes() const;
    [[nodiscard]] std::optional<uint32_t> goaway() const { return goaway_; }
    [[nodiscard]] const std::map<int32_t, uint32_t>& settings() const { return settings_; }

private:
    struct Callbacks;
    struct Outgoing {
        std::string body;
        bool stays_open = false;
    };
    int32_t submit(const Fields& fields, std::unique_ptr<Outgoing> body);
    void read();

    MemoryPeer& peer_;
    std::function<void()> settle_;
    nghttp2_session* native_ = nullptr;
    std::map<int32_t, Answer> answers_;
    std::map<int32_t, std::unique_ptr<Outgoing>> bodies_;
    std::map<int32_t, uint32_t> settings_;
    std::optional<uint32_t> goaway_;
};

// One frame as bytes.
[[nodiscard]] std::string frame(uint8_t type, uint8_t flags, int32_t stream,
                                std::string_view payload = {});
// A header block in which nothing is indexed.
[[nodiscard]] std::string header_block(const H2Peer::Fields& fields);
inline constexpr std::string_view kH2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

} // namespace tests
