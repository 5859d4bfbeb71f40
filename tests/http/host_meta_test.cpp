#include "http/host_meta.h"
#include "tests/support/test_env.h"

#include <gmock/gmock.h>

#include <string>

namespace http {
namespace {

using testing::HasSubstr;

class HostMetaTest : public testing::Test, protected Responder {
protected:
    void drop(RequestRef) override {}
    bool respond(RequestRef, Response response) override {
        answer_ = std::move(response);
        return true;
    }
    Response ask(std::string_view path, std::string_view authority = "example.org",
                 Method method = Method::Get, bool encrypted = true) {
        FieldList fields;
        RequestHead head{.method = method, .path = path, .authority = authority, .fields = fields};
        ClientFacts client{.encrypted = encrypted};
        Handler::Verdict verdict = handler_.on_head(head, client);
        if (verdict.refusal) return std::move(*verdict.refusal);
        handler_.on_request({}, head, {}, client);
        return std::move(answer_);
    }

    void SetUp() override {
        handler_.use({"example.org", "xn--bcher-kva.example"},
                     {{"urn:xmpp:alt-connections:xbosh", "https://chat.example.org/bind?a&b"},
                      {"urn:xmpp:alt-connections:websocket", "wss://chat.example.org/ws"}});
    }

    tests::TestEnv env_;
    Response answer_;
    HostMeta handler_{env_.pool, *this};
};

// Rows: H-085, H-086, H-088, H-090
TEST_F(HostMetaTest, GivesTheLinksAsXrd) {
    Response answer = ask(HostMeta::kXrdPath);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.content_type, "application/xrd+xml");
    EXPECT_EQ(answer.body.to_string(), "<?xml version='1.0' encoding='UTF-8'?>\n"
                                       "<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>\n"
                                       "  <Link rel='urn:xmpp:alt-connections:xbosh' "
                                       "href='https://chat.example.org/bind?a&amp;b'/>\n"
                                       "  <Link rel='urn:xmpp:alt-connections:websocket' "
                                       "href='wss://chat.example.org/ws'/>\n"
                                       "</XRD>\n");
}

// Rows: H-085, H-086, H-088, H-090
TEST_F(HostMetaTest, GivesTheLinksAsJrd) {
    Response answer = ask(HostMeta::kJrdPath);
    EXPECT_EQ(answer.content_type, "application/json");
    EXPECT_EQ(answer.body.to_string(), R"({"links":[{"rel":"urn:xmpp:alt-connections:xbosh",)"
                                       R"("href":"https://chat.example.org/bind?a&b"},)"
                                       R"({"rel":"urn:xmpp:alt-connections:websocket",)"
                                       R"("href":"wss://chat.example.org/ws"}]})"
                                       "\n");
}

// Rows: H-087, S-048
TEST_F(HostMetaTest, IsNotThereWithoutEncryption) {
    for (std::string_view path : {HostMeta::kXrdPath, HostMeta::kJrdPath}) {
        EXPECT_EQ(ask(path, "example.org", Method::Get, false).status, 404);
    }
}

// Rows: H-090
TEST_F(HostMetaTest, IsThereForTheDomainsOnly) {
    for (std::string_view ours :
         {"Example.ORG", "example.org:8443", "xn--bcher-kva.example", "XN--BCHER-KVA.example:1"}) {
        EXPECT_EQ(ask(HostMeta::kXrdPath, ours).status, 200) << ours;
    }
    for (std::string_view other : {"", "chat.example.org", "example.org.evil.example", "evil"}) {
        EXPECT_EQ(ask(HostMeta::kXrdPath, other).status, 404) << other;
    }
}

// Rows: H-085
TEST_F(HostMetaTest, AnswersGetAndHeadOnly) {
    EXPECT_EQ(ask(HostMeta::kXrdPath, "example.org", Method::Head).status, 200);
    Response refused = ask(HostMeta::kXrdPath, "example.org", Method::Post);
    EXPECT_EQ(refused.status, 405);
    EXPECT_THAT(refused.fields, HasSubstr("Allow: GET, HEAD, OPTIONS\r\n"));
}

// Rows: H-078, H-089
TEST_F(HostMetaTest, IsOpenToEveryOriginAndKeptForAnHour) {
    std::string fields;
    handler_.cors().append_answer_fields(fields, "https://any.example");
    EXPECT_EQ(fields, "Access-Control-Allow-Origin: *\r\n");
    EXPECT_EQ(ask(HostMeta::kXrdPath).fields, "Cache-Control: max-age=3600\r\n");
}

// Rows: H-090
TEST_F(HostMetaTest, EscapesWhatMeansSomethingToAReader) {
    HostMeta odd(env_.pool, *this);
    odd.use({"h"}, {{"r\"\\\n", "https://h/<'\">"}});
    FieldList fields;
    RequestHead head{.path = HostMeta::kJrdPath, .fields = fields};
    odd.on_request({}, head, {}, {});
    EXPECT_EQ(answer_.body.to_string(),
              "{\"links\":[{\"rel\":\"r\\\"\\\\\\u000a\",\"href\":\"https://h/<'\\\">\"}]}\n");
    head.path = HostMeta::kXrdPath;
    odd.on_request({}, head, {}, {});
    EXPECT_THAT(answer_.body.to_string(), HasSubstr("href='https://h/&lt;&apos;&quot;&gt;'"));
}

} // namespace
} // namespace http
