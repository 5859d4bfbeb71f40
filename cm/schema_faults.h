// What the schema check found, in words: the complaints of libxml2 name patterns and types, which
// is no help to an operator, so the message is made from the schema's own words.
// Errors: added to `faults`. What is reported is marked faulty, and then not reported again: a
// value
//         may break several facets of its type, but it is one mistake.
#pragma once

#include "cm/config_element.h"
#include "cm/config_error.h"

#include <string>
#include <string_view>

namespace cm {

// An element that its parent does not know.
void report_stranger(ConfigElement& element, const std::string& parent, ConfigFaults& faults);
// Text where there is none, wrong text, or elements where nothing may be inside.
void report_content(ConfigElement& element, ConfigFaults& faults);
// A required attribute that is not written.
void report_missing(const ConfigElement& element, const std::string& attribute,
                    ConfigFaults& faults);
// An attribute that is unknown or has a wrong value. libxml2's name of it: "{uri}local" if it has
// a prefix.
void report_attribute(ConfigElement& element, std::string_view name, ConfigFaults& faults);

} // namespace cm
