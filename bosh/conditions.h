// Condition — why a session ends, in the words on the wire.
// Spec:   XEP-0124 §17.2 (terminal binding conditions), §17.1 (HTTP codes for legacy clients).
#pragma once

#include <cstdint>
#include <string_view>

namespace bosh {

enum class Condition : uint8_t {
    None, // an orderly end: type='terminate' without condition
    BadRequest,
    HostGone,
    HostUnknown,
    ImproperAddressing,
    InternalServerError,
    ItemNotFound,
    OtherRequest,
    PolicyViolation,
    RemoteConnectionFailed,
    RemoteStreamError,
    SeeOtherUri,
    SystemShutdown,
    UndefinedCondition,
};

// The word on the wire; empty for None.
[[nodiscard]] std::string_view to_string(Condition condition);

// What a client that sent no `ver` gets: 400, 403 or 404 with an empty entity instead of a
// terminate body for the three conditions that had HTTP codes before 1.6; 200 for all others.
[[nodiscard]] uint16_t legacy_status(Condition condition);

} // namespace bosh
