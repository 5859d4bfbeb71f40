// messages — one message each way between the sessions that are open, each a line of the report.
// With one session only, it writes to itself.
// Errors: MessageLost, MessageReturned, or what ended the BOSH session.
#pragma once

#include "probe/deadline.h"
#include "probe/native_way.h"
#include "probe/report.h"
#include "probe/web_way.h"

namespace probe {

void exchange_messages(NativeWay& native, WebWay& web, const Deadline& deadline, Report& report);
void write_to_itself(NativeWay& native, const Deadline& deadline, Report& report);
void write_to_itself(WebWay& web, const Deadline& deadline, Report& report);

} // namespace probe
