// RFC 7692 is raw deflate, whose last block is empty and not compressed: 00 00 FF FF, which
// End::Sync writes. These four bytes are left out on the wire.

#include "ws/message_coder.h"

#include "base/error.h"

#define ZLIB_CONST
#include <algorithm>
#include <zlib.h>

namespace ws {

namespace {

using base::ByteView;

constexpr ByteView kTail("\x00\x00\xFF\xFF", 4);
constexpr int kWideWindow = -15; // bits; negative: without header and check
constexpr int kNarrowWindow = -9;
constexpr size_t kPieceBytes = 4UL * 1024;

void set_input(z_stream& stream, ByteView bytes) {
    stream.next_in = reinterpret_cast<const Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
}

void set_output(z_stream& stream, base::SliceBuilder& out, size_t bytes) {
    stream.next_out = reinterpret_cast<Bytef*>(out.extend(bytes));
    stream.avail_out = static_cast<uInt>(bytes);
}

} // namespace

class MessageCoder::Inflater {
public:
    Inflater() { CM_ASSERT(inflateInit2(&stream_, kWideWindow) == Z_OK); } // else: out of memory
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    std::expected<base::Slice, CloseCode> run(ByteView coded, size_t max_bytes,
                                              base::SlicePool& pool) {
        CM_ASSERT(inflateReset(&stream_) == Z_OK);
        base::SliceBuilder plain(pool);
        for (ByteView part : {coded, kTail}) {
            set_input(stream_, part);
            if (CloseCode fault = take_input(plain, max_bytes); fault != CloseCode::None) {
                return std::unexpected(fault);
            }
        }
        // Else the tail was read as something else than a block of its own.
        bool at_block = (stream_.data_type & kBetweenBlocks) != 0;
        if (!at_block) return std::unexpected(CloseCode::BadPayload);
        return plain.take();
    }

private:
    static constexpr int kBetweenBlocks = 128; // of data_type, as zlib.h has it

    CloseCode take_input(base::SliceBuilder& plain, size_t max_bytes) {
        int result = Z_OK;
        do {
            // What follows a block that is marked as the last one begins anew (§7.2.3.4).
            if (result == Z_STREAM_END) CM_ASSERT(inflateReset(&stream_) == Z_OK);
            // One byte more than may come, so that it is seen to.
            set_output(stream_, plain, std::min(kPieceBytes, max_bytes - plain.size() + 1));
            result = ::inflate(&stream_, Z_SYNC_FLUSH);
            plain.shrink_to(plain.size() - stream_.avail_out);
            if (plain.size() > max_bytes) return CloseCode::TooBig;
            bool usable = result == Z_OK || result == Z_BUF_ERROR || result == Z_STREAM_END;
            if (!usable) return CloseCode::BadPayload;
        } while (stream_.avail_in > 0 || stream_.avail_out == 0);
        return CloseCode::None;
    }

    z_stream stream_{};
};

MessageCoder::MessageCoder(base::SlicePool& pool) : pool_(pool) {}

MessageCoder::~MessageCoder() = default;

std::expected<base::Slice, CloseCode> MessageCoder::inflate(base::ByteView coded,
                                                            size_t max_bytes) {
    if (!inflater_) inflater_ = std::make_unique<Inflater>();
    return inflater_->run(coded, max_bytes, pool_);
}

base::SliceChain MessageCoder::deflate(DeflateWindow window, const base::SliceChain& message) {
    CM_ASSERT(window != DeflateWindow::None);
    bool wide = window == DeflateWindow::Wide;
    std::unique_ptr<http::Deflater>& deflater = wide ? wide_ : narrow_;
    if (!deflater) deflater = std::make_unique<http::Deflater>(wide ? kWideWindow : kNarrowWindow);
    base::SliceBuilder coded(pool_);
    deflater->run(message, http::Deflater::End::Sync, coded);
    CM_ASSERT(coded.view().ends_with(kTail));
    coded.shrink_to(coded.size() - kTail.size());
    return base::SliceChain(coded.take());
}

} // namespace ws
