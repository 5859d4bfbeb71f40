#include "xmpp/xml_declaration.h"

#include "xmpp/xml_text.h"

#include <string_view>
#include <utility>

namespace xmpp {

namespace {

constexpr std::string_view kTarget = "xml";
// In the order of Field.
constexpr std::string_view kPseudoAttributes[] = {"", "version", "encoding", "standalone",
                                                  "standalone"};
constexpr std::string_view kValues[] = {"", "1.0", "utf-8", "yes", "no"};

char to_lower(char byte) {
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
}

std::unexpected<XmlFault> malformed() {
    return std::unexpected(XmlFault::NotWellFormed);
}

} // namespace

std::expected<bool, XmlFault> XmlDeclaration::take(char byte) {
    std::string_view name = kPseudoAttributes[static_cast<size_t>(field_)];
    switch (step_) {
    case Step::Target:
        if (matched_ < kTarget.size() && byte == kTarget[matched_]) {
            ++matched_;
            return false;
        }
        if (matched_ < kTarget.size() || !is_white_space(byte)) {
            return std::unexpected(XmlFault::RestrictedXml); // <?php, <?xml-stylesheet
        }
        step_ = Step::Between;
        quote_ = ' ';
        return false;
    case Step::Between: return take_between(byte);
    case Step::Name:
        if (byte != name[matched_]) return malformed();
        if (++matched_ == name.size()) step_ = Step::Equals;
        return false;
    case Step::Equals:
        if (byte == '=') {
            step_ = Step::Quote;
        } else if (!is_white_space(byte)) {
            return malformed();
        }
        return false;
    case Step::Quote:
        if (byte == '\'' || byte == '"') {
            step_ = Step::Value;
            quote_ = byte;
            matched_ = 0;
        } else if (!is_white_space(byte)) {
            return malformed();
        }
        return false;
    case Step::Value: return take_value(byte);
    case Step::Question:
        if (byte != '>') return malformed();
        return true;
    }
    std::unreachable();
}

std::expected<bool, XmlFault> XmlDeclaration::take_between(char byte) {
    if (is_white_space(byte)) {
        quote_ = ' ';
        return false;
    }
    if (byte == '?') {
        if (field_ == Field::None) return malformed(); // the version is not optional
        step_ = Step::Question;
        return false;
    }
    Field next = Field::None;
    switch (byte) {
    case 'v': next = Field::Version; break;
    case 'e': next = Field::Encoding; break;
    case 's': next = Field::Standalone; break;
    default: return malformed();
    }
    bool in_order = field_ == Field::None ? next == Field::Version : next > field_;
    if (!in_order || quote_ != ' ') return malformed();
    field_ = next;
    step_ = Step::Name;
    matched_ = 1;
    return false;
}

std::expected<bool, XmlFault> XmlDeclaration::take_value(char byte) {
    auto wrong =
        field_ == Field::Encoding ? XmlFault::UnsupportedEncoding : XmlFault::NotWellFormed;
    if (field_ == Field::Standalone && matched_ == 0 && byte == 'n') field_ = Field::StandaloneNo;
    std::string_view value = kValues[static_cast<size_t>(field_)];
    bool complete = matched_ == value.size();
    if (byte == quote_ && complete) {
        step_ = Step::Between;
        quote_ = 0;
        return false;
    }
    char found = field_ == Field::Encoding ? to_lower(byte) : byte;
    if (complete || found != value[matched_]) return std::unexpected(wrong);
    ++matched_;
    return false;
}

} // namespace xmpp
