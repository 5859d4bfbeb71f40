// Any bytes as a request body: what is accepted must be a well-formed sequence of elements again.
#include "bosh/body_codec.h"
#include "tests/support/test_env.h"

#include <array>

namespace {

class CountChildren final : public xmpp::XmlVisitor {
public:
    void on_start(unsigned depth, const xmpp::XmlStartTag&) override {
        count += depth == 1 ? 1 : 0;
    }
    void on_end(unsigned) override {}
    unsigned count = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static tests::TestEnv env;
    static base::Env services = env.env();
    static xmpp::XmlCheck check;
    static bosh::BodyCodec codec(services, check, 64UL * 1024);

    auto document = base::Slice::copy(env.pool, {reinterpret_cast<const char*>(data), size});
    bosh::Decoded decoded = codec.decode(document);
    CM_ASSERT(env.metrics[base::Counter::XmlDisagreements] == 0);
    if (decoded.fault) return 0;
    CM_ASSERT(decoded.has_attributes);

    // Out of the wrapper, inside a stream: exactly as many elements, nothing closed early (S-012).
    std::string payloads = decoded.body.payloads.to_string();
    std::array<base::ByteView, 3> stream{
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
        payloads, "</stream:stream>"};
    CountChildren children;
    CM_ASSERT(check.run(stream, children).has_value());
    CM_ASSERT(children.count <= decoded.body.payload_count);
    return 0;
}
