#include "probe/stream_error.h"

#include "probe/diagnosis.h"
#include "xmpp/namespaces.h"

namespace probe {

namespace {

// Prosody's words in place of features without a SASL mechanism.
constexpr std::string_view kNoFeatures = "No stream features to proceed with";

} // namespace

StreamError read_stream_error(const Element& error) {
    std::string condition = error.condition(xmpp::kStreamErrorsNamespace);
    StreamError read{.problem = problem_of_stream_error(condition), .words = condition};
    const Element* text = error.child("text", xmpp::kStreamErrorsNamespace);
    if (text == nullptr || text->text.empty()) return read;
    read.words += " (" + text->text + ')';
    if (text->text == kNoFeatures) read.problem = Problem::NoUsableMechanism;
    return read;
}

} // namespace probe
