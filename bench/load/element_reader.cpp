#include "bench/load/element_reader.h"

#include <algorithm>
#include <utility>

namespace load {

base::Result<ElementReader::Step> ElementReader::next(base::ByteView& in) {
    if (framer_.untouched()) {
        // White space of the stream before, which must not stand before a declaration.
        in.remove_prefix(std::min(in.find_first_not_of(" \t\r\n"), in.size()));
    }
    if (in.empty()) return Step{};
    auto step = framer_.next(in);
    if (!step) return std::unexpected(step.error());
    if (step->begin > 0) tail_.clear();
    base::ByteView part = in.substr(step->begin, step->end - step->begin);
    in.remove_prefix(step->end);
    if (step->event == Event::None) {
        tail_ += part;
        return Step{};
    }
    if (tail_.empty()) return Step{.event = step->event, .bytes = part};
    whole_ = std::move(tail_);
    whole_ += part;
    tail_.clear();
    return Step{.event = step->event, .bytes = whole_};
}

void ElementReader::reset() {
    framer_.reset();
    tail_.clear();
}

} // namespace load
