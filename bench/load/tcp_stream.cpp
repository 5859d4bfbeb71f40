#include "bench/load/tcp_stream.h"

#include "xmpp/stream_header.h"

namespace load {

// ---------------------------------------------------------------------------- out

void TcpStream::on_line_up(Line& /*line*/) {
    open_ = true;
    write_header();
}

void TcpStream::restart() {
    reader_.reset();
    write_header();
}

void TcpStream::write_header() {
    out_.append(xmpp::stream_header({.to = context_.domain}));
    flush();
}

void TcpStream::flush() {
    if (!out_.empty()) line_.write(base::SliceChain(out_.take()));
}

void TcpStream::close() {
    closing_ = true;
    out_.append("</stream:stream>");
    flush();
}

void TcpStream::abandon() {
    ended_ = true;
    line_.cut();
}

// ---------------------------------------------------------------------------- in

void TcpStream::on_line_bytes(Line& /*line*/, base::ByteView bytes) {
    while (!ended_ && !bytes.empty()) {
        auto step = reader_.next(bytes);
        if (!step) {
            fail("not-well-formed");
            return;
        }
        switch (step->event) {
        case ElementReader::Event::None: return;
        case ElementReader::Event::RootOpen: break;
        case ElementReader::Event::Element: listener_.on_element(step->bytes); break;
        case ElementReader::Event::EmptyRoot:
        case ElementReader::Event::RootClose:
            if (!closing_) {
                fail("stream-closed");
            } else {
                line_.hang_up();
            }
            return;
        }
    }
}

void TcpStream::on_line_down(Line& /*line*/, std::string_view why) {
    if (ended_) return;
    ended_ = true;
    std::string fault = (open_ ? "connection-lost: " : "connect-failed: ") + std::string(why);
    listener_.on_stream_end(closing_ ? std::string_view() : fault);
}

void TcpStream::fail(std::string_view fault) {
    if (ended_) return;
    abandon();
    listener_.on_stream_end(fault);
}

} // namespace load
