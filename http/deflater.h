// Deflater — zlib's compressor, kept from one whole text to the next; nothing of a text helps to
// compress another.
// Spec:   RFC 1950, 1951, 1952; RFC 7692 §7.2.1.
// Life:   as long as there is something to compress: some 260 KiB, less with a narrow window.
#pragma once

#include "base/slice.h"

#include <cstdint>
#include <memory>

struct z_stream_s; // NOLINT(readability-identifier-naming): zlib's

namespace http {

class Deflater {
public:
    enum class End : uint8_t {
        Last, // of a stream, with what its format puts there
        Sync, // of a block, after which an empty one stands
    };

    // The window, in bits, and a mark of the format, as zlib's deflateInit2() takes them.
    explicit Deflater(int format);

    // Appends to `coded`.
    void run(const base::SliceChain& plain, End end, base::SliceBuilder& coded);

private:
    struct Freed {
        void operator()(z_stream_s* stream) const;
    };
    void feed(base::ByteView bytes, int flush, base::SliceBuilder& coded);

    std::unique_ptr<z_stream_s, Freed> stream_;
};

} // namespace http
