// BOSH, from a connection's bytes to the bytes of a server's stream and back.
#include "bench/instructions/message.h"
#include "bench/instructions/operation.h"
#include "bench/load/browser_head.h"
#include "tests/bosh/relay_world.h"

#include <string>
#include <string_view>
#include <utility>

namespace instructions {

namespace {

using namespace std::chrono_literals;
using bosh::MemoryPeer;

constexpr std::string_view kStreamEnd = "</stream:stream>";

// A world whose client is a browser.
class BoshOperation : public Operation, protected bosh::RelayWorld {
protected:
    BoshOperation() { start({}); }

    static std::string post(std::string_view body) {
        std::string request = load::post_head("chat.example.org", "/http-bind");
        request.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
        return request;
    }
    // The next of the session.
    std::string request(std::string_view payload = "", std::string_view attributes = "") {
        return post(body(++rid_, payload, attributes));
    }
    // The client goes, and nothing of a session that has ended is remembered.
    void leave(MemoryPeer& client) {
        client.end();
        client.pump();
        env_.advance(bosh::Tombstones::kPeriod + 1s);
        CM_ASSERT(endpoint_.empty() && http_->connection_count() == 0 && servers_.peer().saw_end());
    }
    // What a server does after the end of our stream.
    void end_stream() {
        servers_.peer().send(kStreamEnd);
        servers_.peer().end();
    }

    bosh::Rid rid_ = bosh::kFirstRid;
};

// A session with one request held, and another connection for the next request.
class SessionOperation : public BoshOperation {
protected:
    SessionOperation() {
        open_session(held_);
        hold();
    }
    // The next request is held, on what was free.
    void hold() {
        CM_ASSERT(exchange(free_, request()).empty());
        std::swap(held_, free_);
    }
    // The next request is counted, from its bytes to what it makes us do. It is held then, and what
    // was held is answered.
    std::string count_request(Count& count, std::string_view payload) {
        free_.send(request(payload));
        count.start();
        free_.pump();
        servers_.pump();
        env_.turn();
        count.stop();
        std::swap(held_, free_);
        return free_.take_received();
    }

    MemoryPeer held_ = connect();
    MemoryPeer free_ = connect();
};

class Create final : public BoshOperation {
public:
    void run(Count& count) override {
        MemoryPeer client;
        client.send(post(creation(bosh::kUsualTerms)));
        std::string server = bosh::server_header().append(bosh::kFeatures);
        count.start();
        http_->accept(client.open(), {});
        client.pump();
        servers_.accept();
        servers_.say(server);
        env_.turn();
        count.stop();
        name_session(client.take_received());

        rid_ = bosh::kFirstRid;
        (void)exchange(client, request("", " type='terminate'"));
        end_stream();
        servers_.pump();
        leave(client);
    }
};

class Terminate final : public BoshOperation {
public:
    void run(Count& count) override {
        MemoryPeer client = connect();
        open_session(client);
        (void)heard();
        rid_ = bosh::kFirstRid;
        client.send(request("", " type='terminate'"));
        count.start();
        client.pump();
        end_stream();
        servers_.pump();
        env_.turn();
        count.stop();
        CM_ASSERT(client.take_received().ends_with(" type='terminate'/>"));
        CM_ASSERT(heard() == kStreamEnd);
        leave(client);
    }
};

class Poll final : public SessionOperation {
public:
    void run(Count& count) override {
        env_.advance(settings_.polling); // not sooner
        CM_ASSERT(count_request(count, "").ends_with("'/>"));
    }
};

class StanzaToServer final : public SessionOperation {
public:
    explicit StanzaToServer(size_t size) : message_(message(kFromClient, size)) {
        settings_.release_delay = 0ms;
    }
    void run(Count& count) override {
        CM_ASSERT(count_request(count, message_).starts_with("HTTP/1.1 200 "));
        CM_ASSERT(heard() == message_);
    }

private:
    std::string message_;
};

class StanzaToClient final : public SessionOperation {
public:
    explicit StanzaToClient(size_t size) : message_(message(kFromServer, size)) {}
    void run(Count& count) override {
        servers_.peer().send(message_);
        count.start();
        servers_.pump();
        env_.turn();
        count.stop();
        std::string answer = held_.take_received();
        CM_ASSERT(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("</message></body>"));
        hold();
    }

private:
    std::string message_;
};

// What a client says, and the server's answer to it, within the delay of what was held.
class Exchange final : public SessionOperation {
public:
    explicit Exchange(size_t size)
        : message_(message(kFromClient, size)), answer_(message(kFromServer, size)) {}
    void run(Count& count) override {
        free_.send(request(message_));
        servers_.peer().send(answer_);
        count.start();
        free_.pump();
        servers_.pump();
        env_.turn();
        count.stop();
        CM_ASSERT(free_.take_received().empty());
        std::swap(held_, free_);
        CM_ASSERT(free_.take_received().ends_with("</message></body>"));
        CM_ASSERT(heard() == message_);
    }

private:
    std::string message_;
    std::string answer_;
};

constexpr NamedOperation kBoshOperations[] = {
    named<Create>("bosh.create"),
    named<Poll>("bosh.poll"),
    named<StanzaToServer, 200>("bosh.to-server-200"),
    named<StanzaToServer, 4096>("bosh.to-server-4096"),
    named<StanzaToClient, 200>("bosh.to-client-200"),
    named<StanzaToClient, 4096>("bosh.to-client-4096"),
    named<Exchange, 200>("bosh.exchange-200"),
    named<Terminate>("bosh.terminate"),
};

} // namespace

std::span<const NamedOperation> bosh_operations() {
    return kBoshOperations;
}

} // namespace instructions
