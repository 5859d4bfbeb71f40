#include "xmpp/xml_declaration.h"

#include <gtest/gtest.h>

#include <string_view>

namespace {

using xmpp::XmlDeclaration;
using xmpp::XmlFault;

// What follows "<?".
std::expected<bool, XmlFault> take(std::string_view text) {
    XmlDeclaration declaration;
    std::expected<bool, XmlFault> taken = false;
    for (char byte : text) {
        if (!taken || *taken) break;
        taken = declaration.take(byte);
    }
    return taken;
}

// Rows: B-006, U-012
TEST(XmlDeclarationTest, AcceptsVersion10InUtf8) {
    for (std::string_view good : {
             "xml version='1.0'?>",
             R"(xml version="1.0" encoding="UTF-8"?>)",
             "xml\tversion = '1.0'\r\nencoding\n=\n'utf-8' ?>",
             "xml version='1.0' encoding='Utf-8' standalone='yes'?>",
             "xml version='1.0' standalone='no'?>",
         }) {
        EXPECT_EQ(take(good), true) << good;
    }
}

// Rows: B-006, U-012
TEST(XmlDeclarationTest, RefusesOtherEncodings) {
    for (std::string_view bad :
         {"xml version='1.0' encoding='ISO-8859-1'?>", "xml version='1.0' encoding='UTF-16'?>",
          "xml version='1.0' encoding='UTF-8x'?>", "xml version='1.0' encoding=''?>"}) {
        EXPECT_EQ(take(bad), std::unexpected(XmlFault::UnsupportedEncoding)) << bad;
    }
}

// Rows: B-006
TEST(XmlDeclarationTest, RefusesOtherVersionsAndBrokenOnes) {
    using namespace std::string_view_literals;
    for (std::string_view bad : {
             "xml version='1.1'?>"sv,
             "xml version='1.0\0'?>"sv,
             "xml version='1.00'?>"sv,
             "xml ?>"sv,
             "xml encoding='UTF-8'?>"sv,
             "xml version='1.0'encoding='UTF-8'?>"sv,
             "xml version='1.0' version='1.0'?>"sv,
             "xml version='1.0' standalone='no' encoding='UTF-8'?>"sv,
             "xml version='1.0' standalone='no' standalone='no'?>"sv,
             "xml version='1.0' standalone='maybe'?>"sv,
             "xml version='1.0' x='1'?>"sv,
             "xml version='1.0'? >"sv,
             R"(xml version='1.0"?>)"sv,
         }) {
        EXPECT_EQ(take(bad), std::unexpected(XmlFault::NotWellFormed)) << bad;
    }
}

// Rows: B-005
TEST(XmlDeclarationTest, RefusesOtherInstructions) {
    for (std::string_view bad : {"php ?>", "xml-stylesheet ?>", "XML version='1.0'?>", "xml?>"}) {
        EXPECT_EQ(take(bad), std::unexpected(XmlFault::RestrictedXml)) << bad;
    }
}

} // namespace
