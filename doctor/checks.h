// checks — what the doctor looks at, in the order of the way: each a function of the Visit, in a
// file of its own. None of them counts on another's having found all well.
#pragma once

#include "doctor/visit.h"

#include <cstddef>
#include <string>

namespace doctor {

// An avatar, or a picture in a message; no boshcm takes less by default.
inline constexpr size_t kPictureBytes = 100UL * 1024;

// Where host-meta of the site leads; fills in the URLs that were not given.
void check_host_meta(Visit& visit);
// DNS and TCP of the host of a URL; connections go to addresses that answer afterwards.
void check_addresses(Visit& visit, const std::string& url);
// TLS of an https or wss URL; without verification afterwards, if there is something wrong with it.
void check_certificate(Visit& visit, const std::string& url);
// Which program answers at a URL, unless the plan says it.
void check_front(Visit& visit, const std::string& url);
// A BOSH session: status, paths, domains.
void check_session(Visit& visit);
// What that answer says besides: type, compression, time.
void check_answer(Visit& visit, const Answer& answer);
// Pages of other sites.
void check_cors(Visit& visit);
// A request as large as boshcm takes.
void check_body_size(Visit& visit);
// Requests of one session by several connections, two at a time.
void check_pairs(Visit& visit);
// The WebSocket's handshake and stream.
void check_websocket(Visit& visit);
// A held request and a silent WebSocket, both for as long as the plan says.
void check_hold(Visit& visit);
// A login, and messages of growing size.
void check_account(Visit& visit);
// The domains' servers, as `boshcm probe` goes there.
void check_servers(Visit& visit);
// What the configuration tells of the running daemon.
void check_daemon(Visit& visit);

} // namespace doctor
