// PlainXml — reads the XML that chats are made of, without libxml2.
//
// Nearly every stanza is nothing but elements without prefixes, attributes without references,
// default namespaces, text and the five entities. Such a document is well-formed by few rules, and
// a visitor is told of it as libxml2 would tell it, for a quarter of the work. Whatever has
// anything else in it, a mistake above all, is not plain, and that is no verdict: XmlCheck then
// asks libxml2. The fuzzer plain_xml holds the two against each other.
// Spec:   XML 1.0 §2.4, §3.1; Namespaces in XML 1.0 §6.2; RFC 6120 §11.
// Life:   one for each worker; keeps only views into the document, and its memory for the next one.
#pragma once

#include "base/slice.h"
#include "xmpp/xml_check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace xmpp {

class PlainXml {
public:
    explicit PlainXml(const XmlCheck::Limits& limits);

    // Is this one element, and plain? What is in it are characters of XML, the caller knows.
    [[nodiscard]] bool read(base::ByteView document);
    // What was read last, if it was plain; its document is still there.
    void tell(XmlVisitor& visitor) const;

private:
    enum class Kind : uint8_t { Start, End, Text };
    struct Event {
        Kind kind;
        bool declares = false;   // Start: a default namespace, which is then `uri`
        uint16_t attributes = 0; // Start: how many
        std::string_view text;   // the name, or the text
        std::string_view uri;    // Start: empty: no namespace
    };
    struct Open {
        std::string_view name;
        std::string_view uri;
    };

    [[nodiscard]] bool read_start();
    [[nodiscard]] bool read_attribute(Event& start);
    [[nodiscard]] bool read_end();
    [[nodiscard]] bool read_text();
    [[nodiscard]] bool read_entity();
    [[nodiscard]] bool note(const Event& event);
    [[nodiscard]] std::string_view take_name();
    bool take_space();
    [[nodiscard]] bool take(char expected);

    XmlCheck::Limits limits_;
    const char* at_ = nullptr;
    const char* end_ = nullptr;
    size_t declarations_ = 0;
    std::vector<Event> events_;
    std::vector<XmlAttribute> attributes_; // of all start tags, in their order
    std::vector<Open> open_;
};

} // namespace xmpp
