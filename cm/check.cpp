#include "cm/check.h"

#include "cm/config_loader.h"
#include "cm/config_report.h"
#include "cm/options.h"

#include <ostream>

namespace cm {

int check(const std::string& config_file, std::ostream& out, std::ostream& err) {
    LoadResult loaded = load(config_file);
    if (!loaded) {
        for (const ConfigError& error : loaded.error()) err << to_string(error) << '\n';
        return kExitUsageOrConfig;
    }
    for (const ConfigWarning& warning : warnings(*loaded))
        err << to_string(warning, config_file) << '\n';
    out << effective_xml(*loaded);
    out.flush();
    return out.good() ? kExitOk : kExitRuntimeFailure;
}

} // namespace cm
