// strophe_peer — a native XMPP client for the end-to-end tests: libstrophe at the end of a pipe.
//
// What boshcm relays must satisfy someone else's parser, SASL and stream logic; libstrophe has
// expat, its own SCRAM and its own idea of XML. The test writes commands to standard input and
// reads events from standard output, a line each; in both, backslash, newline and carriage return
// of an XML text are written \\, \n and \r.
//
//     connect JID PASSWORD HOST PORT      plain TCP; resource as in the JID; sends no presence
//     send XML                            as it is
//     disconnect
//
//     connected JID  |  stanza XML  |  disconnected REASON  |  fault TEXT
//
// It ends with its standard input.
#include <strophe.h>

#include <array>
#include <charconv>
#include <iostream>
#include <memory>
#include <poll.h>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

// How long libstrophe's loop may wait for the network before it is standard input's turn.
constexpr unsigned long kTurnMilliseconds = 5;

struct FreeContext {
    void operator()(xmpp_ctx_t* context) const { xmpp_ctx_free(context); }
};
struct ReleaseConnection {
    void operator()(xmpp_conn_t* connection) const { xmpp_conn_release(connection); }
};

std::string escaped(std::string_view text) {
    std::string line;
    for (char c : text) {
        switch (c) {
        case '\\': line += "\\\\"; break;
        case '\n': line += "\\n"; break;
        case '\r': line += "\\r"; break;
        default: line += c;
        }
    }
    return line;
}

std::string unescaped(std::string_view line) {
    std::string text;
    for (size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\\' || i + 1 == line.size()) {
            text += line[i];
            continue;
        }
        char c = line[++i];
        text += c == 'n' ? '\n' : c == 'r' ? '\r' : c;
    }
    return text;
}

void tell(std::string_view event, std::string_view text) {
    std::cout << event << ' ' << escaped(text) << std::endl;
}

class Peer {
public:
    Peer() : context_(xmpp_ctx_new(nullptr, nullptr)) {}

    // Serves commands until there are no more.
    void run() {
        while (take_input()) {
            xmpp_run_once(context_.get(), kTurnMilliseconds);
        }
        if (is_open()) {
            xmpp_disconnect(connection_.get());
            for (int turns = 0; is_open() && turns < 200; ++turns) {
                xmpp_run_once(context_.get(), kTurnMilliseconds);
            }
        }
    }

private:
    bool is_open() const {
        return connection_ != nullptr && xmpp_conn_is_disconnected(connection_.get()) == 0;
    }

    // What standard input has, without waiting unless there is nothing else to wait for. False at
    // its end.
    bool take_input() {
        pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        while (poll(&input, 1, connection_ != nullptr ? 0 : -1) > 0) {
            std::array<char, 65536> bytes;
            ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
            if (count <= 0) {
                return false;
            }
            input_.append(bytes.data(), static_cast<size_t>(count));
            for (size_t end; (end = input_.find('\n')) != std::string::npos;) {
                std::string line = input_.substr(0, end);
                input_.erase(0, end + 1);
                obey(line);
            }
        }
        return true;
    }

    void obey(const std::string& line) {
        std::string_view command = std::string_view(line).substr(0, line.find(' '));
        std::string rest = line.substr(std::min(line.size(), command.size() + 1));
        if (command == "connect") {
            connect(rest);
        } else if (!is_open()) {
            tell("fault", "not connected: " + line);
        } else if (command == "send") {
            std::string xml = unescaped(rest);
            xmpp_send_raw(connection_.get(), xml.data(), xml.size());
        } else if (command == "disconnect") {
            xmpp_disconnect(connection_.get());
        } else {
            tell("fault", "no such command: " + line);
        }
    }

    void connect(const std::string& words) {
        std::istringstream in(words);
        std::string jid;
        std::string password;
        std::string host;
        uint16_t port = 0;
        in >> jid >> password >> host >> port;
        connection_.reset(xmpp_conn_new(context_.get()));
        xmpp_conn_set_flags(connection_.get(),
                            XMPP_CONN_FLAG_DISABLE_TLS | XMPP_CONN_FLAG_DISABLE_SM);
        xmpp_conn_set_jid(connection_.get(), jid.c_str());
        xmpp_conn_set_pass(connection_.get(), password.c_str());
        if (xmpp_connect_client(connection_.get(), host.c_str(), port, &Peer::on_connection,
                                this) != XMPP_EOK) {
            tell("disconnected", "no connection");
        }
    }

    static void on_connection(xmpp_conn_t* connection, xmpp_conn_event_t event, int error,
                              xmpp_stream_error_t* stream_error, void* self) {
        if (event == XMPP_CONN_CONNECT) {
            // One for all: libstrophe takes the same function only once.
            xmpp_handler_add(connection, &Peer::on_stanza, nullptr, nullptr, nullptr, self);
            tell("connected", xmpp_conn_get_bound_jid(connection));
            return;
        }
        std::string reason = "error " + std::to_string(error);
        if (stream_error != nullptr) {
            reason = "stream error " + std::to_string(stream_error->type);
        }
        tell("disconnected", error == 0 && stream_error == nullptr ? "closed" : reason);
    }

    static int on_stanza(xmpp_conn_t* /*connection*/, xmpp_stanza_t* stanza, void* self) {
        char* text = nullptr;
        size_t size = 0;
        if (xmpp_stanza_to_text(stanza, &text, &size) == XMPP_EOK) {
            tell("stanza", {text, size});
            xmpp_free(static_cast<Peer*>(self)->context_.get(), text);
        }
        return 1; // and the next
    }

    std::unique_ptr<xmpp_ctx_t, FreeContext> context_;
    std::unique_ptr<xmpp_conn_t, ReleaseConnection> connection_; // goes before its context
    std::string input_;
};

} // namespace

int main() {
    xmpp_initialize();
    {
        Peer peer;
        peer.run();
    }
    xmpp_shutdown();
}
