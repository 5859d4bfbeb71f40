// h2_memory — where nghttp2 has its memory from.
//
// Each of its sessions has a buffer of 16 KiB for a frame in the making, of which ours use the
// first few hundred bytes: bodies never pass through it. From the heap it would be what a handshake
// of TLS has just given back, all of it touched. So what is that large is mapped by itself, and the
// pages that nobody writes to are not there.
//
// Life:   functions without state; what they give goes back to them. The last argument means
// nothing.
#pragma once

#include <cstddef>

namespace http::h2_memory {

[[nodiscard]] void* allocate(size_t size, void* unused);
[[nodiscard]] void* allocate_many(size_t count, size_t size, void* unused);
[[nodiscard]] void* reallocate(void* block, size_t size, void* unused);
void release(void* block, void* unused);

} // namespace http::h2_memory
