#include "xmpp/trace_text.h"

#include "xmpp/namespaces.h"
#include "xmpp/xml_text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace xmpp {

namespace {

using base::ByteView;

constexpr std::string_view kHidden = "…";

// All that is in an element that declares one of these is hidden.
constexpr std::array<std::string_view, 5> kSecretNamespaces = {
    kSaslNamespace, kSasl2Namespace, "jabber:iq:auth", "jabber:iq:register", "urn:xmpp:fast:0"};

// They say what an element is, and nothing of what somebody has written.
constexpr std::array<std::string_view, 26> kPlain = {
    "type",    "id",     "rid",          "ack",        "wait",     "hold",      "requests",
    "ver",     "pause",  "polling",      "inactivity", "maxpause", "condition", "restart",
    "version", "xmlns",  "lang",         "secure",     "content",  "charsets",  "accept",
    "h",       "resume", "restartlogic", "report",     "max"};
// Bearer secrets and what proves them.
constexpr std::array<std::string_view, 7> kSecret = {"sid",   "key",    "newkey",  "authid",
                                                     "token", "previd", "password"};
constexpr std::array<std::string_view, 4> kAddresses = {"from", "to", "jid", "by"};

bool is_one_of(const auto& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool declares(std::string_view name) {
    return name == "xmlns" || name.starts_with("xmlns:");
}

std::string_view local(std::string_view name) {
    size_t colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// "…@chat.example/…"
std::string masked_address(std::string_view address) {
    size_t slash = address.find('/');
    std::string_view bare = address.substr(0, slash);
    size_t at = bare.find('@');
    std::string shown;
    if (at != std::string_view::npos) shown.append(kHidden).append("@");
    shown += at == std::string_view::npos ? bare : bare.substr(at + 1);
    if (slash != std::string_view::npos) shown.append("/").append(kHidden);
    return shown;
}

class Writer {
public:
    Writer(ByteView xml, TraceDetail detail) : rest_(xml), detail_(detail) {}

    std::string take() {
        while (!rest_.empty() && !broken_ && shown_.size() < kMostTraceBytes) {
            if (rest_.front() == '<') {
                markup();
            } else {
                text(until("<"));
            }
        }
        if (broken_) return std::string(kHidden);
        if (!rest_.empty() || shown_.size() > kMostTraceBytes) cut();
        return std::move(shown_);
    }

private:
    [[nodiscard]] bool in_secret() const { return secret_depth_ != 0; }
    [[nodiscard]] bool shows_text() const { return detail_ == TraceDetail::Bodies && !in_secret(); }

    // What comes before `end`, or all of it.
    ByteView until(std::string_view end) {
        ByteView before = rest_.substr(0, rest_.find(end));
        rest_.remove_prefix(before.size());
        return before;
    }

    void text(ByteView text) {
        bool blank = text.find_first_not_of(kWhiteSpace) == ByteView::npos;
        if (shows_text()) {
            shown_ += text;
        } else if (!blank) {
            shown_ += kHidden;
        }
    }

    void markup() {
        constexpr std::string_view kCdata = "<![CDATA[";
        if (rest_.starts_with(kCdata)) {
            rest_.remove_prefix(kCdata.size());
            text(until("]]>"));
            skip("]]>");
        } else if (rest_.starts_with("<?") || rest_.starts_with("<!")) {
            until(">"); // a declaration
            skip(">");
        } else if (rest_.starts_with("</")) {
            end_tag();
        } else {
            start_tag();
        }
    }

    void end_tag() {
        ByteView tag = until(">");
        skip(">");
        shown_.append(tag).append(">");
        if (secret_depth_ == depth_) secret_depth_ = 0;
        if (depth_ > 0) --depth_;
    }

    void start_tag() {
        rest_.remove_prefix(1);
        size_t name_end = std::min(rest_.find_first_of(" \t\r\n/>"), rest_.size());
        shown_.append("<").append(rest_.substr(0, name_end));
        rest_.remove_prefix(name_end);
        ++depth_;
        if (!in_secret() && declares_secret()) secret_depth_ = depth_;
        for (;;) {
            skip_blanks();
            if (rest_.empty()) return fail();
            if (rest_.starts_with("/>")) {
                skip("/>");
                shown_ += "/>";
                if (secret_depth_ == depth_) secret_depth_ = 0;
                --depth_;
                return;
            }
            if (rest_.starts_with('>')) {
                skip(">");
                shown_ += ">";
                return;
            }
            if (!attribute()) return fail();
        }
    }

    // Of the tag at hand, before any of its attributes is shown.
    [[nodiscard]] bool declares_secret() const {
        Writer ahead(rest_, detail_);
        for (;;) {
            ahead.skip_blanks();
            std::string_view name;
            ByteView value;
            char quote = 0;
            if (!ahead.read_attribute(name, value, quote)) return false;
            if (name == "type" && value == "text-private") return true; // of a form (XEP-0004)
            if (!declares(name)) continue;
            // Written in another way it would not be recognised.
            if (is_one_of(kSecretNamespaces, value) || value.contains('&')) return true;
        }
    }

    bool read_attribute(std::string_view& name, ByteView& value, char& quote) {
        size_t equals = rest_.find_first_of("=>");
        if (equals == ByteView::npos || rest_[equals] == '>') return false;
        name = rest_.substr(0, equals);
        name = name.substr(0, name.find_first_of(kWhiteSpace));
        rest_.remove_prefix(equals + 1);
        skip_blanks();
        if (rest_.empty() || (rest_.front() != '\'' && rest_.front() != '"')) return false;
        quote = rest_.front();
        rest_.remove_prefix(1);
        size_t end = rest_.find(quote);
        if (end == ByteView::npos) return false;
        value = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return true;
    }

    bool attribute() {
        std::string_view name;
        ByteView value;
        char quote = 0;
        if (!read_attribute(name, value, quote)) return false;
        shown_.append(" ").append(name).append("=") += quote;
        std::string_view of = local(name);
        bool secret = is_one_of(kSecret, of) || in_secret();
        bool plain = detail_ == TraceDetail::Bodies || is_one_of(kPlain, of);
        if (declares(name) || (plain && !secret)) {
            shown_ += value;
        } else if (!secret && is_one_of(kAddresses, of)) {
            shown_ += masked_address(value);
        } else {
            shown_ += kHidden;
        }
        shown_ += quote;
        return true;
    }

    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(kWhiteSpace), rest_.size()));
    }
    void skip(std::string_view what) {
        if (rest_.starts_with(what)) {
            rest_.remove_prefix(what.size());
        } else {
            fail();
        }
    }
    void fail() {
        broken_ = true;
        rest_ = {};
    }
    // Not in the middle of a character.
    void cut() {
        shown_.resize(std::min(shown_.size(), kMostTraceBytes));
        while (!shown_.empty() && (static_cast<unsigned char>(shown_.back()) & 0xc0) == 0x80) {
            shown_.pop_back();
        }
        if (!shown_.empty() && static_cast<unsigned char>(shown_.back()) >= 0xc0) {
            shown_.pop_back();
        }
        shown_ += kHidden;
    }

    ByteView rest_;
    TraceDetail detail_;
    std::string shown_;
    size_t depth_ = 0;
    size_t secret_depth_ = 0; // of the outermost element with a secret; 0: none is open
    bool broken_ = false;
};

} // namespace

std::string trace_text(ByteView xml, TraceDetail detail) {
    return Writer(xml, detail).take();
}

} // namespace xmpp
