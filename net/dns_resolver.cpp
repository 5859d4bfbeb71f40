#include "net/dns_resolver.h"

#include "base/error.h"

#include <algorithm>
#include <utility>

namespace net {

namespace {

// How long a name found in /etc/hosts is used before the file is looked at again.
constexpr base::Duration kHostsTtl = 5s;

std::string normalised(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    std::string lower(name);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return lower;
}

DnsType type_of(Address::Family family) {
    return family == Address::Family::V4 ? DnsType::A : DnsType::Aaaa;
}

} // namespace

// --- Who asks

class DnsResolver::Asker {
public:
    Asker() = default;
    Asker(const Asker&) = delete;
    Asker& operator=(const Asker&) = delete;
    virtual ~Asker() { leave(); }

    void wait_in(Askers& askers) {
        home_ = &askers;
        place_ = askers.insert(askers.end(), this);
    }
    // The list has been joined to another, whose iterators go on to hold.
    void moved_to(Askers& askers, const Reply& reply) {
        home_ = &askers;
        reply_ = reply;
    }
    void set_reply(const Reply& reply) { reply_ = reply; }
    // May destroy this.
    void tell(size_t chance) {
        leave();
        Reply reply = std::move(reply_);
        on_reply(*reply, chance);
    }

private:
    virtual void on_reply(const DnsReply& reply, size_t chance) = 0;
    void leave() {
        if (home_ != nullptr) std::exchange(home_, nullptr)->erase(place_);
    }

    Reply reply_;
    Askers* home_ = nullptr;
    Askers::iterator place_;
};

class DnsResolver::SrvQuery final : public Query, public Asker {
public:
    explicit SrvQuery(SrvListener& listener) : listener_(listener) {}

private:
    void on_reply(const DnsReply& reply, size_t /*chance*/) override {
        listener_.on_srv({.outcome = reply.outcome, .records = reply.records});
    }

    SrvListener& listener_;
};

class DnsResolver::AddressQuery final : public Query {
public:
    explicit AddressQuery(AddressListener& listener)
        : v6(Address::Family::V6, listener), v4(Address::Family::V4, listener) {}

    class Part final : public Asker {
    public:
        Part(Address::Family family, AddressListener& listener)
            : family_(family), listener_(listener) {}
        [[nodiscard]] DnsType type() const { return type_of(family_); }

    private:
        // Servers rotate what they answer so that load is spread; one answer kept for all would
        // send everyone to its first address.
        void on_reply(const DnsReply& reply, size_t chance) override {
            AddressAnswer answer{.outcome = reply.outcome, .addresses = reply.addresses};
            if (!answer.addresses.empty()) {
                auto first = static_cast<ptrdiff_t>(chance % answer.addresses.size());
                std::ranges::rotate(answer.addresses, answer.addresses.begin() + first);
            }
            listener_.on_addresses(family_, std::move(answer));
        }

        Address::Family family_;
        AddressListener& listener_;
    };
    Part v6;
    Part v4;
};

// --- What is asked of the name servers

class DnsResolver::OpenQuestion final : public DnsChannel::Question, private base::TimerNode {
public:
    OpenQuestion(DnsResolver& resolver, DnsQuestion asked)
        : question(std::move(asked)), resolver_(resolver) {}

    void begin() {
        expect_by_deadline();
        resolver_.channel_.ask(question.name, question.type, *this);
    }
    void expect_by_deadline() {
        resolver_.loop_.wheel().set(*this, resolver_.loop_.now() + resolver_.options_.deadline);
    }

    const DnsQuestion question;
    Askers askers;

private:
    void on_reply(std::span<const uint8_t> message) override {
        DnsReply reply = read_dns_reply(message, question.name, question.type);
        resolver_.on_answered(*this, std::move(reply));
        resolver_.open_.erase(question); // this
    }
    // c-ares may go on for a while; what it finds is kept.
    void on_deadline(base::TimePoint /*now*/) override { resolver_.on_answered(*this, {}); }

    DnsResolver& resolver_;
};

DnsResolver::DnsResolver(Loop& loop, base::Metrics& metrics, const Options& options)
    : loop_(loop), metrics_(metrics), options_(options), cache_(options.most_cached),
      chance_(std::random_device{}()), channel_(loop, options.servers, options.deadline / 3) {
    CM_ASSERT(turn_.init(this, [&](uv_idle_t* idle) { return uv_idle_init(loop.uv(), idle); }) ==
              0);
}

DnsResolver::~DnsResolver() = default;

std::unique_ptr<Resolver::Query> DnsResolver::look_up_srv(const std::string& name,
                                                          SrvListener& listener) {
    auto query = std::make_unique<SrvQuery>(listener);
    ask({.name = normalised(name), .type = DnsType::Srv}, *query);
    return query;
}

std::unique_ptr<Resolver::Query> DnsResolver::look_up_addresses(const std::string& host,
                                                                AddressListener& listener) {
    auto query = std::make_unique<AddressQuery>(listener);
    std::string name = normalised(host);
    ask({.name = name, .type = query->v6.type()}, query->v6); // RFC 8305 §3: AAAA first
    ask({.name = name, .type = query->v4.type()}, query->v4);
    return query;
}

void DnsResolver::ask(const DnsQuestion& question, Asker& asker) {
    Reply known = cache_.find(question, loop_.now());
    if (!known) known = find_without_asking(question);
    if (known) {
        answer_soon(asker, known);
        return;
    }
    auto [at, added] = open_.try_emplace(question);
    if (added) at->second = std::make_unique<OpenQuestion>(*this, question);
    OpenQuestion& open = *at->second;
    asker.wait_in(open.askers);
    if (added) {
        metrics_.add(base::Counter::DnsQuestions);
        open.begin(); // and end, perhaps
    } else if (open.askers.size() == 1) {
        open.expect_by_deadline(); // it may be overdue
    }
}

DnsResolver::Reply DnsResolver::find_without_asking(const DnsQuestion& question) {
    if (!is_dns_name(question.name)) {
        return std::make_shared<const DnsReply>(DnsReply{.outcome = DnsOutcome::NoName});
    }
    if (Reply in_hosts = find_in_hosts(question)) return in_hosts;
    if (open_.size() < options_.most_questions || open_.contains(question)) return nullptr;
    metrics_.add(base::Counter::DnsFailures);
    return std::make_shared<const DnsReply>();
}

// A name that the file has is asked of nobody, even if the file has no address of the family.
DnsResolver::Reply DnsResolver::find_in_hosts(const DnsQuestion& question) {
    if (question.type == DnsType::Srv) return nullptr;
    DnsReply reply{.outcome = DnsOutcome::NoData, .ttl = kHostsTtl};
    reply.addresses = hosts_.find(question.name);
    if (reply.addresses.empty()) return nullptr;
    std::erase_if(reply.addresses,
                  [&](const Address& each) { return type_of(each.family) != question.type; });
    if (!reply.addresses.empty()) reply.outcome = DnsOutcome::Found;
    return cache_.add(question, std::move(reply), loop_.now());
}

// --- Answers

void DnsResolver::on_answered(OpenQuestion& question, DnsReply reply) {
    bool too_late = question.askers.empty(); // or nobody wants it any more
    if (reply.outcome == DnsOutcome::Failed && !too_late) metrics_.add(base::Counter::DnsFailures);
    Reply shared = cache_.add(question.question, std::move(reply), loop_.now());
    for (Asker* asker : question.askers) asker->moved_to(answered_, shared);
    answered_.splice(answered_.end(), question.askers);
    tell_soon();
}

void DnsResolver::answer_soon(Asker& asker, const Reply& reply) {
    asker.wait_in(answered_);
    asker.set_reply(reply);
    tell_soon();
}

void DnsResolver::tell_soon() {
    CM_ASSERT(uv_idle_start(turn_.get(), [](uv_idle_t* idle) {
                  auto* self = UvHandle<uv_idle_t>::owner_of<DnsResolver>(idle);
                  if (self != nullptr) self->tell();
              }) == 0);
}

// Those who ask again in their callback wait for a next turn, as do those for whom there is no time
// in this one. That comes at once, and stops if there is nobody: as long as it is not stopped the
// loop does not wait.
void DnsResolver::tell() {
    if (answered_.empty()) {
        uv_idle_stop(turn_.get());
        return;
    }
    size_t left = std::min(answered_.size(), kToldInATurn);
    for (; left > 0 && !answered_.empty(); --left) {
        answered_.front()->tell(chance_());
    }
}

} // namespace net
