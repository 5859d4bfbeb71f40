// The values of the configuration's enumerations, and how they are written.
#pragma once

#include "cm/config.h"

#include <array>
#include <concepts>
#include <string_view>
#include <type_traits>

namespace cm {

template <class Value>
struct Word {
    Value value;
    std::string_view word;
};
template <class Value>
inline constexpr bool kWords = false; // none
template <>
inline constexpr std::array kWords<ListenerConfig::Tls> =
    std::to_array<Word<ListenerConfig::Tls>>({{ListenerConfig::Tls::None, "none"},
                                              {ListenerConfig::Tls::Proxy, "proxy"},
                                              {ListenerConfig::Tls::Own, "own"}});
template <>
inline constexpr std::array kWords<base::LogFormat> =
    std::to_array<Word<base::LogFormat>>({{base::LogFormat::Text, "text"},
                                          {base::LogFormat::Logfmt, "logfmt"},
                                          {base::LogFormat::Json, "json"}});
template <>
inline constexpr std::array kWords<tls::Profile> = std::to_array<Word<tls::Profile>>(
    {{tls::Profile::Modern, "modern"}, {tls::Profile::Intermediate, "intermediate"}});
template <>
inline constexpr std::array kWords<http::ForwardedField> =
    std::to_array<Word<http::ForwardedField>>(
        {{http::ForwardedField::None, "none"},
         {http::ForwardedField::XForwardedFor, "x-forwarded-for"},
         {http::ForwardedField::Forwarded, "forwarded"}});
template <>
inline constexpr std::array kWords<xmpp::ServerTls> =
    std::to_array<Word<xmpp::ServerTls>>({{xmpp::ServerTls::Required, "required"},
                                          {xmpp::ServerTls::Optional, "optional"},
                                          {xmpp::ServerTls::Direct, "direct"},
                                          {xmpp::ServerTls::None, "none"}});
template <>
inline constexpr std::array kWords<net::ProxyProtocol> =
    std::to_array<Word<net::ProxyProtocol>>({{net::ProxyProtocol::None, "none"},
                                             {net::ProxyProtocol::V1, "v1"},
                                             {net::ProxyProtocol::V2, "v2"},
                                             {net::ProxyProtocol::V2Tls, "v2-tls"}});
template <>
inline constexpr std::array kWords<xmpp::ChannelBinding> =
    std::to_array<Word<xmpp::ChannelBinding>>({{xmpp::ChannelBinding::Strip, "strip"},
                                               {xmpp::ChannelBinding::Endpoint, "endpoint"},
                                               {xmpp::ChannelBinding::Pass, "pass"}});
template <class Value>
concept Worded = std::is_enum_v<Value> && !std::same_as<decltype(kWords<Value>), const bool>;

} // namespace cm
