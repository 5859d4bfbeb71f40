// Operation — something that boshcm does again and again, all of it in memory: no socket, no clock,
// no chance.
// Life:   each has a world of its own, made before its first run and ended after its last.
#pragma once

#include "bench/instructions/count.h"

#include <memory>
#include <span>

namespace instructions {

class Operation {
public:
    virtual ~Operation() = default;
    // Once. What makes it possible, and leaves all as it was, is not counted.
    virtual void run(Count& count) = 0;
};

struct NamedOperation {
    const char* name;
    std::unique_ptr<Operation> (*make)();
};

template <class Kind, auto... arguments>
constexpr NamedOperation named(const char* name) {
    return {name,
            []() -> std::unique_ptr<Operation> { return std::make_unique<Kind>(arguments...); }};
}

[[nodiscard]] std::span<const NamedOperation> http_operations();
[[nodiscard]] std::span<const NamedOperation> bosh_operations();
[[nodiscard]] std::span<const NamedOperation> websocket_operations();

} // namespace instructions
