// XmlCheck — is this complete text legal XMPP XML? PlainXml reads the usual; libxml2's SAX2 parser
// all else, and only it finds fault. One of each for each worker.
// Spec:   XML 1.0, Namespaces in XML 1.0, RFC 6120 §11; S-010, S-011, U-084.
// Errors: Category::Xml, XmlFault: not well-formed, not namespace-well-formed, a DTD, PI, comment
//         or entity reference other than the five predefined, or a limit.
// Life:   one parser is shared by all streams of a worker: nothing is kept per stream. Views given
//         to the visitor are valid only during the call.
#pragma once

#include "base/error.h"
#include "base/slice.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace xmpp {

struct XmlNamespace {
    std::string_view prefix; // empty: the default namespace
    std::string_view uri;    // empty: xmlns=''
};

struct XmlAttribute {
    std::string_view prefix;
    std::string_view local;
    std::string_view uri;   // empty: no namespace
    std::string_view value; // references resolved
};

struct XmlStartTag {
    std::string_view prefix;
    std::string_view local;
    std::string_view uri; // empty: no namespace
    std::span<const XmlNamespace> declarations;
    std::span<const XmlAttribute> attributes;

    // The attribute's value, or a view with null data if absent. uri empty: no namespace.
    [[nodiscard]] std::string_view attribute(std::string_view local,
                                             std::string_view uri = {}) const;
    [[nodiscard]] bool has_attribute(std::string_view local, std::string_view uri = {}) const;
    [[nodiscard]] bool declares(std::string_view prefix) const;
};

class XmlVisitor {
public:
    virtual void on_start(unsigned depth, const XmlStartTag& tag) = 0; // the root is depth 0
    virtual void on_end(unsigned depth) = 0;
    virtual void on_text(unsigned depth, std::string_view text) { (void)depth, (void)text; }

protected:
    ~XmlVisitor() = default;
};

class XmlCheck {
public:
    struct Limits {
        uint16_t max_attributes = 256; // of one element, declarations included
        uint16_t max_name_bytes = 1024;
        uint16_t max_depth = 65;         // open elements: the framer's 64 and a root
        uint16_t max_declarations = 256; // of namespaces in scope: libxml2 searches them in a line
    };
    XmlCheck() : XmlCheck(Limits{}) {}
    explicit XmlCheck(Limits limits);
    ~XmlCheck();
    XmlCheck(const XmlCheck&) = delete;
    XmlCheck& operator=(const XmlCheck&) = delete;

    // Parses the pieces, joined, as one document. The visitor has seen events of a bad document up
    // to its fault, so it must not act before this returns.
    [[nodiscard]] base::Result<void> run(std::span<const base::ByteView> pieces,
                                         XmlVisitor& visitor);
    // The same by libxml2 alone: for those who do not trust PlainXml.
    [[nodiscard]] base::Result<void> run_thoroughly(base::ByteView document, XmlVisitor& visitor);

private:
    struct Parser;
    [[nodiscard]] base::Result<void> parse(base::ByteView document, XmlVisitor& visitor);

    Limits limits_;
    std::unique_ptr<Parser> parser_;
};

} // namespace xmpp
