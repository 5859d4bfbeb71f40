#include "http/deflater.h"

#include "base/error.h"

#define ZLIB_CONST
#include <zlib.h>

namespace http {

namespace {

// Against the default, half of the time for a few per cent more bytes, on XML; the loop waits.
constexpr int kLevel = Z_BEST_SPEED;
constexpr int kMemory = 8; // zlib's default
constexpr size_t kDeflatedPieceBytes = size_t{4} * 1024;

} // namespace

void Deflater::Freed::operator()(z_stream* stream) const {
    deflateEnd(stream);
    delete stream;
}

Deflater::Deflater(int format) : stream_(new z_stream{}) {
    CM_ASSERT(deflateInit2(stream_.get(), kLevel, Z_DEFLATED, format, kMemory,
                           Z_DEFAULT_STRATEGY) == Z_OK); // else: out of memory
}

void Deflater::run(const base::SliceChain& plain, End end, base::SliceBuilder& coded) {
    for (const base::Slice& slice : plain) feed(slice.view(), Z_NO_FLUSH, coded);
    feed({}, end == End::Last ? Z_FINISH : Z_SYNC_FLUSH, coded);
    CM_ASSERT(deflateReset(stream_.get()) == Z_OK);
}

void Deflater::feed(base::ByteView bytes, int flush, base::SliceBuilder& coded) {
    stream_->next_in = reinterpret_cast<const Bytef*>(bytes.data());
    stream_->avail_in = static_cast<uInt>(bytes.size());
    do {
        stream_->next_out = reinterpret_cast<Bytef*>(coded.extend(kDeflatedPieceBytes));
        stream_->avail_out = static_cast<uInt>(kDeflatedPieceBytes);
        CM_ASSERT(deflate(stream_.get(), flush) != Z_STREAM_ERROR);
        coded.shrink_to(coded.size() - stream_->avail_out);
    } while (stream_->avail_out == 0); // else it has given all that it wants to give
}

} // namespace http
