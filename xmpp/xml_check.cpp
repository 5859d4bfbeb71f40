// libxml2 does the hard part, but its bare SAX interface is more trusting than XMPP is: it reports
// a DOCTYPE, a comment or a processing instruction and goes on, and says of an unbound prefix only
// that nsWellFormed is 0. So every handler for something that must not be there refuses it, and
// the first refusal, ours or libxml2's, is the verdict.
//
// What libxml2 is not asked: what stands before the root (only an XML declaration may, and
// XmlDeclaration reads it) and whether bytes are characters (find_illegal_character). With both
// out of the way it never converts an encoding and never starts on a DTD.
//
// The parser is stopped by marking it as at its end, not by xmlStopParser(): that one frees the
// input under functions of libxml2 2.9 that still read it when they have reported an error. Without
// any stop, one bad document could have it format an error message for every third byte.
//
// The document is given to it as a string that is all there, not as a buffer to read from: of a
// buffer it asks at every few bytes whether there is more, which is half of its work on a stanza.

#include "xmpp/xml_check.h"

#include "xmpp/plain_xml.h"
#include "xmpp/xml_declaration.h"
#include "xmpp/xml_fault.h"
#include "xmpp/xml_text.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <climits>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace xmpp {

namespace {

// libxml2's dictionary keeps every name it ever saw. Clients choose names, so it is thrown away
// with its context now and then; real traffic stays far below.
constexpr int kMaxDictionaryNames = 4096;
// A scratch buffer that grew beyond this for one large document is given back.
constexpr size_t kKeptScratchBytes = 64UL * 1024;
// In a value, libxml2 leaves a resolved '&' as this reference, and no other "&" ever stands there.
constexpr std::string_view kAmpersand = "&#38;";

std::string_view view_of(const xmlChar* text) {
    return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}

base::Result<void> judge_characters(base::ByteView document) {
    if (document.size() > INT_MAX) {
        return base::fail(base::Category::Xml, XmlFault::PolicyViolation, "document size");
    }
    if (auto bad = find_illegal_character(document)) {
        return base::fail(base::Category::Xml, XmlFault::NotWellFormed,
                          "not UTF-8 or no character of XML", *bad);
    }
    return {};
}

} // namespace

std::string_view XmlStartTag::attribute(std::string_view name, std::string_view in_uri) const {
    for (const XmlAttribute& candidate : attributes) {
        if (candidate.local == name && candidate.uri == in_uri) return candidate.value;
    }
    return {};
}

bool XmlStartTag::has_attribute(std::string_view name, std::string_view in_uri) const {
    return attribute(name, in_uri).data() != nullptr;
}

bool XmlStartTag::declares(std::string_view prefix_sought) const {
    return std::ranges::any_of(declarations, [&](const XmlNamespace& declaration) {
        return declaration.prefix == prefix_sought;
    });
}

struct XmlCheck::Parser {
    explicit Parser(const Limits& to_keep) : limits(to_keep), plain(to_keep) { create_context(); }
    ~Parser() { xmlFreeParserCtxt(context); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    void create_context();
    // `document` has a zero behind it.
    base::Result<void> parse(base::ByteView document, size_t skipped, XmlVisitor& to_visit);

    void refuse(XmlFault fault, const char* what);
    void on_start(const xmlChar* local, const xmlChar* prefix, const xmlChar* uri, int namespaces,
                  const xmlChar** namespace_pairs, int attributes, const xmlChar** attribute_fives);
    void on_end();
    void on_error(const xmlError& error);
    void on_text(const xmlChar* text, int length);
    // The value with "&#38;" made "&" again; valid until the tag has been visited.
    std::string_view decoded(std::string_view value);

    const Limits& limits;
    PlainXml plain;
    xmlParserCtxt* context = nullptr;
    XmlVisitor* visitor = nullptr;
    std::optional<base::Error> fault;
    bool odd_uri = false;           // nsWellFormed is 0 for that reason at least
    size_t offset = 0;              // of the document in the input given to run()
    std::vector<uint16_t> declared; // by each open element
    size_t declarations = 0;        // their sum
    std::string joined;             // the pieces
    std::string scratch;            // what libxml2 reads

    // Of the tag being visited; kept to be used again.
    std::vector<XmlNamespace> tag_declarations;
    std::vector<XmlAttribute> tag_attributes;
    std::deque<std::string> tag_values; // those that had to be decoded
};

void XmlCheck::Parser::create_context() {
    if (context != nullptr) xmlFreeParserCtxt(context);
    context = xmlNewParserCtxt();
    CM_ASSERT(context != nullptr);
    context->userData = this;
    // IGNORE_ENC: the bytes are UTF-8, whatever they look like.
    (void)xmlCtxtUseOptions(context, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);

    xmlSAXHandler& sax = *context->sax;
    sax = {};
    sax.initialized = XML_SAX2_MAGIC;
    sax.startElementNs = [](void* user, const xmlChar* local, const xmlChar* prefix,
                            const xmlChar* uri, int namespaces, const xmlChar** namespace_pairs,
                            int attributes, int /*defaulted*/, const xmlChar** attribute_fives) {
        static_cast<Parser*>(user)->on_start(local, prefix, uri, namespaces, namespace_pairs,
                                             attributes, attribute_fives);
    };
    sax.endElementNs = [](void* user, const xmlChar*, const xmlChar*, const xmlChar*) {
        static_cast<Parser*>(user)->on_end();
    };
    sax.characters = sax.ignorableWhitespace =
        sax.cdataBlock = [](void* user, const xmlChar* text, int length) {
            static_cast<Parser*>(user)->on_text(text, length);
        };
    sax.comment = [](void* user, const xmlChar*) {
        static_cast<Parser*>(user)->refuse(XmlFault::RestrictedXml, "comment");
    };
    sax.processingInstruction = [](void* user, const xmlChar*, const xmlChar*) {
        static_cast<Parser*>(user)->refuse(XmlFault::RestrictedXml, "processing instruction");
    };
    sax.getEntity = [](void* user, const xmlChar*) -> xmlEntity* {
        static_cast<Parser*>(user)->refuse(XmlFault::RestrictedXml, "entity reference");
        return nullptr;
    };
    sax.reference = [](void* user, const xmlChar*) {
        static_cast<Parser*>(user)->refuse(XmlFault::RestrictedXml, "entity reference");
    };
    sax.serror = [](void* user, xmlError* error) { static_cast<Parser*>(user)->on_error(*error); };
}

base::Result<void> XmlCheck::Parser::parse(base::ByteView document, size_t skipped,
                                           XmlVisitor& to_visit) {
    visitor = &to_visit;
    fault.reset();
    odd_uri = false;
    offset = skipped;
    declared.clear();
    declarations = 0;
    xmlCtxtReset(context);
    CM_ASSERT(document.data()[document.size()] == '\0');
    xmlParserInput* input =
        xmlNewStringInputStream(context, reinterpret_cast<const xmlChar*>(document.data()));
    CM_ASSERT(input != nullptr && inputPush(context, input) >= 0);
    // Our handlers build no tree, so there is none to free.
    (void)xmlParseDocument(context);
    // Each of these has come with an error. That it has is not taken on trust.
    if (!fault && (context->wellFormed == 0 || (context->nsWellFormed == 0 && !odd_uri))) {
        refuse(XmlFault::NotWellFormed, "not well-formed");
    }
    if (xmlDictSize(context->dict) > kMaxDictionaryNames) create_context();
    if (fault) return std::unexpected(*fault);
    return {};
}

void XmlCheck::Parser::refuse(XmlFault why, const char* what) {
    if (!fault) {
        size_t at = offset;
        if (const xmlParserInput* input = context->input; input != nullptr) {
            at += input->consumed + static_cast<size_t>(input->cur - input->base);
        }
        fault = base::fail(base::Category::Xml, why, what, at).error();
    }
    context->disableSAX = 1;
    context->instate = XML_PARSER_EOF;
}

void XmlCheck::Parser::on_error(const xmlError& error) {
    if (error.level == XML_ERR_WARNING) return;
    // `xmlns='vcard temp'` is a namespace name all the same, and nobody resolves it.
    if (error.code == XML_WAR_NS_URI || error.code == XML_WAR_NS_URI_RELATIVE) {
        odd_uri = true;
        return;
    }
    refuse(XmlFault::NotWellFormed,
           error.domain == XML_FROM_NAMESPACE ? "not namespace-well-formed" : "not well-formed");
}

void XmlCheck::Parser::on_start(const xmlChar* local, const xmlChar* prefix, const xmlChar* uri,
                                int namespaces, const xmlChar** namespace_pairs, int attributes,
                                const xmlChar** attribute_fives) {
    if (fault) return;
    if (namespaces + attributes > limits.max_attributes) {
        return refuse(XmlFault::PolicyViolation, "attribute limit");
    }
    if (declared.size() == limits.max_depth) {
        return refuse(XmlFault::PolicyViolation, "depth limit");
    }
    declared.push_back(static_cast<uint16_t>(namespaces));
    declarations += declared.back();
    if (declarations > limits.max_declarations) {
        return refuse(XmlFault::PolicyViolation, "namespace declaration limit");
    }

    tag_declarations.clear();
    tag_attributes.clear();
    tag_values.clear();
    for (size_t i = 0; i < declared.back(); ++i) {
        tag_declarations.push_back({.prefix = view_of(namespace_pairs[2 * i]),
                                    .uri = decoded(view_of(namespace_pairs[2 * i + 1]))});
    }
    for (size_t i = 0; i < static_cast<size_t>(attributes); ++i) {
        const xmlChar** five = attribute_fives + 5 * i; // local, prefix, uri, value, its end
        std::string_view value(reinterpret_cast<const char*>(five[3]),
                               static_cast<size_t>(five[4] - five[3]));
        tag_attributes.push_back({.prefix = view_of(five[1]),
                                  .local = view_of(five[0]),
                                  .uri = decoded(view_of(five[2])),
                                  .value = decoded(value)});
    }
    XmlStartTag tag{.prefix = view_of(prefix),
                    .local = view_of(local),
                    .uri = decoded(view_of(uri)),
                    .declarations = tag_declarations,
                    .attributes = tag_attributes};
    size_t longest = std::max(tag.prefix.size(), tag.local.size());
    for (const auto& [declared_prefix, _] : tag_declarations) {
        longest = std::max(longest, declared_prefix.size());
    }
    for (const XmlAttribute& attribute : tag_attributes) {
        longest = std::max({longest, attribute.prefix.size(), attribute.local.size()});
    }
    if (longest > limits.max_name_bytes) return refuse(XmlFault::PolicyViolation, "name limit");
    visitor->on_start(static_cast<unsigned>(declared.size() - 1), tag);
}

void XmlCheck::Parser::on_end() {
    if (fault) return;
    declarations -= declared.back();
    declared.pop_back();
    visitor->on_end(static_cast<unsigned>(declared.size()));
}

void XmlCheck::Parser::on_text(const xmlChar* text, int length) {
    if (fault) return;
    visitor->on_text(static_cast<unsigned>(declared.size() - 1),
                     {reinterpret_cast<const char*>(text), static_cast<size_t>(length)});
}

std::string_view XmlCheck::Parser::decoded(std::string_view value) {
    size_t found = value.find(kAmpersand);
    if (found == std::string_view::npos) return value;
    auto& text = tag_values.emplace_back();
    while (found != std::string_view::npos) {
        text.append(value.substr(0, found)).push_back('&');
        value.remove_prefix(found + kAmpersand.size());
        found = value.find(kAmpersand);
    }
    return text.append(value);
}

XmlCheck::XmlCheck(Limits limits) : limits_(limits), parser_(std::make_unique<Parser>(limits_)) {}

XmlCheck::~XmlCheck() = default;

base::Result<void> XmlCheck::run(std::span<const base::ByteView> pieces, XmlVisitor& visitor) {
    std::string& joined = parser_->joined;
    base::ByteView document = pieces.front();
    if (pieces.size() > 1) {
        joined.clear();
        for (base::ByteView piece : pieces) joined += piece;
        document = joined;
    }
    base::Result<void> result = judge_characters(document);
    if (result) {
        if (parser_->plain.read(document)) {
            parser_->plain.tell(visitor);
        } else {
            result = parse(document, visitor);
        }
    }
    if (joined.capacity() > kKeptScratchBytes) joined = {};
    return result;
}

base::Result<void> XmlCheck::run_thoroughly(base::ByteView document, XmlVisitor& visitor) {
    base::Result<void> result = judge_characters(document);
    return result ? parse(document, visitor) : result;
}

base::Result<void> XmlCheck::parse(base::ByteView document, XmlVisitor& visitor) {
    using enum base::Category;
    size_t at = document.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    if (document.substr(at).starts_with("<?")) {
        XmlDeclaration declaration;
        for (at += 2;; ++at) {
            if (at == document.size()) {
                return base::fail(Xml, XmlFault::NotWellFormed, "XML declaration", at);
            }
            auto taken = declaration.take(document[at]);
            if (!taken) return base::fail(Xml, taken.error(), "XML declaration", at);
            if (*taken) break;
        }
        ++at;
    }
    while (at < document.size() && is_white_space(document[at])) ++at;
    if (at == document.size() || document[at] != '<') {
        return base::fail(Xml, XmlFault::NotWellFormed, "text before the root", at);
    }
    // Nothing but the root may follow. libxml2 never sees a DOCTYPE: its internal subset can
    // define entities, and would be parsed to its end before a handler of ours could stop it.
    base::ByteView rest = document.substr(at);
    if (rest.starts_with("<?") || rest.starts_with("<!")) {
        return base::fail(Xml, XmlFault::RestrictedXml, "DOCTYPE, comment or instruction", at);
    }
    std::string& scratch = parser_->scratch;
    scratch = rest; // with a zero at the end
    auto result = parser_->parse(scratch, at, visitor);
    if (scratch.capacity() > kKeptScratchBytes) scratch = {};
    return result;
}

} // namespace xmpp
