#include "xmpp/inherited.h"

#include "xmpp/namespaces.h"
#include "xmpp/xml_text.h"

namespace xmpp {

namespace {

void read_scope(const XmlStartTag& root, Scope& scope) {
    scope.default_uri.clear();
    scope.prefixes.clear();
    scope.lang = root.attribute("lang", kXmlNamespace);
    for (const auto& [prefix, uri] : root.declarations) {
        if (prefix.empty()) {
            scope.default_uri = uri;
        } else if (scope.prefixes.size() < Scope::kMaxPrefixes) {
            scope.prefixes.push_back({.prefix = std::string(prefix), .uri = std::string(uri)});
        }
    }
}

} // namespace

void append_inherited(std::string& out, const Scope& scope, const ElementFacts& facts,
                      bool write_default, bool write_lang) {
    if (write_default && facts.inherits_default && !scope.default_uri.empty()) {
        append_attribute(out, "xmlns", scope.default_uri);
    }
    for (size_t i = 0; i < scope.prefixes.size(); ++i) {
        if ((facts.used_prefixes >> i & 1) == 0) continue;
        append_attribute(out, "xmlns:" + scope.prefixes[i].prefix, scope.prefixes[i].uri);
    }
    if (write_lang && !facts.has_lang && !scope.lang.empty()) {
        append_attribute(out, "xml:lang", scope.lang);
    }
}

void InheritanceVisitor::on_start(unsigned depth, const XmlStartTag& tag) {
    if (depth == 0) {
        read_scope(tag, scope_);
        begin_again();
        size_t defaults = tag.declares("") ? 1 : 0;
        too_many_prefixes_ = tag.declarations.size() - defaults > Scope::kMaxPrefixes;
        return;
    }
    if (depth == 1) {
        children_.push_back({.local = std::string(tag.local),
                             .uri = std::string(tag.uri),
                             .type = std::string(tag.attribute("type")),
                             .prefixed_root = !tag.prefix.empty(),
                             .has_lang = tag.has_attribute("lang", kXmlNamespace)});
        declared_on_child_ = 0;
        for (size_t i = 0; i < scope_.prefixes.size(); ++i) {
            if (tag.declares(scope_.prefixes[i].prefix)) declared_on_child_ |= 1ULL << i;
        }
    }
    if (default_declared_at_ == 0) {
        if (tag.declares("")) {
            default_declared_at_ = depth;
        } else if (tag.prefix.empty()) {
            children_.back().inherits_default = true;
        }
    }
    use(tag.prefix);
    for (const XmlAttribute& attribute : tag.attributes) use(attribute.prefix);
}

// A prefix that only an inner element declares again counts as used too: one declaration more on
// the child changes nothing.
void InheritanceVisitor::use(std::string_view prefix) {
    if (prefix.empty()) return;
    for (size_t i = 0; i < scope_.prefixes.size(); ++i) {
        if (scope_.prefixes[i].prefix == prefix) {
            children_.back().used_prefixes |= (1ULL << i) & ~declared_on_child_;
        }
    }
}

void InheritanceVisitor::begin_again() {
    children_.clear();
    default_declared_at_ = 0;
}

void InheritanceVisitor::on_end(unsigned depth) {
    if (depth == default_declared_at_) default_declared_at_ = 0;
}

} // namespace xmpp
