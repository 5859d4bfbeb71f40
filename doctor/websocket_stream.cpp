#include "doctor/websocket_stream.h"

#include "probe/stream_error.h"
#include "xmpp/namespaces.h"

#include <algorithm>
#include <utility>

namespace doctor {

using probe::Problem;

void WebSocketStream::open(const std::string& url, const std::string& origin,
                           const probe::Deadline& deadline) {
    Handshake handshake = socket_.open(url, origin, deadline.left());
    if (!handshake.opened) return fail(Problem::HttpError, handshake.error);
    restart(deadline);
}

void WebSocketStream::restart(const probe::Deadline& deadline) {
    send("<open xmlns='" + std::string(xmpp::kFramingNamespace) + "' to='" + domain_ +
             "' version='1.0'/>",
         deadline);
}

void WebSocketStream::send(std::string_view element, const probe::Deadline& /*deadline*/) {
    // Whether it is over is seen where the reason is: in what is received.
    (void)socket_.send(element);
}

std::optional<probe::Element> WebSocketStream::await(const Fits& fits,
                                                     const probe::Deadline& deadline) {
    if (failure_.problem == Problem::BoshcmNoAnswer) failure_ = {}; // there is time again
    for (;;) {
        auto found = std::ranges::find_if(received_, fits);
        if (found != received_.end()) {
            probe::Element element = std::move(*found);
            received_.erase(found);
            return element;
        }
        if (failure_.problem != Problem::None || !receive(deadline)) return std::nullopt;
    }
}

bool WebSocketStream::receive(const probe::Deadline& deadline) {
    std::string text = socket_.receive(deadline.left());
    if (text.empty()) {
        fail(socket_.over() ? Problem::SessionLost : Problem::BoshcmNoAnswer, socket_.why());
        return false;
    }
    auto element = probe::Element::parse(check_, text);
    if (!element) {
        fail(Problem::SessionLost, "what came is no XML");
        return false;
    }
    if (element->is("error", xmpp::kStreamsNamespace)) {
        probe::StreamError error = probe::read_stream_error(*element);
        fail(error.problem, error.words);
        return false;
    }
    if (element->is("close", xmpp::kFramingNamespace)) {
        fail(Problem::SessionLost, "the stream was closed");
        return false;
    }
    received_.push_back(std::move(*element));
    return true;
}

void WebSocketStream::close() {
    if (failure_.problem == Problem::None) {
        (void)socket_.send("<close xmlns='" + std::string(xmpp::kFramingNamespace) + "'/>");
    }
}

void WebSocketStream::fail(Problem problem, std::string detail) {
    failure_ = {.problem = problem, .detail = std::move(detail), .mechanism = {}, .jid = {}};
}

} // namespace doctor
