// Inherited — what a depth-1 element takes from its parent's start tag, and how to write it down
// on the element itself so that it can leave the parent.
// A <body/> and a stream header both declare namespaces for what they contain. A payload that
// leaves one for the other must carry along the declarations it uses (B-027, B-030), and no more:
// an element without a prefix that hangs on the parent's default namespace changes owner (B-028).
// Spec:   Namespaces in XML 1.0 §6; XEP-0124 §6; RFC 6120 §4.8.5.
// Life:   InheritanceVisitor's facts are valid until its next run; `Facts` strings are copies.
#pragma once

#include "base/slice.h"
#include "xmpp/xml_check.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace xmpp {

// The declarations in scope at the parent: what a child may inherit.
struct Scope {
    struct Prefix {
        std::string prefix;
        std::string uri;
    };
    std::string default_uri;      // empty: none
    std::vector<Prefix> prefixes; // at most kMaxPrefixes
    std::string lang;             // xml:lang, empty: none

    static constexpr size_t kMaxPrefixes = 64;
};

struct ElementFacts {
    std::string local;
    std::string uri;            // resolved within the parent
    std::string type;           // value of its `type` attribute
    uint64_t used_prefixes = 0; // bit i: uses scope.prefixes[i] and does not declare it on its root
    bool prefixed_root = false;
    bool inherits_default = false; // it or a descendant hangs on the parent's default namespace
    bool has_lang = false;
};

// The declarations to splice in after the element's name, with a leading space each; empty: none.
// `default_uri` is written only if the element inherits its default and `write_default` is set.
void append_inherited(std::string& out, const Scope& scope, const ElementFacts& facts,
                      bool write_default, bool write_lang = true);

// Collects the scope of the root (depth 0) and the facts of each child (depth 1). Used again, it
// starts anew with the next root and keeps its memory.
class InheritanceVisitor : public XmlVisitor {
public:
    void on_start(unsigned depth, const XmlStartTag& tag) override;
    void on_end(unsigned depth) override;
    // Starts anew with the same root: what comes next is a child of it.
    void begin_again();
    // An element without a prefix is in the root's default namespace here, unless it declares one.
    [[nodiscard]] bool in_default_of_root() const { return default_declared_at_ == 0; }
    [[nodiscard]] const Scope& scope() const { return scope_; }
    [[nodiscard]] const std::vector<ElementFacts>& children() const { return children_; }
    [[nodiscard]] bool too_many_prefixes() const { return too_many_prefixes_; }

private:
    void use(std::string_view prefix);

    Scope scope_;
    std::vector<ElementFacts> children_;
    uint64_t declared_on_child_ = 0; // bit i: the current child declares scope_.prefixes[i] itself
    unsigned default_declared_at_ = 0; // depth of the outermost default declaration; 0: none
    bool too_many_prefixes_ = false;
};

} // namespace xmpp
