// HTTP alone: the head of a browser's request.
#include "base/error.h"
#include "bench/instructions/operation.h"
#include "bench/load/browser_head.h"
#include "http/request_parser.h"

#include <string>
#include <string_view>

namespace instructions {

namespace {

class ParsePost final : public Operation {
public:
    void run(Count& count) override {
        using Kind = http::RequestParser::Step::Kind;
        std::string_view rest = request_;
        Kind last = Kind::NeedMore;
        count.start();
        while (last != Kind::Complete && last != Kind::Fault) {
            http::RequestParser::Step step = parser_.feed(rest);
            rest.remove_prefix(step.taken);
            last = step.kind;
        }
        parser_.restart();
        count.stop();
        CM_ASSERT(last == Kind::Complete && rest.empty());
    }

private:
    http::Limits limits_;
    http::RequestParser parser_{limits_};
    std::string request_ = load::post_head("chat.example.org", "/http-bind") + "0\r\n\r\n";
};

constexpr NamedOperation kHttpOperations[] = {
    named<ParsePost>("http.parse-post"),
};

} // namespace

std::span<const NamedOperation> http_operations() {
    return kHttpOperations;
}

} // namespace instructions
