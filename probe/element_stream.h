// ElementStream — a stream as a login sees it: what is sent, and the elements that come, whichever
// way carries them.
// Errors: nullopt of the next await(), and failure() says why; it is over then, unless only time
// was.
#pragma once

#include "probe/deadline.h"
#include "probe/element.h"
#include "probe/login.h"

#include <functional>
#include <optional>
#include <string_view>

namespace probe {

class ElementStream {
public:
    using Fits = std::function<bool(const Element&)>;

    ElementStream() = default;
    ElementStream(const ElementStream&) = delete;
    ElementStream& operator=(const ElementStream&) = delete;
    virtual ~ElementStream() = default;

    virtual void send(std::string_view element, const Deadline& deadline) = 0;
    // Begins the stream anew, as after a login.
    virtual void restart(const Deadline& deadline) = 0;
    // The next element that fits, taken from what has come.
    [[nodiscard]] virtual std::optional<Element> await(const Fits& fits,
                                                       const Deadline& deadline) = 0;
    [[nodiscard]] virtual LoginOutcome failure() const = 0;
};

} // namespace probe
