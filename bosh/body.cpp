#include "bosh/body.h"

#include "xmpp/xml_text.h"

namespace bosh {

namespace {

using base::ByteView;
using base::Slice;
using base::SliceChain;

constexpr ByteView kEmptyBody = "<body xmlns='http://jabber.org/protocol/httpbind'/>";
constexpr ByteView kOpen = "<body xmlns='http://jabber.org/protocol/httpbind'";
constexpr ByteView kClose = "</body>";
// Without further attributes, and with room for one of our own.
constexpr size_t kUsualTagBytes = kOpen.size() + 32;

} // namespace

SliceChain empty_body() {
    return SliceChain(Slice::literal(kEmptyBody));
}

SliceChain encode(base::SlicePool& pool, BodyOut body) {
    if (body.is_plain_empty()) return empty_body();

    size_t payload_bytes = body.payloads.size_bytes();
    bool packs = payload_bytes > 0 && payload_bytes <= base::kPackedBytes;
    base::SliceBuilder head(pool, kUsualTagBytes + body.attributes.size() +
                                      (packs ? payload_bytes + kClose.size() : 0));
    head.append(kOpen);
    if (body.declares_xmpp) head.append(" xmlns:xmpp='urn:xmpp:xbosh'");
    if (body.declares_stream) head.append(" xmlns:stream='http://etherx.jabber.org/streams'");
    if (body.type == BodyOut::Type::Terminate) head.append(" type='terminate'");
    if (body.type == BodyOut::Type::Error) head.append(" type='error'");
    if (body.condition != Condition::None) {
        head.append(" condition='").append(to_string(body.condition)).append('\'');
    }
    head.append(body.attributes);
    head.append(payload_bytes == 0 ? "/>" : ">");
    if (packs) {
        head.append(body.payloads).append(kClose);
        return SliceChain(head.take());
    }
    SliceChain out(head.take());
    if (payload_bytes == 0) return out;
    out.push(std::move(body.payloads));
    out.push(Slice::literal(kClose));
    return out;
}

void append_number(std::string& out, std::string_view name, uint64_t value) {
    xmpp::append_attribute(out, name, std::to_string(value));
}

} // namespace bosh
