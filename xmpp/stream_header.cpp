#include "xmpp/stream_header.h"

#include "xmpp/domain.h"
#include "xmpp/inherited.h"
#include "xmpp/namespaces.h"
#include "xmpp/stream_error.h"
#include "xmpp/xml_text.h"

#include <algorithm>
#include <string_view>

namespace xmpp {

namespace {

// Of what is written at once; a longer one is made room for.
constexpr size_t kUsualHeaderBytes = 256;

class HeaderVisitor final : public XmlVisitor {
public:
    void on_start(unsigned /*depth*/, const XmlStartTag& tag) override {
        local = tag.local;
        uri = tag.uri;
        header.from = tag.attribute("from");
        header.to = tag.attribute("to");
        header.id = tag.attribute("id");
        header.version = tag.attribute("version");
        header.lang = tag.attribute("lang", kXmlNamespace);
        header.wrapper = "<s";
        for (const auto& [prefix, namespace_uri] : tag.declarations) {
            if (prefix.empty()) {
                content_uri = namespace_uri;
            } else {
                ++prefixes;
            }
            append_attribute(header.wrapper,
                             prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix),
                             namespace_uri);
        }
        if (!header.lang.empty()) {
            append_attribute(header.wrapper, "xml:lang", header.lang);
        }
        header.wrapper += '>';
    }
    void on_end(unsigned /*depth*/) override {}

    std::string local;
    std::string uri;
    std::string content_uri;
    size_t prefixes = 0;
    ServerHeader header;
};

} // namespace

bool is_version_1(std::string_view version) {
    auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
    size_t dot = version.find('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 1 == version.size()) return false;
    std::string_view major = version.substr(0, dot);
    std::string_view minor = version.substr(dot + 1);
    major.remove_prefix(std::min(major.find_first_not_of('0'), major.size()));
    return major == "1" && std::ranges::all_of(minor, is_digit);
}

std::string stream_header(const StreamParameters& parameters) {
    std::string text;
    text.reserve(kUsualHeaderBytes);
    text += "<?xml version='1.0'?><stream:stream";
    append_attribute(text, "xmlns", kClientNamespace);
    append_attribute(text, "xmlns:stream", kStreamsNamespace);
    append_attribute(text, "to", parameters.to);
    auto to = Domain::parse(parameters.to);
    auto from = Jid::parse(parameters.from);
    if (from && to && from->domain == to->name) {
        append_attribute(text, "from", from->bare());
    }
    if (!parameters.lang.empty()) {
        append_attribute(text, "xml:lang", parameters.lang);
    }
    append_attribute(text, "version", "1.0");
    text += '>';
    return text;
}

base::Result<ServerHeader> read_server_header(XmlCheck& check, base::ByteView tag,
                                              size_t name_end) {
    CM_ASSERT(name_end > 1 && name_end < tag.size());
    base::ByteView pieces[] = {tag, "</", tag.substr(1, name_end - 1), ">"};
    bool empty_root = tag.ends_with("/>");
    HeaderVisitor visitor;
    auto checked = check.run(std::span(pieces).first(empty_root ? 1 : 4), visitor);
    if (!checked) return std::unexpected(checked.error());
    using enum base::Category;
    if (visitor.prefixes > Scope::kMaxPrefixes) {
        return base::fail(Xml, XmlFault::PolicyViolation, "namespace declaration limit");
    }
    if (visitor.uri != kStreamsNamespace) {
        return base::fail(Stream, StreamCondition::InvalidNamespace, "root not of streams");
    }
    if (visitor.local != "stream") {
        return base::fail(Stream, StreamCondition::BadFormat, "root is no stream");
    }
    // With no default namespace, or with streams as default, each stanza brings its own.
    if (!visitor.content_uri.empty() && visitor.content_uri != kClientNamespace &&
        visitor.content_uri != kStreamsNamespace) {
        return base::fail(Stream, StreamCondition::InvalidNamespace, "content not jabber:client");
    }
    if (!visitor.header.version.empty() && !is_version_1(visitor.header.version)) {
        return base::fail(Stream, StreamCondition::UnsupportedVersion, "version not 1.x");
    }
    return std::move(visitor.header);
}

} // namespace xmpp
