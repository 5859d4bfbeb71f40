// Rules for TLS of our own at a listener: what it needs, and whether its files will do.
// Spec:   row S-020.
// Errors: added to `faults`, with the line of the attribute to change.
#pragma once

#include "cm/config.h"
#include "cm/config_element.h"
#include "cm/config_error.h"
#include "cm/config_report.h"

#include <string>
#include <vector>

namespace cm {

// What belongs together: certificates and TLS of our own.
void check_listener_tls(const ConfigElement& element, const ListenerConfig& listener,
                        ConfigFaults& faults);
// Makes the names of the files absolute, from `start`. The files can be read, the key belongs to
// the certificate, and it is none that `before` has already.
void check_certificate(ConfigElement& element, CertificateConfig& certificate,
                       const ListenerConfig& before, const std::string& start,
                       ConfigFaults& faults);

// A certificate out of its time is shown all the same: others may be needed the more. A key that
// everyone can read is none.
void warn_of_certificates(const ListenerConfig& listener, std::vector<ConfigWarning>& found);

} // namespace cm
