#include "cm/source_tags.h"

#include "xmpp/xml_text.h"

#include <algorithm>

namespace cm {
namespace {

class Scan {
public:
    explicit Scan(std::string_view text) : text_(text) {}

    std::vector<SourceTag> run() {
        while (skip_to(text_.find('<', at_)) && at_ < text_.size()) {
            if (rest().starts_with("<!--"))
                skip_past("-->");
            else if (rest().starts_with("<![CDATA["))
                skip_past("]]>");
            else if (rest().starts_with("<?"))
                skip_past("?>");
            else if (rest().starts_with("</"))
                skip_past(">");
            else
                start_tag();
        }
        return std::move(tags_);
    }

private:
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

    // Moves on, counting lines. False at the end of the text.
    bool skip_to(size_t to) {
        to = std::min(to, text_.size());
        line_ += static_cast<int>(std::ranges::count(text_.substr(at_, to - at_), '\n'));
        at_ = to;
        return at_ < text_.size();
    }

    void skip_past(std::string_view end) {
        size_t found = text_.find(end, at_);
        skip_to(found == std::string_view::npos ? found : found + end.size());
    }

    void start_tag() {
        SourceTag tag{.line = line_};
        skip_to(text_.find_first_of(" \t\r\n/>", at_));
        while (skip_to(text_.find_first_not_of(xmpp::kWhiteSpace, at_)) && text_[at_] != '>') {
            if (text_[at_] == '/') {
                skip_to(at_ + 1);
                continue;
            }
            size_t end = text_.find_first_of(" \t\r\n=", at_);
            tag.attributes.push_back({std::string(text_.substr(at_, end - at_)), line_});
            if (!skip_to(text_.find_first_of("\"'", at_))) break;
            char quote = text_[at_];
            skip_to(at_ + 1);
            skip_past({&quote, 1});
        }
        tags_.push_back(std::move(tag));
    }

    std::string_view text_;
    size_t at_ = 0;
    int line_ = 1;
    std::vector<SourceTag> tags_;
};

} // namespace

int SourceTag::line_of(std::string_view attribute) const {
    for (const Attribute& one : attributes)
        if (one.name == attribute) return one.line;
    return line;
}

std::vector<SourceTag> find_source_tags(std::string_view well_formed) {
    return Scan(well_formed).run();
}

} // namespace cm
