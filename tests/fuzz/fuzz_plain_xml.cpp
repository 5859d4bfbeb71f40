// What PlainXml takes for well-formed libxml2 takes for well-formed, and both tell of the same.

#include "base/error.h"
#include "tests/xmpp/xml_recorder.h"
#include "xmpp/plain_xml.h"
#include "xmpp/xml_text.h"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    static const xmpp::XmlCheck::Limits limits{
        .max_attributes = 8, .max_name_bytes = 64, .max_depth = 12, .max_declarations = 10};
    static xmpp::XmlCheck check(limits);
    static xmpp::PlainXml plain(limits);
    std::string_view document(reinterpret_cast<const char*>(bytes), size);
    if (xmpp::find_illegal_character(document) || !plain.read(document)) return 0;
    tests::XmlRecorder told;
    plain.tell(told);
    tests::XmlRecorder expected;
    CM_ASSERT(check.run_thoroughly(document, expected));
    CM_ASSERT(told.with_text_joined() == expected.with_text_joined());
    return 0;
}
