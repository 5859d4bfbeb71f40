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

} // namespace

SliceChain empty_body() {
    return SliceChain(Slice::literal(kEmptyBody));
}

SliceChain encode(base::SlicePool& pool, BodyOut body) {
    if (body.is_plain_empty()) return empty_body();

    // Answers are kept for repeats, so the block is made as large as it will be.
    bool has_condition = body.condition != Condition::None;
    const ByteView tag[] = {
        kOpen,
        body.declares_xmpp ? " xmlns:xmpp='urn:xmpp:xbosh'" : "",
        body.declares_stream ? " xmlns:stream='http://etherx.jabber.org/streams'" : "",
        body.type == BodyOut::Type::Terminate ? " type='terminate'" : "",
        body.type == BodyOut::Type::Error ? " type='error'" : "",
        has_condition ? " condition='" : "",
        has_condition ? to_string(body.condition) : "",
        has_condition ? "'" : "",
        body.attributes,
        body.payloads.empty() ? "/>" : ">",
    };
    size_t bytes = 0;
    for (ByteView piece : tag) bytes += piece.size();
    size_t payload_bytes = body.payloads.size_bytes();
    bool packs = payload_bytes > 0 && payload_bytes <= base::kPackedBytes;
    if (packs) bytes += payload_bytes + kClose.size();

    base::SliceBuilder head(pool, bytes);
    for (ByteView piece : tag) head.append(piece);
    if (packs) head.append(body.payloads).append(kClose);
    SliceChain out(head.take());
    if (payload_bytes > 0 && !packs) {
        out.push(std::move(body.payloads));
        out.push(Slice::literal(kClose));
    }
    return out;
}

void append_number(std::string& out, std::string_view name, uint64_t value) {
    xmpp::append_attribute(out, name, std::to_string(value));
}

} // namespace bosh
