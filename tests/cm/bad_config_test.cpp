// Every mistake is reported with its line, what is there and what belongs there.
// Rows: -
#include "cm/config_loader.h"
#include "tests/cm/config_text.h"

#include <gmock/gmock.h>

using testing::ElementsAre;
using testing::HasSubstr;
using tests::errors_of;
using tests::in_root;
using tests::minimal_config;

namespace {

constexpr const char* kListenerTls =
    "tls=\"own\" (clients speak HTTPS to it), tls=\"proxy\" (only a proxy that ends TLS can reach "
    "it) or tls=\"none\" (clients speak plain HTTP to it)";
constexpr const char* kSeconds = "a duration in whole seconds such as 60s or 5m";
constexpr const char* kSize = "a size such as 256KiB, 4MiB or a plain number of bytes";
constexpr const char* kOrigin =
    "*, null, or an origin as browsers send it: scheme and host in lower case, a port only if it "
    "is not the scheme's own, no path (https://chat.example.org)";
constexpr const char* kNetwork =
    "a numeric IP address or a network such as 10.0.0.0/8 or 2001:db8::/32, or local for Unix "
    "sockets";
constexpr const char* kUri =
    "an absolute http or https URI without fragment, such as https://chat.example.org/http-bind";
constexpr const char* kPath =
    "a path such as /http-bind: it begins with a slash and holds letters, digits and "
    "-._~!$&'()*+,;=:@ between single slashes";

struct BadConfig {
    const char* name;
    std::string text;
    std::vector<std::string> errors;
};

void PrintTo(const BadConfig& config, std::ostream* out) {
    *out << config.name;
}

class BadConfigTest : public testing::TestWithParam<BadConfig> {};

// Rows: H-001, H-073, H-074, S-023, S-024, U-036, B-043
TEST_P(BadConfigTest, IsReportedWithLineFoundAndExpected) {
    EXPECT_EQ(errors_of(GetParam().text), GetParam().errors);
}

std::string bosh(const std::string& inside) {
    return minimal_config("<bosh" + inside);
}
std::string with_listener(const std::string& attributes) {
    return minimal_config("<listener " + attributes + "/>");
}

const BadConfig kNotXml[] = {
    {"Empty",
     "",
     {"cm.xml:1: found Document is empty, expected an XML document with the root element "
      "<boshcm>"}},
    {"NotXmlAtAll",
     "port=5280\n",
     {"cm.xml:1: found Start tag expected, '<' not found, expected an XML document with the root "
      "element <boshcm>"}},
    {"WrongEndTag",
     "<boshcm>\n<log>\n</boshcm>",
     {"cm.xml:3: found Opening and ending tag mismatch: log line 2 and boshcm, expected the end "
      "tag of the element that was opened last"}},
    {"NoEndTag",
     "<boshcm>\n",
     {"cm.xml:2: found Premature end of data in tag boshcm line 1, expected an end tag for every "
      "element"}},
    {"TwoRoots",
     "<boshcm/>\n<boshcm/>",
     {"cm.xml:2: found more after the root element, expected nothing after </boshcm>"}},
    {"ValueWithoutQuotes",
     "<boshcm>\n<bosh wait=5s/></boshcm>",
     {"cm.xml:2: found an attribute's value without quotes, expected attributes of the form "
      "name=\"value\""}},
    {"AttributeTwice",
     "<boshcm>\n<bosh wait='5s' wait='5s'/></boshcm>",
     {"cm.xml:2: found Attribute wait redefined, expected each attribute once"}},
    {"UnknownEntity",
     "<boshcm>\n\n&nbsp;</boshcm>",
     {"cm.xml:3: found Entity 'nbsp' not defined, expected no entity but &amp; &lt; &gt; &quot; "
      "and &apos;"}},
    {"NotUtf8",
     "<boshcm>\n<!-- \xE4 --></boshcm>",
     {"cm.xml:2: found a byte that is no UTF-8, or a character that XML does not allow, expected "
      "text in UTF-8"}},
    {"UndeclaredPrefix",
     "<boshcm>\n<c:log/></boshcm>",
     {"cm.xml:2: found Namespace prefix c on log is not defined, expected a prefix that is "
      "declared with xmlns:prefix="}},
};

const BadConfig kWrongShape[] = {
    {"NoNamespace",
     "<boshcm>\n</boshcm>",
     {"cm.xml:1: <boshcm>: found a root element in no namespace, expected <boshcm "
      "xmlns=\"urn:boshcm:config:1\">"}},
    {"OtherNamespace",
     "<!-- a\nb -->\n<boshcm xmlns='urn:boshcm:config:2'/>",
     {"cm.xml:3: <boshcm>: found a root element in the namespace \"urn:boshcm:config:2\", "
      "expected <boshcm xmlns=\"urn:boshcm:config:1\">"}},
    {"OtherRoot",
     "<bosh xmlns='urn:boshcm:config:1'/>",
     {"cm.xml:1: <bosh>: found another root element, expected <boshcm "
      "xmlns=\"urn:boshcm:config:1\">"}},
    {"NothingInIt",
     in_root(""),
     {"cm.xml:1: <boshcm>: found no <listener> in it, expected one or more",
      "cm.xml:1: <boshcm>: found no <domain> in it, expected one or more"}},
    {"UnknownElements",
     minimal_config("<lisener/>\n<log/>\n<dns/>"),
     {"cm.xml:4: <lisener>: found an element that does not belong in <boshcm>, expected one of "
      "<log>, <workers>, <listener>, <http>, <limits>, <bosh>, <websocket>, <upstream>, <domain>, "
      "<discovery>, <static>, <shutdown>, <memory>, <admin>, <webhooks>",
      "cm.xml:6: <dns>: found an element that does not belong in <boshcm>, expected one of <log>, "
      "<workers>, <listener>, <http>, <limits>, <bosh>, <websocket>, <upstream>, <domain>, "
      "<discovery>, "
      "<static>, <shutdown>, <memory>, <admin>, <webhooks>"}},
    {"ElementInTheWrongPlace",
     bosh("><server host='a' tls='none'/></bosh>"),
     {"cm.xml:4: <server>: found an element that does not belong in <bosh>, expected one of "
      "<cors>, <content-type>"}},
    {"ElementInAnEmptyOne",
     minimal_config("<shutdown grace='9h'>\n<x/></shutdown>"),
     {"cm.xml:4: <shutdown grace=\"9h\">: found \"9h\", expected " + std::string(kSeconds) +
          ", from 0s to 1h",
      "cm.xml:5: <x>: found an element that does not belong in <shutdown>, expected no element in "
      "it"}},
    {"XInclude",
     minimal_config("<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>"),
     {"cm.xml:4: <include>: found an element that does not belong in <boshcm>, expected one of "
      "<log>, <workers>, <listener>, <http>, <limits>, <bosh>, <websocket>, <upstream>, <domain>, "
      "<discovery>, <static>, <shutdown>, <memory>, <admin>, <webhooks>"}},
    {"UnknownAttribute",
     minimal_config("<log\n  lvl='info'/>"),
     {"cm.xml:5: <log lvl=\"info\">: found the unknown attribute lvl, expected one of level, "
      "format, access"}},
    {"ForeignAttribute",
     minimal_config("<log xml:lang='en'/>"),
     {"cm.xml:4: <log xml:lang=\"en\">: found the unknown attribute xml:lang, expected one of "
      "level, format, access"}},
    {"TextBetweenElements",
     minimal_config("<bosh>wait=5s</bosh>"),
     {"cm.xml:4: <bosh>: found the text \"wait=5s\", expected attributes and elements only"}},
    {"SecondBosh",
     bosh("/>\n<bosh/>"),
     {"cm.xml:5: <bosh>: found a second one; the first is in line 4, expected only one <bosh>"}},
    {"SecondCors",
     bosh(">\n<cors/>\n<cors/></bosh>"),
     {"cm.xml:6: <cors>: found a second one; the first is in line 5, expected only one <cors>"}},
};

const BadConfig kWrongValues[] = {
    {"PortTooHigh",
     with_listener("address='::1' port='99999' tls='proxy'"),
     {"cm.xml:4: <listener port=\"99999\">: found \"99999\", expected a whole number, from 1 to "
      "65535"}},
    {"PortZero",
     with_listener("address='::1' port='0' tls='proxy'"),
     {"cm.xml:4: <listener port=\"0\">: found \"0\", expected a whole number, from 1 to 65535"}},
    {"PortNegative",
     with_listener("address='::1' port='-1' tls='proxy'"),
     {"cm.xml:4: <listener port=\"-1\">: found \"-1\", expected a whole number, from 1 to 65535"}},
    {"AddressByName",
     with_listener("address='localhost' port='1' tls='proxy'"),
     {"cm.xml:4: <listener address=\"localhost\">: found \"localhost\", expected a numeric IP "
      "address such as 127.0.0.1, ::1, 0.0.0.0 or ::"}},
    {"AddressOutOfRange",
     with_listener("\nport='1' tls='proxy'\naddress='127.0.0.256'"),
     {"cm.xml:6: <listener address=\"127.0.0.256\">: found \"127.0.0.256\", expected a numeric IP "
      "address such as 127.0.0.1, ::1, 0.0.0.0 or ::"}},
    {"ListenerWithoutTls",
     with_listener("address='::1'\nport='1'"),
     {std::string("cm.xml:4: <listener>: found no attribute tls, expected ") + kListenerTls}},
    {"ListenerTlsUnknown",
     with_listener("address='::1' port='1' tls='yes'"),
     {std::string("cm.xml:4: <listener tls=\"yes\">: found \"yes\", expected ") + kListenerTls}},
    {"ListenerNowhere",
     with_listener("tls='proxy'"),
     {"cm.xml:4: <listener>: found neither address and port nor a path, expected address and port, "
      "or the path of a Unix socket"}},
    {"ListenerWithoutPort",
     with_listener("address='::1' tls='proxy'"),
     {"cm.xml:4: <listener address=\"::1\">: found no attribute port, expected address and port, "
      "or the path of a Unix socket"}},
    {"ListenerInTwoPlaces",
     with_listener("port='1'\npath='/run/a' tls='proxy'"),
     {"cm.xml:5: <listener path=\"/run/a\" port=\"1\">: found a path and an address or port, "
      "expected address and port, or a path"}},
    {"ListenerModeWithoutFile",
     with_listener("address='::1' port='1' mode='0660' tls='proxy'"),
     {"cm.xml:4: <listener mode=\"0660\">: found a mode without a path, expected mode only for the "
      "file of a Unix socket"}},
    {"ListenerPathRelative",
     with_listener("path='http.sock' tls='proxy'"),
     {"cm.xml:4: <listener path=\"http.sock\">: found \"http.sock\", expected an absolute path of "
      "at most 107 bytes, such as /run/boshcm/http.sock"}},
    {"ListenerModeInWords",
     with_listener("path='/run/a' mode='rw-rw----' tls='proxy'"),
     {"cm.xml:4: <listener mode=\"rw-rw----\">: found \"rw-rw----\", expected a file mode of three "
      "or four octal digits, such as 0660"}},
    {"ProxyProtocolGuessed",
     with_listener("address='::1' port='1' tls='proxy' proxy-protocol='auto'"),
     {"cm.xml:4: <listener proxy-protocol=\"auto\">: found \"auto\", expected required or off"}},
    {"TrustedProxyByName",
     minimal_config("<http><trusted-proxy>proxy.example</trusted-proxy></http>"),
     {std::string("cm.xml:4: <trusted-proxy>: found \"proxy.example\", expected ") + kNetwork}},
    {"TrustedProxyWithHostBits",
     minimal_config("<http>\n<trusted-proxy>10.0.0.1/8</trusted-proxy></http>"),
     {std::string("cm.xml:5: <trusted-proxy>: found \"10.0.0.1/8\", expected ") + kNetwork}},
    {"ForwardedByAnotherName",
     minimal_config("<http forwarded='x-real-ip'/>"),
     {"cm.xml:4: <http forwarded=\"x-real-ip\">: found \"x-real-ip\", expected none, "
      "x-forwarded-for or forwarded"}},
    {"LimitWithAUnit",
     minimal_config("<limits address-requests='5s'/>"),
     {"cm.xml:4: <limits address-requests=\"5s\">: found \"5s\", expected a whole number, from 0 "
      "to "
      "10000000"}},
    {"DiscoveryWithoutTls",
     minimal_config("<discovery bosh='http://a.example/http-bind'/>"),
     {"cm.xml:4: <discovery bosh=\"http://a.example/http-bind\">: found "
      "\"http://a.example/http-bind\", expected an absolute https URI without fragment, such as "
      "https://chat.example.org/http-bind"}},
    {"DiscoveryOfWebSocketWithoutTls",
     minimal_config("<discovery websocket='ws://a.example/ws'/>"),
     {"cm.xml:4: <discovery websocket=\"ws://a.example/ws\">: found \"ws://a.example/ws\", "
      "expected "
      "an absolute wss URI without fragment, such as wss://chat.example.org/xmpp-websocket"}},
    {"DurationWithoutUnit",
     bosh(" wait='60'/>"),
     {std::string("cm.xml:4: <bosh wait=\"60\">: found \"60\", expected ") + kSeconds +
      ", from 1s to 65535s"}},
    {"DurationWithFraction",
     bosh("\n\nwait='1500ms'/>"),
     {std::string("cm.xml:6: <bosh wait=\"1500ms\">: found \"1500ms\", expected ") + kSeconds +
      ", from 1s to 65535s"}},
    {"DurationTooLong",
     bosh(" maxpause='19h'/>"),
     {std::string("cm.xml:4: <bosh maxpause=\"19h\">: found \"19h\", expected ") + kSeconds +
      ", from 1s to 65535s"}},
    {"TimeoutTooShort",
     minimal_config("<http head-timeout='99ms'/>"),
     {"cm.xml:4: <http head-timeout=\"99ms\">: found \"99ms\", expected a duration such as 10s, "
      "5m or 500ms, from 100ms to 1h"}},
    {"SizeInDecimalUnits",
     bosh(" max-body='256KB'/>"),
     {std::string("cm.xml:4: <bosh max-body=\"256KB\">: found \"256KB\", expected ") + kSize +
      ", from 4KiB to 64MiB"}},
    {"SizeTooSmall",
     minimal_config("<memory budget='1MiB'/>"),
     {std::string("cm.xml:4: <memory budget=\"1MiB\">: found \"1MiB\", expected ") + kSize +
      ", from 16MiB to 1024GiB"}},
    {"CountWithSign",
     bosh(" hold='+1'/>"),
     {"cm.xml:4: <bosh hold=\"+1\">: found \"+1\", expected a whole number, from 0 to 254"}},
    {"EmptyValue",
     bosh(" hold=''/>"),
     {"cm.xml:4: <bosh hold=\"\">: found \"\", expected a whole number, from 0 to 254"}},
    {"LevelUnknown",
     minimal_config("<log level='verbose'/>"),
     {"cm.xml:4: <log level=\"verbose\">: found \"verbose\", expected trace, debug, info, warn, "
      "error or off"}},
    {"FlagInOtherWords",
     bosh("><cors credentials='yes'/></bosh>"),
     {"cm.xml:4: <cors credentials=\"yes\">: found \"yes\", expected true or false"}},
    {"UriRelative",
     bosh(" see-other-uri='/http-bind'/>"),
     {std::string(
          "cm.xml:4: <bosh see-other-uri=\"/http-bind\">: found \"/http-bind\", expected ") +
      kUri}},
    {"FlagOfBosh",
     bosh(" compression='gzip'/>"),
     {"cm.xml:4: <bosh compression=\"gzip\">: found \"gzip\", expected true or false"}},
    {"LongValueIsCut",
     minimal_config("<log level='" + std::string(100, 'x') + "'/>"),
     {"cm.xml:4: <log level=\"" + std::string(60, 'x') + "...\">: found \"" + std::string(60, 'x') +
      "...\", expected trace, debug, info, warn, error or off"}},
    {"PathWithoutSlash",
     bosh(" path='http-bind'/>"),
     {std::string("cm.xml:4: <bosh path=\"http-bind\">: found \"http-bind\", expected ") + kPath}},
    {"PathWithQuery",
     bosh(" path='/bind?x'/>"),
     {std::string("cm.xml:4: <bosh path=\"/bind?x\">: found \"/bind?x\", expected ") + kPath}},
    {"PathWithDots",
     bosh(" path='/a/../bind'/>"),
     {"cm.xml:4: <bosh path=\"/a/../bind\">: found \"/a/../bind\", expected a path without the "
      "segments . and .., which no request arrives with"}},
    {"OriginWithPath",
     bosh("><cors>\n<origin>https://chat.example/</origin></cors></bosh>"),
     {std::string("cm.xml:5: <origin>: found \"https://chat.example/\", expected ") + kOrigin}},
    {"OriginInUpperCase",
     bosh("><cors><origin>https://Chat.example</origin></cors></bosh>"),
     {std::string("cm.xml:4: <origin>: found \"https://Chat.example\", expected ") + kOrigin}},
    {"OriginWithItsOwnPort",
     bosh("><cors><origin>https://a.example:443</origin></cors></bosh>"),
     {"cm.xml:4: <origin>: found \"https://a.example:443\", expected the origin as browsers send "
      "it, without the port that goes without saying"}},
    {"OriginPortTooHigh",
     bosh("><cors><origin>http://[::1]:70000</origin></cors></bosh>"),
     {"cm.xml:4: <origin>: found \"http://[::1]:70000\", expected a port from 1 to 65535"}},
    {"HeaderWithBlank",
     bosh("><cors><header>X Y</header></cors></bosh>"),
     {"cm.xml:4: <header>: found \"X Y\", expected the name of an HTTP header field"}},
    {"MediaTypeWithParameter",
     bosh("><content-type>text/xml; a=b</content-type></bosh>"),
     {"cm.xml:4: <content-type>: found \"text/xml; a=b\", expected a media type without "
      "parameters, in lower case, such as text/xml"}},
};

const BadConfig kNoSense[] = {
    {"InactivityNotAbovePolling",
     bosh(" polling='60s'/>"),
     {"cm.xml:4: <bosh polling=\"60s\">: found inactivity 60s and polling 60s, expected "
      "inactivity longer than polling, or polling clients lose their sessions"}},
    {"GapTimeoutAboveWait",
     bosh("\nwait='20s'\ngap-timeout='21s'/>"),
     {"cm.xml:6: <bosh gap-timeout=\"21s\" wait=\"20s\">: found gap-timeout 21s and wait 20s, "
      "expected gap-timeout not longer than wait, which bounds how long any request is held"}},
    {"OutboxLowNotBelowHigh",
     bosh(" outbox-high='64KiB'/>"),
     {"cm.xml:4: <bosh outbox-high=\"64KiB\">: found outbox-low 64KiB and outbox-high 64KiB, "
      "expected outbox-low less than outbox-high"}},
    {"OutboxHighNotBelowLimit",
     bosh(" outbox-limit='100KiB'/>"),
     {"cm.xml:4: <bosh outbox-limit=\"100KiB\">: found outbox-high 128KiB and outbox-limit 100KiB, "
      "expected outbox-high less than outbox-limit"}},
    {"HeadBelowRequestLine",
     minimal_config("<http max-head='4KiB'/>"),
     {"cm.xml:4: <http max-head=\"4KiB\">: found max-head 4KiB and max-request-line 8KiB, expected "
      "max-head not smaller than max-request-line, which is a part of it"}},
    {"CredentialsForEveryone",
     bosh("><cors credentials='true'/></bosh>"),
     {"cm.xml:4: <cors credentials=\"true\">: found credentials for every origin (\"*\", which is "
      "also the default), expected an <origin> for each site that may send credentials"}},
    {"EveryoneAmongOthers",
     bosh("><cors>\n<origin>https://a.example</origin>\n<origin>*</origin></cors></bosh>"),
     {"cm.xml:6: <origin>: found \"*\" among other origins, expected \"*\" alone, or only the "
      "origins that may"}},
    {"ListenerTwice",
     with_listener("address='127.0.0.1' port='5280' tls='none'"),
     {"cm.xml:4: <listener address=\"127.0.0.1\" port=\"5280\">: found the address and port "
      "127.0.0.1:5280 a second time, expected each address and port once; the first is in line "
      "2"}},
    {"SocketTwice",
     minimal_config("<listener path='/run/a' tls='proxy'/>\n<listener path='/run/a' tls='none'/>"),
     {"cm.xml:5: <listener path=\"/run/a\">: found the path of a socket /run/a a second time, "
      "expected each path of a socket once; the first is in line 4"}},
    {"ProxyProtocolFromNobody",
     with_listener("address='::1' port='1' tls='proxy' proxy-protocol='required'"),
     {"cm.xml:4: <listener proxy-protocol=\"required\">: found nobody who may send the header of "
      "the PROXY protocol, expected the proxy's address as a <trusted-proxy> in <http>"}},
    {"DiscoveryOfNothing",
     minimal_config("<discovery/>"),
     {"cm.xml:4: <discovery>: found nothing to tell clients, expected one of bosh and websocket, "
      "or "
      "both"}},
    {"StaticPathIsTheOneOfDiscovery",
     minimal_config("<discovery bosh='https://a'/>\n"
                    "<static path='/.well-known/host-meta' directory='/'/>"),
     {"cm.xml:5: <static path=\"/.well-known/host-meta/\">: found the path /.well-known/host-meta/ "
      "a "
      "second time, expected each path once; the first is in line 4"}},
    {"StaticPathTwice",
     minimal_config("<static path='/a/' directory='/'/>\n"
                    "<static path='/a' directory='/'/>"),
     {"cm.xml:5: <static path=\"/a/\">: found the path /a/ a second time, expected each path once; "
      "the first is in line 4"}},
    {"StaticPathIsTheBoshPath",
     minimal_config("<static path='/http-bind' directory='/'/>"),
     {"cm.xml:4: <static path=\"/http-bind/\">: found the path /http-bind/ a second time, expected "
      "each path once; the first is as the default of <bosh>"}},
    {"StaticDirectoryMissing",
     minimal_config("<static path='/' directory='/no/such'/>"),
     {"cm.xml:4: <static directory=\"/no/such\">: found nothing of that name: \"/no/such\", "
      "expected a directory that this user may read"}},
    {"StaticDirectoryIsAFile",
     minimal_config("<static path='/' directory='/etc/passwd'/>"),
     {"cm.xml:4: <static directory=\"/etc/passwd\">: found no directory: \"/etc/passwd\", expected "
      "a directory that this user may read"}},
    {"DefaultDomainNotServed",
     bosh(" default-domain='b.example'/>"),
     {"cm.xml:4: <bosh default-domain=\"b.example\">: found a domain that is not served, expected "
      "a <domain> of that name that is not retired"}},
    {"DefaultDomainRetired",
     bosh(" default-domain='b.example'/>\n<domain name='b.example' retired='true'/>"),
     {"cm.xml:4: <bosh default-domain=\"b.example\">: found a domain that is not served, expected "
      "a <domain> of that name that is not retired"}},
};

std::string name_of(const testing::TestParamInfo<BadConfig>& info) {
    return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(NotXml, BadConfigTest, testing::ValuesIn(kNotXml), name_of);
INSTANTIATE_TEST_SUITE_P(WrongShape, BadConfigTest, testing::ValuesIn(kWrongShape), name_of);
INSTANTIATE_TEST_SUITE_P(WrongValues, BadConfigTest, testing::ValuesIn(kWrongValues), name_of);
INSTANTIATE_TEST_SUITE_P(NoSense, BadConfigTest, testing::ValuesIn(kNoSense), name_of);

TEST(ConfigErrorsTest, AllMistakesOfAFileComeTogetherInTheOrderOfLines) {
    EXPECT_THAT(errors_of(in_root("<listener address='x' port='0' tls='proxy'/>\n"
                                  "<foo/>\n"
                                  "<bosh wait='60' inactivity='5s'><bar/></bosh>\n"
                                  "<baz/>\n"
                                  "<domain name='a.example' retired='maybe'/>")),
                ElementsAre(HasSubstr("cm.xml:2: <listener address="),
                            HasSubstr("cm.xml:2: <listener port="), HasSubstr("cm.xml:3: <foo>"),
                            HasSubstr("cm.xml:4: <bar>"), HasSubstr("cm.xml:4: <bosh wait="),
                            HasSubstr("cm.xml:4: <bosh inactivity="), HasSubstr("cm.xml:5: <baz>"),
                            HasSubstr("cm.xml:6: <domain")));
}

// Rows: B-060
TEST(ConfigErrorsTest, AUriIsAbsoluteAndOfHttp) {
    for (const char* bad : {"", "a.example", "//a.example/", "wss://a.example/", "http:/a.example",
                            "https://", "https:///b", "https://a.example:", "https://a.example:0",
                            "https://a.example:65536", "https://u@a.example/",
                            "https://a.example/#b", "https://a.example/ b", "https://a.example/%4",
                            "https://a.example/&lt;", "https://[::1/", "HTTPS://a.example/"}) {
        EXPECT_EQ(errors_of(bosh(" see-other-uri='" + std::string(bad) + "'/>")).size(), 1U) << bad;
    }
    for (const char* good :
         {"http://a", "https://a.example:65535", "https://[2001:db8::1]:443/x/?y=%20&amp;z"}) {
        EXPECT_THAT(errors_of(bosh(" see-other-uri='" + std::string(good) + "'/>")), ElementsAre());
    }
}

TEST(ConfigErrorsTest, AFaultyValueIsNotComparedWithOthers) {
    EXPECT_EQ(errors_of(minimal_config("<bosh inactivity='x' polling='90s'/>")).size(), 1U);
    EXPECT_EQ(errors_of(minimal_config("<domain name='-' retired='true'/>\n"
                                       "<bosh default-domain='b.example'/>"))
                  .size(),
              1U);
}

TEST(ConfigErrorsTest, TheLineIsRightBehindCommentsAndCdataThatLookLikeTags) {
    EXPECT_THAT(errors_of(in_root("<!-- <log\n a='>' > -->\n<?pi <log\n x?>\n"
                                  "<bosh><content-type><![CDATA[<a\nb='1'>]]></content-type>\n"
                                  "</bosh><log\n\tlevel = '>'\n\tmore=''/>")),
                ElementsAre(HasSubstr("cm.xml:1:"), HasSubstr("cm.xml:1:"),
                            HasSubstr("cm.xml:6: <content-type>"),
                            HasSubstr("cm.xml:9: <log level=\">\">"),
                            HasSubstr("cm.xml:10: <log more=\"\">")));
}

// Rows: S-010
TEST(ConfigErrorsTest, AnEntityBombIsRefusedAtTheDoctype) {
    std::string bomb = "<!DOCTYPE boshcm [\n<!ENTITY a '0123456789'>\n";
    for (char c = 'b'; c < 'l'; ++c) {
        bomb += std::string("<!ENTITY ") + c + " '";
        for (int i = 0; i < 10; ++i) bomb += std::string("&") + static_cast<char>(c - 1) + ";";
        bomb += "'>\n";
    }
    EXPECT_THAT(errors_of(bomb + "]>\n<boshcm>&k;</boshcm>"),
                ElementsAre("cm.xml:1: found a document type declaration (<!DOCTYPE), expected "
                            "none: entities are not used here"));
}

// Rows: S-010
TEST(ConfigErrorsTest, AnExternalEntityIsRefusedUnread) {
    EXPECT_THAT(errors_of("<?xml version='1.0'?>\n<!DOCTYPE boshcm [<!ENTITY x SYSTEM "
                          "'file:///etc/passwd'>]>\n<boshcm>&x;</boshcm>"),
                ElementsAre("cm.xml:2: found a document type declaration (<!DOCTYPE), expected "
                            "none: entities are not used here"));
    EXPECT_THAT(errors_of("<!DOCTYPE boshcm SYSTEM 'http://127.0.0.1:1/x.dtd'>\n<boshcm/>"),
                ElementsAre(HasSubstr("cm.xml:1: found a document type declaration")));
}

// Rows: S-010
TEST(ConfigErrorsTest, ASchemaLocationIsAHintForEditorsAndNotFollowed) {
    std::string text = minimal_config();
    text.insert(text.find('>'), " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
                                "xsi:schemaLocation='urn:boshcm:config:1 /no/such.xsd'");
    EXPECT_THAT(errors_of(text), ElementsAre());
}

TEST(ConfigErrorsTest, DeepNestingAndManyStrangersEndWithErrorsAndNotWithTheProgram) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<a>";
    EXPECT_FALSE(errors_of(in_root(deep)).empty());
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += "<a/>";
    EXPECT_FALSE(errors_of(in_root(many)).empty());
}

} // namespace
