#include "http/content_coding.h"

#include "http/ascii.h"

namespace http {

namespace {

// "gzip;q=0.5": q in thousandths, so that no rounding decides.
struct Preference {
    std::string_view name;
    unsigned q = 0;
};

constexpr unsigned kHighestQ = 1000;

// qvalue: one digit 0 or 1, then up to three decimals, and nothing above 1.
std::optional<unsigned> parse_q(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    unsigned q = text[0] == '1' ? kHighestQ : 0;
    unsigned step = kHighestQ / 10;
    for (char digit : text.substr(text.size() > 1 ? 2 : 1)) {
        if (!is_digit(digit)) return std::nullopt;
        q += static_cast<unsigned>(digit - '0') * step;
        step /= 10;
    }
    if (q > kHighestQ) return std::nullopt;
    return q;
}

// What cannot be read is taken for a refusal: an answer as it is suits everyone.
Preference parse_preference(std::string_view element) {
    size_t semicolon = element.find(';');
    Preference preference{.name = trim(element.substr(0, semicolon)), .q = kHighestQ};
    if (semicolon == std::string_view::npos) return preference;
    std::string_view weight = trim(element.substr(semicolon + 1));
    bool is_weight = weight.size() > 2 && lower(weight[0]) == 'q' && weight[1] == '=';
    preference.q = is_weight ? parse_q(weight.substr(2)).value_or(0) : 0;
    return preference;
}

bool names(std::string_view text, ContentCoding coding) {
    // §8.4.1.3: the name from before gzip was registered.
    if (coding == ContentCoding::Gzip && equal_without_case(text, "x-gzip")) return true;
    return equal_without_case(text, to_string(coding));
}

} // namespace

std::string_view to_string(ContentCoding coding) {
    switch (coding) {
    case ContentCoding::Identity: return "identity";
    case ContentCoding::Gzip: return "gzip";
    case ContentCoding::Deflate: return "deflate";
    }
    return {};
}

std::optional<ContentCoding> content_coding_of(const FieldList& fields) {
    ContentCoding found = ContentCoding::Identity;
    bool known = true;
    fields.for_each_element("Content-Encoding", [&](std::string_view element) {
        if (names(element, ContentCoding::Identity)) return;
        known = known && found == ContentCoding::Identity;
        if (names(element, ContentCoding::Gzip)) {
            found = ContentCoding::Gzip;
        } else if (names(element, ContentCoding::Deflate)) {
            found = ContentCoding::Deflate;
        } else {
            known = false;
        }
    });
    if (!known) return std::nullopt;
    return found;
}

AcceptedCodings accepted_codings(const FieldList& fields) {
    std::optional<unsigned> gzip, deflate, identity, any;
    fields.for_each_element("Accept-Encoding", [&](std::string_view element) {
        Preference wanted = parse_preference(element);
        if (names(wanted.name, ContentCoding::Gzip)) gzip = wanted.q;
        if (names(wanted.name, ContentCoding::Deflate)) deflate = wanted.q;
        if (names(wanted.name, ContentCoding::Identity)) identity = wanted.q;
        if (wanted.name == "*") any = wanted.q;
    });
    AcceptedCodings accepted;
    accepted.identity = identity.value_or(any.value_or(kHighestQ)) > 0;
    // Whoever says nothing about identity takes it in need; who names it may even prefer it. Of
    // equals gzip, since there are clients that take `deflate` for the format without a header.
    unsigned best = identity.value_or(0);
    if (unsigned q = deflate.value_or(any.value_or(0)); q > 0 && q >= best) {
        accepted.best = ContentCoding::Deflate;
        best = q;
    }
    if (unsigned q = gzip.value_or(any.value_or(0)); q > 0 && q >= best) {
        accepted.best = ContentCoding::Gzip;
    }
    return accepted;
}

} // namespace http
