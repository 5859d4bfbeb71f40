// MessageCoder — compresses messages for those clients who have agreed to it, and takes theirs out.
// Each message is coded by itself: nothing is kept of one for the next (see deflate_offer).
// Spec:   RFC 7692 §7.2; W-032, S-013.
// Units:  bytes.
// Errors: a CloseCode: TooBig beyond the limit, of which nothing is kept; BadPayload for what has
//         another format.
// Life:   one per worker, some 300 KiB once it is used.
#pragma once

#include "base/slice.h"
#include "http/deflater.h"
#include "ws/close_code.h"
#include "ws/deflate_offer.h"

#include <expected>
#include <memory>

namespace ws {

class MessageCoder {
public:
    explicit MessageCoder(base::SlicePool& pool);
    ~MessageCoder();
    MessageCoder(const MessageCoder&) = delete;
    MessageCoder& operator=(const MessageCoder&) = delete;

    [[nodiscard]] std::expected<base::Slice, CloseCode> inflate(base::ByteView coded,
                                                                size_t max_bytes);
    [[nodiscard]] base::SliceChain deflate(DeflateWindow window, const base::SliceChain& message);

private:
    class Inflater;

    base::SlicePool& pool_;
    std::unique_ptr<Inflater> inflater_; // each made when it is first needed
    std::unique_ptr<http::Deflater> wide_;
    std::unique_ptr<http::Deflater> narrow_;
};

} // namespace ws
