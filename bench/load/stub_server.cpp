#include "bench/load/stub_server.h"

#include <algorithm>
#include <utility>

namespace load {

namespace {

std::string_view bare(std::string_view jid) {
    return jid.substr(0, jid.find('/'));
}

} // namespace

StubServer::StubServer(net::Loop& loop, const base::Env& env)
    : loop_(loop), env_(env), turn_end_(loop, *this) {}

StubServer::~StubServer() = default;

base::Result<net::Address> StubServer::open(const net::Address& address) {
    auto listener = net::TcpListener::open(loop_, env_, address, {}, *this);
    if (!listener) return std::unexpected(listener.error());
    listener_ = std::move(*listener);
    return listener_->local();
}

void StubServer::on_accept(std::unique_ptr<net::Transport> connection) {
    ++counts_.streams;
    StubHouse& house = *this;
    base::SlotId id =
        streams_.insert(std::make_unique<StubStream>(house, env_, std::move(connection)));
    counts_.most = std::max<uint64_t>(counts_.most, streams_.size());
    (*streams_.find(id))->start(id);
}

std::string StubServer::bind(std::string_view bare, std::string_view resource, base::SlotId id) {
    std::string full(bare);
    full.append("/").append(resource);
    if (by_full_jid_.contains(full)) {
        full.append("-").append(std::to_string(counts_.streams));
    }
    by_full_jid_.emplace(full, id);
    by_bare_jid_[std::string(bare)].push_back(id);
    return full;
}

// An address without a resource, or with one that has gone, is the newest one's.
StubStream* StubServer::find(std::string_view jid) {
    if (auto full = by_full_jid_.find(jid); full != by_full_jid_.end()) {
        return streams_.find(full->second)->get();
    }
    if (bare(jid).size() != jid.size()) return nullptr;
    auto found = by_bare_jid_.find(jid);
    return found == by_bare_jid_.end() ? nullptr : streams_.find(found->second.back())->get();
}

bool StubServer::deliver(std::string_view to, const StubMessage& message) {
    ++counts_.messages;
    StubStream* receiver = find(to);
    if (receiver == nullptr) {
        ++counts_.bounced;
        return false;
    }
    receiver->take(message);
    return true;
}

void StubServer::on_turn_end() {
    for (base::SlotId id : writers_) {
        if (auto* stream = streams_.find(id)) (*stream)->flush();
    }
    writers_.clear();
}

void StubServer::on_stream_gone(base::SlotId id) {
    auto stream = streams_.take(id);
    const std::string& jid = (*stream)->jid();
    if (!jid.empty()) {
        by_full_jid_.erase(jid);
        auto known = by_bare_jid_.find(bare(jid));
        std::erase(known->second, id);
        if (known->second.empty()) by_bare_jid_.erase(known);
    }
    env_.retired.retire(std::move(*stream));
}

} // namespace load
