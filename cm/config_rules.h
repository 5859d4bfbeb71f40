// Rules that conf/cm.xsd cannot say: values that must fit each other, or the host.
// Spec:   B-043, H-001, H-073, H-074, U-036; XEP-0124 §10..§12 for the order of the times.
// Errors: added to `faults`, with the line of the attribute to change. A value that has been
//         complained about is left alone, here and in every comparison.
#pragma once

#include "cm/config.h"
#include "cm/config_element.h"
#include "cm/config_error.h"

#include <string>
#include <string_view>

namespace cm {

void check_listener(const ConfigElement& element, ConfigFaults& faults);
void check_http(const ConfigElement& element, const http::Limits& limits, ConfigFaults& faults);
void check_bosh(const ConfigElement& element, const bosh::Settings& settings, ConfigFaults& faults);
void check_cors(ConfigElement& element, const http::CorsPolicy& cors, ConfigFaults& faults);
void check_websocket(const ConfigElement& element, const ws::Settings& settings,
                     ConfigFaults& faults);
void check_discovery(const ConfigElement& element, ConfigFaults& faults);
void check_upstream(const ConfigElement& element, const xmpp::ConnectSettings& settings,
                    ConfigFaults& faults);
void check_server(ConfigElement& element, const ServerConfig& server, ConfigFaults& faults);
void check_domain(ConfigElement& element, const DomainConfig& domain, ConfigFaults& faults);
// <deny>.
void check_network(ConfigElement& element, ConfigFaults& faults);
// What would make everybody's relay of this program without the operator having meant it.
void check_relay(const Config& config, ConfigFaults& faults);

// The path without a slash at its end.
[[nodiscard]] std::string check_path(ConfigElement& element, std::string_view path,
                                     ConfigFaults& faults);
// The absolute name of a directory that exists and can be read.
[[nodiscard]] std::string check_directory(ConfigElement& element, const std::string& name,
                                          const std::string& start, ConfigFaults& faults);
// The absolute name of a file of certificates to trust; empty if none is named.
[[nodiscard]] std::string check_ca_file(ConfigElement& element, std::string_view attribute,
                                        const std::string& name, const std::string& start,
                                        ConfigFaults& faults);
// The absolute names of the files of a certificate that is shown to servers.
[[nodiscard]] ClientCertificate check_client_certificate(ConfigElement& element,
                                                         const ClientCertificate& names,
                                                         const std::string& start,
                                                         ConfigFaults& faults);
// What must be unique in the whole file, and names that must name something. Names that are empty
// have been complained about. `bosh` and `websocket` are null if the file has no such
// element.
void check_names(const Config& config, const ConfigElement* bosh, const ConfigElement* websocket,
                 ConfigFaults& faults);
// Who could use a listener that only trusted proxies may use.
void check_proxies(const Config& config, ConfigFaults& faults);

} // namespace cm
