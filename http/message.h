// Request and Response — HTTP messages as values, free of any parser or socket.
// Spec:   RFC 9110, RFC 9112.
// Life:   a RequestHead and all its views are valid only during the call that passes it; a body is
//         a Slice and may be kept.
#pragma once

#include "base/slice.h"
#include "http/ascii.h"
#include "net/address.h"
#include "net/tls_facts.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace http {

enum class Method : uint8_t { Get, Head, Post, Options, Put, Delete, Connect, Trace, Other };

// Field lines in the order received. Names compare without case.
class FieldList {
public:
    void add(std::string_view name, std::string_view value);
    void clear();
    // The first field of that name; nullptr-data view if there is none.
    [[nodiscard]] std::string_view find(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] size_t count(std::string_view name) const;
    // Whether a comma-separated list field, all its lines joined, holds `token` (without case).
    [[nodiscard]] bool list_contains(std::string_view name, std::string_view token) const;
    // Calls `take` with each element of such a list, in order.
    template <class Take>
    void for_each_element(std::string_view name, Take&& take) const;
    // With the value of each field of that name, in order.
    template <class Take>
    void for_each(std::string_view name, Take&& take) const;
    [[nodiscard]] size_t size() const { return fields_.size(); }

private:
    struct Field {
        uint32_t name_at, name_size, value_at, value_size;
    };
    [[nodiscard]] bool is_named(const Field& field, std::string_view name) const {
        return field.name_size == name.size() &&
               equal_without_case({arena_.data() + field.name_at, field.name_size}, name);
    }
    [[nodiscard]] std::string_view value_of(const Field& field) const {
        return {arena_.data() + field.value_at, field.value_size};
    }

    std::string arena_; // capacity is kept from message to message
    std::vector<Field> fields_;
};

template <class Take>
void FieldList::for_each_element(std::string_view name, Take&& take) const {
    for (const Field& field : fields_) {
        if (!is_named(field, name)) continue;
        std::string_view rest = value_of(field);
        for (std::string_view element; next_list_element(rest, element);) take(element);
    }
}

template <class Take>
void FieldList::for_each(std::string_view name, Take&& take) const {
    for (const Field& field : fields_) {
        if (is_named(field, name)) take(value_of(field));
    }
}

struct RequestHead {
    Method method = Method::Other;
    std::string_view path;  // normalised once (H-001): percent-decoded, no dot segments, no query
    std::string_view query; // as received, without '?'
    std::string_view authority;  // of the target, else Host (H-006); empty: none, in HTTP/1.0
    std::string_view protocol{}; // of an extended CONNECT (RFC 8441 §4); else empty
    uint8_t minor_version = 1;
    bool keep_alive = true;
    const FieldList& fields;
};

// What is known about the other end beyond the message.
struct ClientFacts {
    net::Address peer;      // the web client: the TCP peer, or what a trusted proxy says
    net::Address local;     // the address the client reached
    bool encrypted = false; // by us, or by a proxy that the listener is declared to stand behind
    bool shared = false;    // `peer` is a proxy that does not say for whom it asks: many clients
    std::shared_ptr<const net::TlsFacts> tls{}; // of TLS that ends here, if it is this client's
};

// An answer. Content-Length, Date, Connection and CORS fields are the connection's business.
struct Response {
    uint16_t status = 200;
    std::string_view content_type; // empty: no such field; stays there until the answer is written
    base::SliceChain body;
    std::string fields; // further field lines, each "Name: value\r\n"; validated by the maker
    std::string_view constant_fields; // and those that are always the same: a literal
    bool close = false;               // close the connection after this answer
};

} // namespace http
