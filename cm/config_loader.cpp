#include "cm/config_loader.h"

#include "base/error.h"
#include "cm/config_element.h"
#include "cm/config_reader.h"
#include "cm/schema.h"
#include "cm/schema_faults.h"
#include "cm/source_tags.h"
#include "xmpp/xml_text.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <unordered_map>

namespace cm {
namespace {

template <auto Free>
struct FreeWith {
    template <class Thing>
    void operator()(Thing* thing) const {
        Free(thing);
    }
};
using DocPtr = std::unique_ptr<xmlDoc, FreeWith<xmlFreeDoc>>;
using ParserPtr = std::unique_ptr<xmlParserCtxt, FreeWith<xmlFreeParserCtxt>>;
using SchemaParserPtr = std::unique_ptr<xmlSchemaParserCtxt, FreeWith<xmlSchemaFreeParserCtxt>>;
using SchemaPtr = std::unique_ptr<xmlSchema, FreeWith<xmlSchemaFree>>;
using ValidatorPtr = std::unique_ptr<xmlSchemaValidCtxt, FreeWith<xmlSchemaFreeValidCtxt>>;

std::string_view view(const xmlChar* text) {
    return text != nullptr ? reinterpret_cast<const char*>(text) : std::string_view();
}

std::string trimmed(std::string_view text) {
    size_t begin = text.find_first_not_of(xmpp::kWhiteSpace);
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(xmpp::kWhiteSpace) - begin + 1));
}

// ---- the file

std::optional<std::string> read_file(const std::string& path, ConfigFaults& faults) {
    std::error_code fault;
    auto status = std::filesystem::status(path, fault);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        faults.add(0, "", "something that is no regular file", "a configuration file");
        return std::nullopt;
    }
    std::unique_ptr<std::FILE, FreeWith<std::fclose>> file(std::fopen(path.c_str(), "rbe"));
    std::string text(kMaxConfigFileBytes + 1, '\0');
    if (file != nullptr) text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (file == nullptr || std::ferror(file.get()) != 0) {
        faults.add(0, "", std::string("no way to read it: ") + std::strerror(errno),
                   "a file that this user may read");
        return std::nullopt;
    }
    if (text.size() > kMaxConfigFileBytes) {
        faults.add(0, "", "more than 1 MiB", "a configuration file of at most 1 MiB");
        return std::nullopt;
    }
    return text;
}

// ---- is it XML

struct SyntaxRule {
    int code;
    const char* found; // null: libxml2's own words are good
    const char* expected;
};

constexpr SyntaxRule kSyntaxRules[] = {
    {XML_ERR_DOCUMENT_EMPTY, nullptr, "an XML document with the root element <boshcm>"},
    {XML_ERR_DOCUMENT_END, "more after the root element", "nothing after </boshcm>"},
    {XML_ERR_TAG_NAME_MISMATCH, nullptr, "the end tag of the element that was opened last"},
    {XML_ERR_TAG_NOT_FINISHED, nullptr, "an end tag for every element"},
    {XML_ERR_GT_REQUIRED, nullptr, "'>' at the end of the tag"},
    {XML_ERR_LTSLASH_REQUIRED, nullptr, "an end tag"},
    {XML_ERR_ATTRIBUTE_NOT_STARTED, "an attribute's value without quotes",
     "attributes of the form name=\"value\""},
    {XML_ERR_ATTRIBUTE_NOT_FINISHED, "an attribute's value without its second quote",
     "attributes of the form name=\"value\""},
    {XML_ERR_ATTRIBUTE_WITHOUT_VALUE, nullptr, "attributes of the form name=\"value\""},
    {XML_ERR_ATTRIBUTE_REDEFINED, nullptr, "each attribute once"},
    {XML_ERR_SPACE_REQUIRED, "two attributes without white space between them",
     "attributes of the form name=\"value\""},
    {XML_ERR_LT_IN_ATTRIBUTE, "'<' in an attribute's value", "&lt; in its place"},
    {XML_ERR_ENTITYREF_SEMICOL_MISSING, "'&' that begins no reference", "&amp; in its place"},
    {XML_ERR_NAME_REQUIRED, "'<', '&' or '</' without a name", "a name, or &lt; or &amp;"},
    {XML_ERR_UNDECLARED_ENTITY, nullptr, "no entity but &amp; &lt; &gt; &quot; and &apos;"},
    {XML_ERR_COMMENT_NOT_FINISHED, "a comment that does not end", "--> at its end"},
    {XML_ERR_HYPHEN_IN_COMMENT, "-- inside a comment", "-- only at its end, as in -->"},
    {XML_ERR_INVALID_CHAR, "a byte that is no UTF-8, or a character that XML does not allow",
     "text in UTF-8"},
    {XML_ERR_INVALID_ENCODING, "bytes that are not UTF-8", "text in UTF-8"},
    {XML_NS_ERR_UNDEFINED_NAMESPACE, nullptr, "a prefix that is declared with xmlns:prefix="},
};
constexpr SyntaxRule kOtherSyntax = {0, nullptr, "well-formed XML"};

const SyntaxRule& syntax_rule(int code) {
    for (const SyntaxRule& rule : kSyntaxRules)
        if (rule.code == code) return rule;
    return kOtherSyntax;
}

// The SAX callbacks get the parser context itself; its _private leads back here.
void on_syntax_error(void* parser, xmlErrorPtr error) {
    auto* faults = static_cast<ConfigFaults*>(static_cast<xmlParserCtxt*>(parser)->_private);
    // A warning, or what follows from an error before: the first one is the one to mend.
    if (error->level == XML_ERR_WARNING || !faults->empty()) return;
    const SyntaxRule& rule = syntax_rule(error->code);
    std::string_view words = error->message != nullptr ? error->message : "";
    words = words.substr(0, words.find('\n'));
    faults->add(error->line, "", rule.found != nullptr ? rule.found : std::string(words),
                rule.expected);
}

// S-010: abort at the DOCTYPE, before an entity can be declared.
void on_doctype(void* parser, const xmlChar*, const xmlChar*, const xmlChar*) {
    auto* context = static_cast<xmlParserCtxt*>(parser);
    auto* faults = static_cast<ConfigFaults*>(context->_private);
    if (faults->empty())
        faults->add(xmlSAX2GetLineNumber(context), "", "a document type declaration (<!DOCTYPE)",
                    "none: entities are not used here");
    xmlStopParser(context);
}

DocPtr parse(std::string_view text, ConfigFaults& faults) {
    ParserPtr parser(xmlNewParserCtxt());
    CM_ASSERT(parser != nullptr); // out of memory
    parser->_private = &faults;
    parser->sax->serror = on_syntax_error;
    parser->sax->internalSubset = on_doctype;
    // "UTF-8" rather than what the file claims: one encoding, and lines that can be counted.
    DocPtr doc(xmlCtxtReadMemory(parser.get(), text.data(), static_cast<int>(text.size()), nullptr,
                                 "UTF-8", XML_PARSE_NONET));
    if (doc == nullptr && faults.empty()) faults.add(0, "", "no XML", "well-formed XML");
    if (!faults.empty()) doc.reset();
    return doc;
}

// ---- the tree, with the true lines

using Tags = std::vector<SourceTag>;
using ElementOf = std::unordered_map<const xmlNode*, ConfigElement*>;

std::string written_name(const xmlAttr* attribute) {
    std::string name;
    if (attribute->ns != nullptr && attribute->ns->prefix != nullptr)
        name.append(view(attribute->ns->prefix)).append(":");
    return name.append(view(attribute->name));
}

// Start tags of the text and elements of the tree come in the same order.
ConfigElement copy_tree(xmlNode* node, Tags::const_iterator& next_tag) {
    const SourceTag& tag = *next_tag++;
    ConfigElement element{.name = std::string(view(node->name)), .line = tag.line};
    for (const xmlAttr* one = node->properties; one != nullptr; one = one->next) {
        std::unique_ptr<xmlChar, void (*)(xmlChar*)> value(
            xmlNodeListGetString(node->doc, one->children, 1), [](xmlChar* v) { xmlFree(v); });
        std::string name = written_name(one);
        int line = tag.line_of(name);
        element.attributes.push_back({std::move(name), std::string(view(value.get())), line});
    }
    for (xmlNode* child = node->children; child != nullptr; child = child->next) {
        if (child->type == XML_ELEMENT_NODE)
            element.children.push_back(copy_tree(child, next_tag));
        else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
            element.text += view(child->content);
    }
    element.text = trimmed(element.text);
    return element;
}

// From libxml2's nodes to ours; the tree must not move any more.
void map_tree(const xmlNode* node, ConfigElement& element, ElementOf& elements) {
    elements[node] = &element;
    auto next = element.children.begin();
    for (const xmlNode* child = node->children; child != nullptr; child = child->next)
        if (child->type == XML_ELEMENT_NODE) map_tree(child, *next++, elements);
}

// ---- does it follow the schema

// xsi:schemaLocation is a hint to editors. libxml2 would follow it and load what it names, so it
// is taken away before validation.
void drop_location_hints(xmlNode* node) {
    constexpr std::string_view kInstance = "http://www.w3.org/2001/XMLSchema-instance";
    for (xmlAttr *one = node->properties, *next = nullptr; one != nullptr; one = next) {
        next = one->next;
        if (one->ns != nullptr && view(one->ns->href) == kInstance &&
            (view(one->name) == "schemaLocation" || view(one->name) == "noNamespaceSchemaLocation"))
            xmlRemoveProp(one);
    }
    for (xmlNode* child = node->children; child != nullptr; child = child->next)
        if (child->type == XML_ELEMENT_NODE) drop_location_hints(child);
}

// One complaint of libxml2, reduced to what it is about.
struct Complaint {
    xmlNode* element;
    int code;
    std::string attribute; // empty: about the element
};

// The attribute's name stands only in the text:
//     Element '{uri}bosh', attribute 'wait': ...
//     Element '{uri}listener': The attribute 'tls' is required but missing.
std::string attribute_of(std::string_view message, int code) {
    std::string_view before = ", attribute '";
    if (code == XML_SCHEMAV_CVC_COMPLEX_TYPE_4) before = ": The attribute '";
    size_t after_element = message.find('\'', message.find('\'') + 1);
    if (after_element == std::string_view::npos) return {};
    message.remove_prefix(after_element + 1);
    if (!message.starts_with(before)) return {};
    message.remove_prefix(before.size());
    return std::string(message.substr(0, message.find('\'')));
}

void on_complaint(void* list, xmlErrorPtr error) {
    auto* node = static_cast<xmlNode*>(error->node);
    if (node != nullptr && node->type != XML_ELEMENT_NODE) node = node->parent;
    if (node == nullptr) return;
    std::string_view message = error->message != nullptr ? error->message : "";
    static_cast<std::vector<Complaint>*>(list)->push_back(
        {node, error->code, attribute_of(message, error->code)});
}

class SchemaCheck {
public:
    SchemaCheck(xmlDoc* doc, const ElementOf& elements, ConfigFaults& faults)
        : doc_(doc), elements_(elements), faults_(faults) {
        std::string_view text = schema_text();
        SchemaParserPtr parser(
            xmlSchemaNewMemParserCtxt(text.data(), static_cast<int>(text.size())));
        CM_ASSERT(parser != nullptr);
        schema_.reset(xmlSchemaParse(parser.get()));
        CM_ASSERT(schema_ != nullptr); // it is built in
    }

    // After an element that does not belong, libxml2 looks at none of its siblings. So that all
    // mistakes are found, such elements are taken out and the rest is checked again.
    void run() {
        constexpr int kMostRounds = 50; // a file that needs more has no reader for the messages
        std::vector<Complaint> complaints;
        for (int round = 0; round < kMostRounds; ++round) {
            complaints = validate();
            if (!take_out_strangers(complaints)) break;
        }
        for (const Complaint& one : complaints) report(one);
    }

private:
    std::vector<Complaint> validate() {
        std::vector<Complaint> complaints;
        ValidatorPtr validator(xmlSchemaNewValidCtxt(schema_.get()));
        CM_ASSERT(validator != nullptr);
        xmlSchemaSetValidStructuredErrors(validator.get(), on_complaint, &complaints);
        xmlSchemaValidateDoc(validator.get(), doc_);
        return complaints;
    }

    bool take_out_strangers(const std::vector<Complaint>& complaints) {
        bool any = false;
        for (const Complaint& one : complaints) {
            if (one.code != XML_SCHEMAV_ELEMENT_CONTENT || one.element->parent == nullptr) continue;
            report_stranger(*elements_.at(one.element),
                            std::string(view(one.element->parent->name)), faults_);
            xmlUnlinkNode(one.element);
            strangers_.emplace_back(one.element);
            any = true;
        }
        return any;
    }

    void report(const Complaint& complaint) {
        ConfigElement& element = *elements_.at(complaint.element);
        if (complaint.attribute.empty())
            report_content(element, faults_);
        else if (complaint.code == XML_SCHEMAV_CVC_COMPLEX_TYPE_4)
            report_missing(element, complaint.attribute, faults_);
        else
            report_attribute(element, complaint.attribute, faults_);
    }

    xmlDoc* doc_;
    const ElementOf& elements_;
    ConfigFaults& faults_;
    SchemaPtr schema_;
    std::vector<std::unique_ptr<xmlNode, FreeWith<xmlFreeNode>>> strangers_; // out of the tree
};

bool check_root(const xmlNode* root, const ConfigElement& element, ConfigFaults& faults) {
    std::string_view uri = root->ns != nullptr ? view(root->ns->href) : std::string_view();
    if (element.name == "boshcm" && uri == kConfigNamespace) return true;
    std::string found = uri.empty()               ? "a root element in no namespace"
                        : uri != kConfigNamespace ? "a root element in the namespace " + quote(uri)
                                                  : "another root element";
    faults.add(element.line, element.place(), std::move(found),
               "<boshcm xmlns=\"" + std::string(kConfigNamespace) + "\">");
    return false;
}

} // namespace

LoadResult load_text(std::string_view text, const std::string& path) {
    ConfigFaults faults(path);
    Config config;
    if (text.size() > kMaxConfigFileBytes) {
        faults.add(0, "", "more than 1 MiB", "a configuration file of at most 1 MiB");
    } else if (DocPtr doc = parse(text, faults)) {
        xmlNode* root = xmlDocGetRootElement(doc.get());
        drop_location_hints(root);
        Tags tags = find_source_tags(text);
        auto next_tag = tags.cbegin();
        ConfigElement tree = copy_tree(root, next_tag);
        if (check_root(root, tree, faults)) {
            ElementOf elements;
            map_tree(root, tree, elements);
            SchemaCheck(doc.get(), elements, faults).run();
            std::string directory = std::filesystem::path(path).parent_path().string();
            config = read_config(tree, directory, faults);
        }
    }
    if (!faults.empty()) return std::unexpected(faults.take());
    return config;
}

LoadResult load(const std::string& path) {
    ConfigFaults faults(path);
    std::optional<std::string> text = read_file(path, faults);
    if (!text) return std::unexpected(faults.take());
    return load_text(*text, path);
}

} // namespace cm
