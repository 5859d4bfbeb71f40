// Namespaces — the ones this program knows by name.
#pragma once

#include <string_view>

namespace xmpp {

inline constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";
inline constexpr std::string_view kClientNamespace = "jabber:client";
inline constexpr std::string_view kStreamsNamespace = "http://etherx.jabber.org/streams";
inline constexpr std::string_view kStreamErrorsNamespace = "urn:ietf:params:xml:ns:xmpp-streams";
inline constexpr std::string_view kStanzaErrorsNamespace = "urn:ietf:params:xml:ns:xmpp-stanzas";
inline constexpr std::string_view kBindNamespace = "urn:ietf:params:xml:ns:xmpp-bind";
inline constexpr std::string_view kFramingNamespace = "urn:ietf:params:xml:ns:xmpp-framing";
inline constexpr std::string_view kTlsNamespace = "urn:ietf:params:xml:ns:xmpp-tls";
inline constexpr std::string_view kSaslNamespace = "urn:ietf:params:xml:ns:xmpp-sasl";
inline constexpr std::string_view kSasl2Namespace = "urn:xmpp:sasl:2";
inline constexpr std::string_view kStreamManagementNamespace = "urn:xmpp:sm:3";
inline constexpr std::string_view kLimitsNamespace = "urn:xmpp:stream-limits:0";
inline constexpr std::string_view kChannelBindingNamespace = "urn:xmpp:sasl-cb:0";
inline constexpr std::string_view kCompressFeatureNamespace = "http://jabber.org/features/compress";

} // namespace xmpp
