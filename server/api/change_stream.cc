#include "api/change_stream.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/change_feed.h"
#include "api/resume_token.h"
#include "domain/names.h"

namespace storebridge::api {
namespace {

constexpr std::string_view kMethod = "ChangeService.WatchChanges";
static_assert(kChangesPerRead <= static_cast<int>(kWatchQueueMax),
              "what is read at once has to fit into an empty queue");

}  // namespace

Error ChangesForgotten(const std::string& merchant, std::int64_t after) {
  return Error{.code = Code::kFailedPrecondition,
               .reason = "CHANGES_FORGOTTEN",
               .message = fmt::format(
                   "the changes of '{}' that follow change {} are not kept any more: watch without "
                   "resume_token, then list everything anew",
                   domain::MerchantName(merchant),
                   after),
               .facts = {{"merchant", merchant}, {"sequence", std::to_string(after)}}};
}

ChangeStream::ChangeStream(const ApiPorts& ports,
                           Watchers& watchers,
                           std::shared_ptr<ChangeListeners> listeners,
                           Start start)
    : WatchStream(ports, watchers, kMethod),
      storage_(ports.storage),
      listeners_(std::move(listeners)),
      merchant_(std::move(start.merchant)),
      position_(start.after) {}

std::shared_ptr<ChangeStream> ChangeStream::Self() {
  return std::static_pointer_cast<ChangeStream>(shared_from_this());
}

void ChangeStream::Begin() {
  if (const Status opened = Open(); !opened) {
    return EndWith(opened.error());
  }
  v1::WatchChangesResponse place;
  place.set_resume_token(MakeResumeToken(merchant_, position_));
  Push(std::move(place));
  // First listened to, then read, when the place is written: a change is in the read or in a later
  // notice.
  listeners_->Add(Self());
  Recheck();
}

void ChangeStream::Notice(std::int64_t head) {
  bool is_too_slow = false;
  {
    const std::lock_guard lock(mutex_);
    may_have_more_ = may_have_more_ || head > position_;
    if (head - position_ > kChangesBehindMax) {
      // One commit may bring this many: who had nothing to read until now is not slow, and catches
      // up.
      const bool is_reading = queued() > 0;
      is_too_slow = is_following_ && is_reading;
      is_following_ = is_following_ && is_reading;
    }
  }
  if (is_too_slow) {
    return EndWith(Error{.code = Code::kResourceExhausted,
                         .reason = "READER_TOO_SLOW",
                         .message = fmt::format(
                             "the reader is more than {} changes behind: watch again with the last "
                             "resume_token to go on",
                             kChangesBehindMax),
                         .facts = {{"behind_max", std::to_string(kChangesBehindMax)}}});
  }
  AskForMore();
}

void ChangeStream::Recheck() {
  {
    const std::lock_guard lock(mutex_);
    may_have_more_ = true;
  }
  AskForMore();
}

void ChangeStream::AskForMore() {
  {
    const std::lock_guard lock(mutex_);
    if (is_asked_ || !may_have_more_ || queued() > 0) {
      return;
    }
    is_asked_ = true;
  }
  listeners_->Ask(Self());
}

void ChangeStream::OnEmpty() {
  AskForMore();
}

void ChangeStream::OnEnded() {
  listeners_->Remove(this);
}

void ChangeStream::Fill() {
  std::int64_t position = 0;
  {
    const std::lock_guard lock(mutex_);
    is_asked_ = false;
    if (queued() > 0) {
      return;  // OnEmpty asks again: there may still be more.
    }
    may_have_more_ = false;
    position = position_;
  }
  std::vector<v1::Change> changes;
  const Status read = storage_.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(changes, tx.changes().List(merchant_, position, kChangesPerRead));
    return Ok();
  });
  if (!read) {
    return EndWith(read.error());
  }
  if (!changes.empty() && changes.front().sequence() != position + 1) {
    return EndWith(ChangesForgotten(merchant_, position));
  }
  {
    const std::lock_guard lock(mutex_);
    position_ = changes.empty() ? position : changes.back().sequence();
    const bool is_full = changes.size() == static_cast<std::size_t>(kChangesPerRead);
    may_have_more_ = may_have_more_ || is_full;
    is_following_ = is_following_ || !is_full;
  }
  for (v1::Change& change : changes) {
    v1::WatchChangesResponse response;
    response.set_resume_token(MakeResumeToken(merchant_, change.sequence()));
    *response.mutable_change() = std::move(change);
    if (!Push(std::move(response))) {
      return;
    }
  }
}

}  // namespace storebridge::api
