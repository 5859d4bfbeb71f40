#include "xmpp/relay_factory.h"

#include <algorithm>
#include <utility>

namespace xmpp {

namespace {

// What a session holds. Its end is not the stream's: see ClosingStreams.
class StreamHandle final : public Upstream {
public:
    StreamHandle(UpstreamStream::Shared& shared, std::unique_ptr<UpstreamStream> stream)
        : shared_(shared), stream_(std::move(stream)) {}
    ~StreamHandle() override {
        if (stream_->detach()) {
            shared_.closing.adopt(std::move(stream_));
        }
    }
    StreamHandle(const StreamHandle&) = delete;
    StreamHandle& operator=(const StreamHandle&) = delete;

    void open(const StreamParameters& parameters) override { stream_->open(parameters); }
    void send(base::SliceChain elements) override { stream_->send(std::move(elements)); }
    void restart(const StreamParameters& parameters) override { stream_->restart(parameters); }
    void bounce(std::span<const Stanza> undelivered) override { stream_->bounce(undelivered); }
    void close(CloseMode mode) override { stream_->close(mode); }
    void pause_read() override { stream_->pause_read(); }
    void resume_read() override { stream_->resume_read(); }
    [[nodiscard]] bool congested() const override { return stream_->congested(); }
    [[nodiscard]] base::ServerFacts server_facts() const override {
        const net::Transport* connection = stream_->connection();
        if (connection == nullptr) return {};
        base::ServerFacts facts{.address = connection->peer().to_string()};
        if (auto tls = connection->tls()) {
            facts.tls_version = tls->version;
            facts.tls_cipher = tls->cipher;
        }
        return facts;
    }

private:
    UpstreamStream::Shared& shared_;
    std::unique_ptr<UpstreamStream> stream_;
};

bool is_used(const RelayFactory::Domains& domains) {
    return (domains.foreign && domains.foreign->streams > 0) ||
           std::ranges::any_of(domains.listed,
                               [](const auto& each) { return each.second.streams > 0; });
}

} // namespace

RelayFactory::RelayFactory(base::Env env, ServerConnector::Services services, XmlCheck& check,
                           const Settings& settings)
    : connector_(env, std::move(services), check, settings.connect),
      shared_{.env = env, .connector = connector_, .check = check, .settings = settings.stream} {}

void RelayFactory::serve(Domains domains) {
    former_.push_back(std::exchange(domains_, std::make_unique<const Domains>(std::move(domains))));
    std::erase_if(former_, [](const auto& each) { return !is_used(*each); });
}

void RelayFactory::use(const Settings& settings) {
    connector_.use(settings.connect);
    shared_.settings = settings.stream;
}

std::unique_ptr<Upstream> RelayFactory::create(std::string_view domain, ServerIndex server,
                                               UpstreamListener& listener) {
    auto listed = domains_->listed.find(std::string(domain));
    const DomainServers* servers = nullptr;
    if (listed != domains_->listed.end()) {
        servers = &listed->second;
    } else if (domains_->foreign) {
        servers = &*domains_->foreign;
    }
    if (servers == nullptr || server > servers->routes.size()) return nullptr;
    return std::make_unique<StreamHandle>(
        shared_, std::make_unique<UpstreamStream>(shared_, *servers, server, listener));
}

} // namespace xmpp
