#include "bench/load/glance.h"

#include <algorithm>

namespace load {

namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kEndOfName = " \t\r\n/>";

} // namespace

std::string_view local_name(base::ByteView element) {
    if (!element.starts_with('<')) return {};
    element.remove_prefix(1);
    std::string_view name = element.substr(0, element.find_first_of(kEndOfName));
    return name.substr(name.find(':') + 1); // npos + 1 is 0
}

std::string_view attribute(base::ByteView element, std::string_view name) {
    size_t at = element.find_first_of(kEndOfName);
    while (at < element.size()) {
        at = element.find_first_not_of(kSpace, at);
        if (at >= element.size() || element[at] == '>' || element[at] == '/') break;
        size_t equals = element.find('=', at);
        if (equals == std::string_view::npos) break;
        std::string_view found = element.substr(at, equals - at);
        found = found.substr(0, found.find_first_of(kSpace));
        size_t open = element.find_first_of("'\"", equals);
        if (open == std::string_view::npos) break;
        size_t close = element.find(element[open], open + 1);
        if (close == std::string_view::npos) break;
        if (found == name) return element.substr(open + 1, close - open - 1);
        at = close + 1;
    }
    return {};
}

std::string_view text_of(base::ByteView element, std::string_view name) {
    for (size_t at = 0; (at = element.find('<', at)) != std::string_view::npos; ++at) {
        if (local_name(element.substr(at)) != name) continue;
        size_t begin = element.find('>', at);
        if (begin == std::string_view::npos || element[begin - 1] == '/') return {};
        ++begin;
        size_t end = element.find('<', begin);
        return end == std::string_view::npos ? std::string_view()
                                             : element.substr(begin, end - begin);
    }
    return {};
}

std::string_view first_child(base::ByteView element) {
    size_t at = element.find('<', std::min<size_t>(1, element.size()));
    if (at == std::string_view::npos || element.substr(at).starts_with("</")) return {};
    return local_name(element.substr(at));
}

} // namespace load
