// ContentCoder — takes bodies out of gzip or deflate, and puts them in.
//
// What is small on the wire may be huge once inflated, so a limit acts while it is: nothing is
// kept of a body that passes it, and inflating stops there. A body is coded whole and by itself;
// nothing of one body helps to compress another, which would tell one client about the next.
//
// Spec:   RFC 9110 §8.4.1; RFC 1950, 1951, 1952; B-013, B-015, B-016, S-013.
// Units:  bytes.
// Errors: DecodeFault.
// Life:   one per worker, some 300 KiB once it is used; reset after each body.
#pragma once

#include "base/slice.h"
#include "http/content_coding.h"
#include "http/deflater.h"

#include <cstdint>
#include <expected>
#include <memory>

namespace http {

using base::ByteView;

enum class DecodeFault : uint8_t {
    Broken,   // not of that format, cut off, or with bytes behind its end
    TooLarge, // beyond the limit, or a ratio that only a bomb has
};

class ContentCoder {
public:
    explicit ContentCoder(base::SlicePool& pool);
    ~ContentCoder();
    ContentCoder(const ContentCoder&) = delete;
    ContentCoder& operator=(const ContentCoder&) = delete;

    // `deflate` may come without the zlib header, as some clients send it.
    [[nodiscard]] std::expected<base::Slice, DecodeFault> decode(ContentCoding coding,
                                                                 ByteView coded, size_t max_bytes);
    [[nodiscard]] base::SliceChain encode(ContentCoding coding, const base::SliceChain& body);

private:
    class Inflater;

    base::SlicePool& pool_;
    std::unique_ptr<Inflater> inflater_; // each made when it is first needed
    std::unique_ptr<Deflater> gzip_;
    std::unique_ptr<Deflater> deflate_;
};

} // namespace http
