// Certificates — those of one listener, as its files have them: a snapshot that is replaced when
// they have changed.
// Spec:   row S-020.
// Errors: load() says what is wrong; later, files that are not good leave the snapshot as it is,
//         and the log says why: once for each change.
// Life:   the configuration outlives it. Connections keep the snapshot that they began with.
#pragma once

#include "base/env.h"
#include "base/timer_wheel.h"
#include "cm/config.h"
#include "tls/server_context.h"

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace cm {

class Certificates final : private base::TimerNode {
public:
    static constexpr base::Duration kLookEvery{5'000};

    // Takes a new snapshot to where connections are; calls `in_use`, on any thread, when all new
    // ones begin with it.
    using Deliver = std::function<void(std::shared_ptr<const tls::ServerContext>,
                                       std::function<void()> in_use)>;

    Certificates(const base::Env& env, const ListenerConfig& listener, Deliver deliver)
        : env_(env), listener_(listener), deliver_(std::move(deliver)) {}

    // Once, first.
    [[nodiscard]] std::expected<void, std::string> load();
    // Reads the files again, whether or not they look different.
    void reload();
    [[nodiscard]] const std::shared_ptr<const tls::ServerContext>& current() const {
        return current_;
    }

private:
    void on_deadline(base::TimePoint now) override;
    [[nodiscard]] std::expected<std::shared_ptr<const tls::ServerContext>, std::string>
    read() const;
    [[nodiscard]] std::string traces() const;

    base::Env env_;
    const ListenerConfig& listener_;
    Deliver deliver_;
    std::shared_ptr<const tls::ServerContext> current_;
    std::string seen_;      // traces() when they were last read,
    std::string last_look_; // and when they were last looked at
};

} // namespace cm
