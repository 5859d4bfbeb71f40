// BoshStream — a BOSH session as an ElementStream.
#pragma once

#include "probe/bosh_client.h"
#include "probe/element_stream.h"

namespace probe {

class BoshStream final : public ElementStream {
public:
    explicit BoshStream(BoshClient& client) : client_(client) {}

    void open(const Deadline& deadline) { reply_ = client_.create(deadline); }
    void send(std::string_view element, const Deadline& deadline) override {
        reply_ = client_.send(element, deadline);
    }
    void restart(const Deadline& deadline) override { reply_ = client_.restart(deadline); }
    [[nodiscard]] std::optional<Element> await(const Fits& fits,
                                               const Deadline& deadline) override {
        return client_.await(fits, deadline, reply_);
    }
    [[nodiscard]] LoginOutcome failure() const override {
        return {.problem = reply_.problem, .detail = reply_.detail, .mechanism = {}, .jid = {}};
    }

private:
    BoshClient& client_;
    BoshReply reply_;
};

} // namespace probe
