#include "probe/sasl.h"

#include "base/error.h"

#include <gsasl.h>
#include <utility>

namespace probe {

namespace {

struct Freed {
    void operator()(Gsasl* library) const { gsasl_done(library); }
    void operator()(Gsasl_session* session) const { gsasl_finish(session); }
    void operator()(char* text) const { gsasl_free(text); }
};

} // namespace

struct Sasl::Exchange {
    std::unique_ptr<Gsasl, Freed> library;
    std::unique_ptr<Gsasl_session, Freed> session; // goes first
    bool finished = false;

    void set(Gsasl_property property, const std::string& value) {
        CM_ASSERT(gsasl_property_set(session.get(), property, value.c_str()) == GSASL_OK);
    }
};

Sasl::Sasl(std::unique_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
Sasl::Sasl(Sasl&& other) noexcept = default;
Sasl& Sasl::operator=(Sasl&& other) noexcept = default;
Sasl::~Sasl() = default;

std::expected<Sasl, std::string> Sasl::start(const std::string& mechanism,
                                             const std::string& domain, const Account& account) {
    auto exchange = std::make_unique<Exchange>();
    Gsasl* library = nullptr;
    CM_ASSERT(gsasl_init(&library) == GSASL_OK);
    exchange->library.reset(library);
    Gsasl_session* session = nullptr;
    int result = gsasl_client_start(library, mechanism.c_str(), &session);
    if (result != GSASL_OK) return std::unexpected(gsasl_strerror(result));
    exchange->session.reset(session);
    exchange->set(GSASL_SERVICE, "xmpp");
    exchange->set(GSASL_HOSTNAME, domain);
    if (account.anonymous) {
        exchange->set(GSASL_ANONYMOUS_TOKEN, "boshcm-probe");
    } else {
        exchange->set(GSASL_AUTHID, account.user);
        exchange->set(GSASL_PASSWORD, account.password);
    }
    return Sasl(std::move(exchange));
}

std::expected<std::string, std::string> Sasl::step(const std::string& heard) {
    char* said = nullptr;
    int result = gsasl_step64(exchange_->session.get(), heard.c_str(), &said);
    std::unique_ptr<char, Freed> owner(said);
    if (result != GSASL_OK && result != GSASL_NEEDS_MORE) {
        return std::unexpected(gsasl_strerror(result));
    }
    exchange_->finished = result == GSASL_OK;
    return said;
}

bool Sasl::finished() const {
    return exchange_->finished;
}

} // namespace probe
