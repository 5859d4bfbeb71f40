// A core dump would hold passwords and messages of everyone who is connected (S-047).
#pragma once

namespace base {

// No core dump of this process is written, nor can others of the same user read its memory. False:
// the system refused.
bool disable_core_dumps();

} // namespace base
