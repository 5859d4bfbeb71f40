#include "net/dns_reply.h"

#include <ares.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace net {

namespace {

constexpr uint16_t kAlias = 5;     // CNAME
constexpr uint16_t kAuthority = 6; // SOA
constexpr uint16_t kInternet = 1;
constexpr uint8_t kNoSuchName = 3;               // rcode
constexpr std::chrono::seconds kNegativeTtl(30); // without an SOA record
// RFC 2181 §8: a TTL with the highest bit set means 0.
constexpr uint32_t kLongestTtl = 0x7fffffff;

struct Record {
    std::string owner;
    uint16_t type = 0;
    uint32_t ttl = 0;
    size_t begin = 0; // of its content in the message
    size_t end = 0;
};

bool equal_names(std::string_view left, std::string_view right) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(left, right, {}, lower, lower);
}

// Walks through a message; every step says whether the message had so much.
class Walk {
public:
    explicit Walk(std::span<const uint8_t> message, size_t at = 0) : message_(message), at_(at) {}

    bool skip(size_t bytes) {
        if (message_.size() - at_ < bytes) return false;
        at_ += bytes;
        return true;
    }
    bool read(uint16_t& value) {
        size_t from = at_;
        if (!skip(2)) return false;
        value = static_cast<uint16_t>(message_[from] << 8 | message_[from + 1]);
        return true;
    }
    bool read(uint32_t& value) {
        uint16_t high = 0;
        uint16_t low = 0;
        if (!read(high) || !read(low)) return false;
        value = static_cast<uint32_t>(high) << 16 | low;
        return true;
    }
    bool read_name(std::string& name) {
        char* expanded = nullptr;
        long taken = 0; // NOLINT(google-runtime-int): c-ares' type
        if (at_ >= message_.size() || ares_expand_name(message_.data() + at_, message_.data(),
                                                       static_cast<int>(message_.size()), &expanded,
                                                       &taken) != ARES_SUCCESS) {
            return false;
        }
        name = expanded;
        ares_free_string(expanded);
        return skip(static_cast<size_t>(taken));
    }
    bool read_record(Record& record) {
        uint16_t cls = 0;
        uint16_t length = 0;
        if (!read_name(record.owner) || !read(record.type) || !read(cls) || !read(record.ttl) ||
            !read(length)) {
            return false;
        }
        if (record.ttl > kLongestTtl) record.ttl = 0;
        if (cls != kInternet) record.type = 0; // nothing that is looked for
        record.begin = at_;
        record.end = at_ + length;
        return skip(length);
    }
    [[nodiscard]] size_t at() const { return at_; }

private:
    std::span<const uint8_t> message_;
    size_t at_;
};

class ReplyReader {
public:
    ReplyReader(std::span<const uint8_t> message, DnsType type) : message_(message), type_(type) {}

    DnsReply read(std::string_view name) {
        if (!read_sections()) return {};
        std::string owner(name);
        for (size_t aliases = 0; aliases <= kMostAliases; ++aliases) {
            if (!collect(owner)) return {};
            if (reply_.outcome == DnsOutcome::Found) return std::move(reply_);
            if (!follow(owner)) return nothing();
        }
        return {};
    }

private:
    bool read_sections();
    bool collect(const std::string& owner);
    bool read_content(const Record& record);
    bool read_srv(const Record& record);
    bool follow(std::string& owner);
    DnsReply nothing();
    std::optional<uint32_t> negative_ttl() const;

    std::span<const uint8_t> message_;
    DnsType type_;
    uint8_t rcode_ = 0;
    std::vector<Record> answers_;
    std::vector<Record> authorities_;
    uint32_t ttl_ = kLongestTtl; // the shortest along the way
    DnsReply reply_;
};

bool ReplyReader::read_sections() {
    Walk walk(message_);
    uint16_t flags = 0;
    uint16_t questions = 0;
    uint16_t answers = 0;
    uint16_t authorities = 0;
    if (!walk.skip(2) || !walk.read(flags) || !walk.read(questions) || !walk.read(answers) ||
        !walk.read(authorities) || !walk.skip(2)) {
        return false;
    }
    rcode_ = flags & 0xf;
    std::string name;
    while (questions-- > 0) {
        if (!walk.read_name(name) || !walk.skip(4)) return false;
    }
    if (answers > kMostRecords || authorities > kMostRecords) return false;
    answers_.resize(answers);
    authorities_.resize(authorities);
    auto read = [&](Record& record) { return walk.read_record(record); };
    return std::ranges::all_of(answers_, read) && std::ranges::all_of(authorities_, read);
}

// The records of the type asked for; false if one of them is malformed.
bool ReplyReader::collect(const std::string& owner) {
    for (const Record& record : answers_) {
        if (record.type != static_cast<uint16_t>(type_) || !equal_names(record.owner, owner)) {
            continue;
        }
        if (!read_content(record)) return false;
        ttl_ = std::min(ttl_, record.ttl);
        reply_.outcome = DnsOutcome::Found;
    }
    reply_.ttl = std::chrono::seconds(ttl_);
    return true;
}

bool ReplyReader::read_content(const Record& record) {
    if (type_ == DnsType::Srv) return read_srv(record);
    bool v4 = type_ == DnsType::A;
    if (record.end - record.begin != (v4 ? 4U : 16U)) return false;
    Address address{.family = v4 ? Address::Family::V4 : Address::Family::V6};
    std::ranges::copy(message_.subspan(record.begin, record.end - record.begin),
                      address.bytes.begin());
    reply_.addresses.push_back(address);
    return true;
}

bool ReplyReader::read_srv(const Record& record) {
    Walk walk(message_, record.begin);
    SrvRecord srv;
    if (!walk.read(srv.priority) || !walk.read(srv.weight) || !walk.read(srv.port) ||
        !walk.read_name(srv.target) || walk.at() != record.end) {
        return false;
    }
    // A target that no host can be called counts: it will be found to have no address.
    reply_.records.push_back(std::move(srv));
    return true;
}

bool ReplyReader::follow(std::string& owner) {
    for (const Record& record : answers_) {
        if (record.type != kAlias || !equal_names(record.owner, owner)) continue;
        Walk walk(message_, record.begin);
        if (!walk.read_name(owner)) return false;
        ttl_ = std::min(ttl_, record.ttl);
        return true;
    }
    return false;
}

DnsReply ReplyReader::nothing() {
    if (rcode_ != 0 && rcode_ != kNoSuchName) return {};
    uint32_t ttl = negative_ttl().value_or(static_cast<uint32_t>(kNegativeTtl.count()));
    return {.outcome = rcode_ == 0 ? DnsOutcome::NoData : DnsOutcome::NoName,
            .ttl = std::chrono::seconds(std::min(ttl, ttl_))};
}

// RFC 2308 §5: the SOA record's own TTL or its MINIMUM, whichever is less.
std::optional<uint32_t> ReplyReader::negative_ttl() const {
    for (const Record& record : authorities_) {
        if (record.type != kAuthority) continue;
        Walk walk(message_, record.begin);
        std::string name;
        uint32_t minimum = 0;
        bool whole = walk.read_name(name) && walk.read_name(name) && walk.skip(16) &&
                     walk.read(minimum) && walk.at() == record.end;
        if (whole) return std::min({record.ttl, minimum, kLongestTtl});
    }
    return std::nullopt;
}

} // namespace

DnsReply read_dns_reply(std::span<const uint8_t> message, std::string_view name, DnsType type) {
    return ReplyReader(message, type).read(name);
}

bool is_dns_name(std::string_view name) {
    if (name.empty() || name.size() > 253) return false;
    size_t label = 0;
    for (char c : name) {
        bool sound = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_';
        if (c == '.' ? label == 0 : !sound || label == 63) return false;
        label = c == '.' ? 0 : label + 1;
    }
    return label > 0;
}

} // namespace net
