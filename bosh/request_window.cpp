#include "bosh/request_window.h"

#include "base/error.h"

#include <algorithm>
#include <utility>

namespace bosh {

namespace {

// Of one session: far more than any client leaves unacknowledged.
constexpr size_t kMaxUnacknowledged = 32;

} // namespace

RequestWindow::RequestWindow(Rid creation_rid, uint32_t requests, bool acknowledged,
                             size_t max_bytes)
    : last_processed_(creation_rid - 1), last_answered_(creation_rid - 1),
      highest_received_(creation_rid), requests_(requests), acknowledged_(acknowledged),
      max_bytes_(max_bytes) {}

RequestWindow::Place RequestWindow::place_of(Rid rid, bool one_more) const {
    if (std::ranges::find(open_, rid, &OpenRequest::rid) != open_.end()) return Place::Open;
    if (rid <= last_processed_) {
        bool cached = std::ranges::find(answers_, rid, &CachedAnswer::rid) != answers_.end();
        return cached ? Place::Answered : Place::Outside;
    }
    if (rid > last_processed_ + requests_ + (one_more ? 1 : 0)) return Place::Outside;
    return rid == last_processed_ + 1 ? Place::Next : Place::Ahead;
}

OpenRequest* RequestWindow::open(Rid rid) {
    auto found = std::ranges::find(open_, rid, &OpenRequest::rid);
    return found == open_.end() ? nullptr : &*found;
}

OpenRequest* RequestWindow::open_from(RequestRef from) {
    auto found = std::ranges::find(open_, from, &OpenRequest::from);
    return found == open_.end() ? nullptr : &*found;
}

size_t RequestWindow::held() const {
    auto first_parked = std::ranges::find_if(
        open_, [this](const OpenRequest& request) { return request.rid > last_processed_; });
    return static_cast<size_t>(first_parked - open_.begin());
}

OpenRequest& RequestWindow::add(Rid rid, RequestRef from, const std::string& key,
                                base::TimePoint now) {
    highest_received_ = std::max(highest_received_, rid);
    auto place = std::ranges::upper_bound(open_, rid, {}, &OpenRequest::rid);
    return *open_.insert(place,
                         {.rid = rid,
                          .arrived = now,
                          .key = key.empty() ? nullptr : std::make_unique<const std::string>(key),
                          .from = from});
}

void RequestWindow::park(Rid rid, RequestRef from, BodyIn&& body, base::TimePoint now) {
    OpenRequest& request = add(rid, from, body.key, now);
    request.parked = std::make_unique<BodyIn>(std::move(body));
}

void RequestWindow::hold(Rid rid, RequestRef from, const std::string& key, base::TimePoint now) {
    CM_ASSERT(rid == last_processed_ + 1);
    add(rid, from, key, now);
    last_processed_ = rid;
}

const OpenRequest* RequestWindow::next() const {
    size_t first_parked = held();
    if (first_parked == open_.size()) return nullptr;
    const OpenRequest& request = open_[first_parked];
    return request.rid == last_processed_ + 1 ? &request : nullptr;
}

std::unique_ptr<BodyIn> RequestWindow::take_next() {
    if (next() == nullptr) return nullptr;
    OpenRequest& request = open_[held()];
    ++last_processed_;
    return std::move(request.parked);
}

OpenRequest RequestWindow::take_oldest() {
    CM_ASSERT(!open_.empty());
    OpenRequest oldest = std::move(open_.front());
    open_.erase(open_.begin());
    return oldest;
}

std::vector<OpenRequest> RequestWindow::take_parked() {
    auto first_parked = open_.begin() + static_cast<std::ptrdiff_t>(held());
    std::vector<OpenRequest> parked(std::make_move_iterator(first_parked),
                                    std::make_move_iterator(open_.end()));
    open_.erase(first_parked, open_.end());
    return parked;
}

std::vector<OpenRequest> RequestWindow::take_all() {
    return std::exchange(open_, {});
}

// Before one more is kept.
bool RequestWindow::keeps_too_much() const {
    if (answers_.size() < requests_) return false;
    return !acknowledged_ || answers_.size() >= kMaxUnacknowledged || cached_bytes_ > max_bytes_;
}

void RequestWindow::remember(OpenRequest&& request, base::SliceChain xml, base::TimePoint now) {
    last_answered_ = request.rid;
    cached_bytes_ += xml.size_bytes();
    while (keeps_too_much()) {
        cached_bytes_ -= answers_.front().xml.size_bytes();
        answers_.erase(answers_.begin());
    }
    if (answers_.empty()) answers_.reserve(requests_);
    answers_.push_back(
        {.rid = request.rid, .xml = std::move(xml), .sent = now, .key = std::move(request.key)});
}

void RequestWindow::forget_through(Rid rid) {
    std::erase_if(answers_, [&](const CachedAnswer& answer) {
        if (answer.rid > rid) return false;
        cached_bytes_ -= answer.xml.size_bytes();
        return true;
    });
}

CachedAnswer* RequestWindow::answer(Rid rid) {
    auto found = std::ranges::find(answers_, rid, &CachedAnswer::rid);
    return found == answers_.end() ? nullptr : &*found;
}

} // namespace bosh
