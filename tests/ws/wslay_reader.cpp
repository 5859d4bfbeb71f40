#include "tests/ws/wslay_reader.h"

#include <wslay/wslay.h>

namespace ws {

namespace {

struct Run {
    std::string_view unread;
    FrameTrace trace{};
};

Run& run_of(void* user) {
    return *static_cast<Run*>(user);
}

ssize_t give_bytes(wslay_event_context* context, uint8_t* out, size_t room, int, void* user) {
    std::string_view& unread = run_of(user).unread;
    size_t count = unread.copy(reinterpret_cast<char*>(out), room);
    unread.remove_prefix(count);
    if (count > 0) return static_cast<ssize_t>(count);
    wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
    return -1;
}

void on_frame(wslay_event_context* context, const wslay_event_on_frame_recv_start_arg* frame,
              void* user) {
    if (frame->opcode != WSLAY_BINARY_FRAME) return;
    run_of(user).trace.end("fault", 1003);
    wslay_event_shutdown_read(context);
}

void on_message(wslay_event_context*, const wslay_event_on_msg_recv_arg* message, void* user) {
    FrameTrace& trace = run_of(user).trace;
    std::string_view payload(reinterpret_cast<const char*>(message->msg), message->msg_length);
    switch (message->opcode) {
    case WSLAY_TEXT_FRAME: trace.note("message", payload); break;
    case WSLAY_PING: trace.note("ping", payload); break;
    case WSLAY_PONG: trace.note("pong", payload); break;
    case WSLAY_CONNECTION_CLOSE:
        if (payload.size() == 1) trace.end("fault", 1002);
        trace.end("close", message->status_code);
        break;
    default: break;
    }
}

} // namespace

std::string read_with_wslay(std::string_view bytes, size_t max_message_bytes) {
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = give_bytes;
    callbacks.on_frame_recv_start_callback = on_frame;
    callbacks.on_msg_recv_callback = on_message;
    callbacks.send_callback = [](wslay_event_context*, const uint8_t*, size_t size, int, void*) {
        return static_cast<ssize_t>(size);
    };
    Run run{.unread = bytes};
    wslay_event_context* context = nullptr;
    if (wslay_event_context_server_init(&context, &callbacks, &run) != 0) return "no wslay";
    wslay_event_config_set_max_recv_msg_length(context, max_message_bytes);
    // A header that is wrong in itself is an error; what is wrong in its place is answered.
    if (wslay_event_recv(context) != 0) run.trace.end("fault", 1002);
    wslay_event_send(context);
    if (wslay_event_get_close_sent(context) != 0) {
        run.trace.end("fault", wslay_event_get_status_code_sent(context));
    }
    wslay_event_context_free(context);
    return run.trace.text();
}

} // namespace ws
