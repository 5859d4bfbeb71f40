// TcpStream — a client's stream over plain TCP, straight to the server: what is possible at best.
// Spec:   RFC 6120 §4.
// Life:   as ClientStream says.
#pragma once

#include "bench/load/client_stream.h"
#include "bench/load/element_reader.h"
#include "bench/load/line.h"

namespace load {

class TcpStream final : public ClientStream, private Line::Listener {
public:
    TcpStream(StreamContext& context, ClientStreamListener& listener)
        : context_(context), listener_(listener), line_(context, *this), out_(context.env.pool) {}

    void open() override { line_.dial(); }
    void restart() override;
    void send(base::ByteView stanza) override { out_.append(stanza); }
    void flush() override;
    void close() override;
    void abandon() override;

private:
    void on_line_up(Line& line) override;
    void on_line_bytes(Line& line, base::ByteView bytes) override;
    void on_line_down(Line& line, std::string_view why) override;

    void write_header();
    void fail(std::string_view fault);

    StreamContext& context_;
    ClientStreamListener& listener_;
    Line line_;
    ElementReader reader_;
    base::SliceBuilder out_;
    bool open_ = false;  // the connection stood
    bool ended_ = false; // nothing more is told
    bool closing_ = false;
};

} // namespace load
