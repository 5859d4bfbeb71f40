// EndpointTest — an Endpoint with servers that the test plays, and answers as they were given.
// Life:   as gtest has it.
#pragma once

#include "bosh/endpoint.h"
#include "tests/support/test_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bosh {

constexpr std::string_view kUsual = " to='example.org' ver='1.11' hold='1' wait='60'";

// A server that the test plays.
class FakeUpstream final : public xmpp::Upstream {
public:
    FakeUpstream(xmpp::UpstreamListener& to, size_t& count) : listener(to), bounced(count) {}
    void open(const xmpp::StreamParameters& parameters) override {
        opened_to = parameters.to;
        client_tls = parameters.tls;
    }
    void send(base::SliceChain elements) override { sent += elements.to_string(); }
    void restart(const xmpp::StreamParameters&) override { ++restarts; }
    void bounce(std::span<const xmpp::Stanza> undelivered) override {
        bounced += undelivered.size();
    }
    void close(CloseMode) override { closed = true; }
    void pause_read() override { paused = true; }
    void resume_read() override { paused = false; }
    bool congested() const override { return is_congested; }
    base::ServerFacts server_facts() const override { return facts; }

    xmpp::UpstreamListener& listener;
    std::string opened_to;
    std::shared_ptr<const net::TlsFacts> client_tls;
    std::string sent;
    int restarts = 0;
    size_t& bounced; // of all that were ever made
    bool closed = false;
    bool paused = false;
    bool is_congested = false;
    base::ServerFacts facts;
};

class FakeUpstreams final : public xmpp::UpstreamFactory {
public:
    std::unique_ptr<xmpp::Upstream> create(std::string_view, xmpp::ServerIndex server,
                                           xmpp::UpstreamListener& to) override {
        latest_server = server;
        auto upstream = std::make_unique<FakeUpstream>(to, bounced);
        latest = upstream.get();
        ++created;
        return upstream;
    }
    FakeUpstream* latest = nullptr;
    xmpp::ServerIndex latest_server = xmpp::kOwnServer;
    int created = 0;
    size_t bounced = 0;
};

class OneDomain final : public Domains {
public:
    std::span<const Route> routes(std::string_view) const override { return listed_routes; }
    std::vector<Route> listed_routes;

    Standing standing(std::string_view domain) const override {
        return domain == "example.org" ? Standing::Served : Standing::Unknown;
    }
};

// Keeps what an endpoint answers, and whom it cuts off.
class AnswerKeeper final : public http::Responder {
public:
    struct Answer {
        uint16_t status = 0;
        std::string content_type;
        base::SliceChain body;
        std::string fields; // all of them
        bool close = false;
    };

    explicit AnswerKeeper(Endpoint& endpoint) : endpoint_(endpoint) {
        endpoint.set_responder(*this);
    }
    bool respond(http::RequestRef request, http::Response response) override {
        answers[request.index] = {.status = response.status,
                                  .content_type = std::string(response.content_type),
                                  .body = std::move(response.body),
                                  .fields = response.fields.append(response.constant_fields),
                                  .close = response.close};
        return true;
    }
    void drop(http::RequestRef request) override {
        dropped.push_back(request.index);
        endpoint_.on_request_lost(request);
    }
    std::string answer(uint32_t index) {
        auto found = answers.find(index);
        return found == answers.end() ? "none" : found->second.body.to_string();
    }

    std::map<uint32_t, Answer> answers;
    std::vector<uint32_t> dropped;

private:
    Endpoint& endpoint_;
};

class EndpointTest : public testing::Test {
protected:
    uint32_t post(std::string_view document, std::string_view coding = {},
                  std::string_view accepted = {}) {
        http::FieldList fields;
        if (!coding.empty()) fields.add("Content-Encoding", coding);
        if (!accepted.empty()) fields.add("Accept-Encoding", accepted);
        http::RequestHead head{
            .method = http::Method::Post, .path = "/http-bind", .fields = fields};
        uint32_t index = next_++;
        endpoint_.on_request({.index = index, .generation = 1}, head,
                             base::Slice::copy(env_.pool, document), client_);
        return index;
    }
    std::string answer(uint32_t index) { return keeper_.answer(index); }
    uint32_t create(std::string_view attributes = kUsual) {
        return post("<body xmlns='http://jabber.org/protocol/httpbind' rid='100'" +
                    std::string(attributes) + "/>");
    }
    std::string gzip(std::string_view text) {
        return coder_
            .encode(http::ContentCoding::Gzip, base::SliceChain(base::Slice::copy(env_.pool, text)))
            .to_string();
    }
    std::string decoded(uint32_t index, http::ContentCoding coding) {
        auto plain = coder_.decode(coding, answer(index), 1 << 20);
        return plain ? std::string(plain->view()) : "broken";
    }
    // A session in which the features have been answered.
    std::string open_session(std::string_view attributes = kUsual) {
        uint32_t creation = create(attributes);
        server().listener.on_stream_opened(
            {.from = "example.org", .id = "i", .version = "1.0", .lang = ""});
        stanza("<stream:features/>", xmpp::Stanza::Kind::Features);
        std::string xml = answer(creation);
        size_t at = xml.find(" sid='");
        EXPECT_NE(at, std::string::npos) << xml;
        return xml.substr(at + 6, 27);
    }
    std::string body(std::string_view sid, Rid rid, std::string_view payload) {
        return "<body xmlns='http://jabber.org/protocol/httpbind' sid='" + std::string(sid) +
               "' rid='" + std::to_string(rid) + "'>" + std::string(payload) + "</body>";
    }
    void stanza(std::string_view xml, xmpp::Stanza::Kind kind = xmpp::Stanza::Kind::Message) {
        server().listener.on_stanza({.bytes = base::Slice::copy(env_.pool, xml), .kind = kind});
        server().listener.on_batch_end();
    }
    FakeUpstream& server() { return *upstreams_.latest; }

    tests::TestEnv env_;
    base::Env services_ = env_.env();
    Settings settings_;
    OneDomain domains_;
    FakeUpstreams upstreams_;
    xmpp::XmlCheck check_;
    http::ContentCoder coder_{env_.pool};
    http::ClientFacts client_;
    uint32_t next_ = 0;
    Endpoint endpoint_{services_, settings_, domains_, upstreams_, check_, {}};
    AnswerKeeper keeper_{endpoint_};
    std::map<uint32_t, AnswerKeeper::Answer>& answers_ = keeper_.answers;
    std::vector<uint32_t>& dropped_ = keeper_.dropped;
};

} // namespace bosh
