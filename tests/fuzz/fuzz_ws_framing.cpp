// Any bytes as a message of a WebSocket client: what goes on to the server is one element there,
// too, and none that is not for clients to say.
#include "tests/support/test_env.h"
#include "ws/xmpp_framing.h"
#include "xmpp/namespaces.h"

#include <array>
#include <string>

namespace {

class Children final : public xmpp::XmlVisitor {
public:
    void on_start(unsigned depth, const xmpp::XmlStartTag& tag) override {
        if (depth != 1) return;
        ++count;
        uri = tag.uri;
    }
    void on_end(unsigned) override {}
    unsigned count = 0;
    std::string uri;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static tests::TestEnv env;
    static base::Env services = env.env();
    static xmpp::XmlCheck check;
    static ws::XmppFraming framing(services, check, 64UL * 1024);

    auto text = base::Slice::copy(env.pool, {reinterpret_cast<const char*>(data), size});
    ws::ClientMessage message = framing.read(text);
    CM_ASSERT(env.metrics[base::Counter::XmlDisagreements] == 0);
    CM_ASSERT((message.kind == ws::ClientMessage::Kind::Element) == !message.element.empty());
    if (message.element.empty()) return 0;

    std::string element = message.element.to_string(); // S-012, W-040, W-050, W-055
    std::array<base::ByteView, 3> stream{
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        element, "</stream:stream>"};
    Children children;
    CM_ASSERT(check.run(stream, children).has_value());
    CM_ASSERT(children.count == 1);
    CM_ASSERT(children.uri != "urn:ietf:params:xml:ns:xmpp-framing");
    CM_ASSERT(children.uri != xmpp::kStreamsNamespace && children.uri != xmpp::kTlsNamespace);
    return 0;
}
