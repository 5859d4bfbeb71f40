// A chat message of so many bytes, as clients write them: some markup, the rest of it text.
#pragma once

#include "base/error.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace instructions {

// A client names the namespace; what a server sends is in that of its stream.
constexpr std::string_view kFromClient = " xmlns='jabber:client'";
constexpr std::string_view kFromServer = " from='bob@example.org/a'";

inline std::string message(std::string_view attribute, size_t size) {
    constexpr std::string_view kTail =
        "</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>";
    std::string text = "<message to='alice@example.org' id='ktx72v49' type='chat'";
    text.append(attribute).append("><body>");
    CM_ASSERT(text.size() + kTail.size() < size);
    while (text.size() + kTail.size() < size) text += text.size() % 6 == 0 ? ' ' : 'x';
    return text.append(kTail);
}

} // namespace instructions
