// DnsMessage — a name server's message, built for a test record by record.
//
//     DnsMessage("a.test", DnsType::A).answer("a.test", 1, 60, "\x7f\0\0\1"s).bytes()
#pragma once

#include "net/dns_reply.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

inline std::string number16(unsigned value) {
    return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}
inline std::string number32(uint32_t value) {
    return number16(value >> 16) + number16(value & 0xffff);
}
// "a.test" in wire form; "" is the root.
inline std::string wire_name(std::string_view name) {
    std::string wire;
    while (!name.empty()) {
        size_t dot = std::min(name.find('.'), name.size());
        wire += static_cast<char>(dot);
        wire += name.substr(0, dot);
        name.remove_prefix(std::min(dot + 1, name.size()));
    }
    return wire + '\0';
}
inline std::string srv_content(unsigned priority, unsigned weight, unsigned port,
                               std::string_view target) {
    return number16(priority) + number16(weight) + number16(port) + wire_name(target);
}
inline std::string soa_content(uint32_t minimum) {
    return wire_name("ns.test") + wire_name("hostmaster.test") + number32(1) + number32(3600) +
           number32(600) + number32(86400) + number32(minimum);
}

class DnsMessage {
public:
    DnsMessage(std::string_view name, net::DnsType type, uint8_t rcode = 0)
        : rcode_(rcode),
          question_(wire_name(name) + number16(static_cast<unsigned>(type)) + number16(1)) {}

    DnsMessage& answer(std::string_view owner, unsigned type, uint32_t ttl,
                       const std::string& content, unsigned cls = 1) {
        ++answers_;
        records_ += record(wire_name(owner), type, ttl, content, cls);
        return *this;
    }
    // After all answers.
    DnsMessage& authority(unsigned type, uint32_t ttl, const std::string& content) {
        ++authorities_;
        records_ += record(wire_name("test"), type, ttl, content, 1);
        return *this;
    }
    [[nodiscard]] std::vector<uint8_t> bytes() const {
        std::string all = number16(0x1234) + number16(0x8180U | rcode_) + number16(1) +
                          number16(answers_) + number16(authorities_) + number16(0) + question_ +
                          records_;
        return {all.begin(), all.end()};
    }

private:
    static std::string record(const std::string& owner, unsigned type, uint32_t ttl,
                              const std::string& content, unsigned cls) {
        return owner + number16(type) + number16(cls) + number32(ttl) +
               number16(static_cast<unsigned>(content.size())) + content;
    }

    uint8_t rcode_;
    std::string question_;
    std::string records_;
    unsigned answers_ = 0;
    unsigned authorities_ = 0;
};

} // namespace tests
