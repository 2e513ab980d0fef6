#include "api/change_stream.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/change_feed.h"
#include "api/resume_token.h"
#include "domain/names.h"

namespace storebridge::api {
namespace {

constexpr std::string_view kMethod = "ChangeService.WatchChanges";
static_assert(kChangesPerRead <= static_cast<int>(kWatchQueueMax),
              "what is read at once has to fit into an empty queue");

v1::WatchChangesResponse MakeMessage(const std::string& merchant, std::int64_t position) {
  v1::WatchChangesResponse message;
  message.set_merchant(domain::MerchantName(merchant));
  message.set_resume_token(MakeResumeToken(merchant, position));
  return message;
}

v1::WatchChangesResponse MakeMessage(const ChangePlaces::News& news) {
  v1::WatchChangesResponse message = MakeMessage(news.merchant, news.position);
  message.set_is_gap(news.is_gap);
  return message;
}

// How many more may be read.
int Room(const std::vector<v1::WatchChangesResponse>& messages) {
  return kChangesPerRead - static_cast<int>(messages.size());
}

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

Result<ports::ChangeLogEnds> EndsOf(const ports::ReadTx& tx, const std::string& merchant) {
  ports::ChangeLogEnds ends{.merchant = merchant};
  SB_TRY(ends.head, tx.changes().Head(merchant));
  SB_TRY(ends.floor, tx.changes().Floor(merchant));
  return ends;
}

ChangeStream::ChangeStream(const ApiPorts& ports,
                           Watchers& watchers,
                           std::shared_ptr<ChangeListeners> listeners,
                           ChangePlaces places)
    : WatchStream(ports, watchers, kMethod),
      storage_(ports.storage),
      listeners_(std::move(listeners)),
      merchant_(places.merchant()),
      places_(std::move(places)) {}

std::shared_ptr<ChangeStream> ChangeStream::Self() {
  return std::static_pointer_cast<ChangeStream>(shared_from_this());
}

void ChangeStream::Begin() {
  if (const Status opened = Open(); !opened) {
    return EndWith(opened.error());
  }
  if (!merchant_.empty()) {
    Push(MakeMessage(merchant_, places_.PositionOf(merchant_)));
  }
  // First listened to, then read: a change is in the read or in a later notice.
  listeners_->Add(Self());
  AskForMore();
}

void ChangeStream::Notice(const std::string& merchant, std::int64_t head) {
  bool is_too_slow = false;
  {
    const std::lock_guard lock(mutex_);
    is_too_slow = !places_.Notice(merchant, head, queued() > 0);
  }
  if (is_too_slow) {
    return EndWith(Error{
        .code = Code::kResourceExhausted,
        .reason = "READER_TOO_SLOW",
        .message = fmt::format("the reader is more than {} changes of '{}' behind: watch again "
                               "with the last tokens to go on",
                               kChangesBehindMax,
                               domain::MerchantName(merchant)),
        .facts = {{"behind_max", std::to_string(kChangesBehindMax)}, {"merchant", merchant}}});
  }
  AskForMore();
}

void ChangeStream::Recheck() {
  {
    const std::lock_guard lock(mutex_);
    places_.Recheck();
  }
  AskForMore();
}

void ChangeStream::AskForMore() {
  {
    const std::lock_guard lock(mutex_);
    if (is_asked_ || !places_.has_turn() || queued() > 0) {
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
  {
    const std::lock_guard lock(mutex_);
    is_asked_ = false;
    if (queued() > 0) {
      return;  // OnEmpty asks again: there may still be more.
    }
  }
  Messages messages;
  for (int turns = 0; turns < kTurnsPerFill && Room(messages) > 0; ++turns) {
    std::optional<ChangePlaces::Turn> turn;
    {
      const std::lock_guard lock(mutex_);
      turn = places_.Take();
    }
    if (!turn) {
      break;
    }
    if (const Status read = Read(*turn, messages); !read) {
      return EndWith(read.error());
    }
    if (turn->kind == ChangePlaces::Turn::Kind::kMerchants) {
      break;  // It has read of as many merchants as there are turns.
    }
  }
  for (v1::WatchChangesResponse& message : messages) {
    if (!Push(std::move(message))) {
      return;
    }
  }
  // Nobody else does when none of the turns had anything to send.
  AskForMore();
}

Status ChangeStream::Read(const ChangePlaces::Turn& turn, Messages& messages) {
  switch (turn.kind) {
    case ChangePlaces::Turn::Kind::kMerchants:
      return ReadMerchants(turn.merchant, messages);
    case ChangePlaces::Turn::Kind::kEnds:
      return ReadEnds(turn.merchant, messages);
    case ChangePlaces::Turn::Kind::kChanges:
      return ReadChanges(turn.merchant, turn.after, messages);
  }
  return Ok();
}

Status ChangeStream::ReadMerchants(const std::string& after, Messages& messages) {
  const int limit = Room(messages);
  std::vector<ports::ChangeLogEnds> ends;
  SB_CHECK(storage_.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(ends, tx.changes().ListEnds(after, limit));
    return Ok();
  }));
  const std::lock_guard lock(mutex_);
  const bool is_last = ends.size() < static_cast<std::size_t>(limit);
  for (const ChangePlaces::News& news : places_.AddMerchants(ends, is_last)) {
    messages.push_back(MakeMessage(news));
  }
  return Ok();
}

Status ChangeStream::ReadEnds(const std::string& merchant, Messages& messages) {
  ports::ChangeLogEnds ends;
  SB_CHECK(storage_.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(ends, EndsOf(tx, merchant));
    return Ok();
  }));
  const std::lock_guard lock(mutex_);
  if (const std::optional<ChangePlaces::News> news = places_.AddNew(ends)) {
    messages.push_back(MakeMessage(*news));
  }
  return Ok();
}

Status ChangeStream::ReadChanges(const std::string& merchant,
                                 std::int64_t after,
                                 Messages& messages) {
  const int limit = Room(messages);
  std::vector<v1::Change> changes;
  std::int64_t head = after;
  SB_CHECK(storage_.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(changes, tx.changes().List(merchant, after, limit));
    if (changes.empty() || changes.front().sequence() != after + 1) {
      SB_TRY(head, tx.changes().Head(merchant));
    }
    return Ok();
  }));
  const std::lock_guard lock(mutex_);
  if (head > after) {
    // There is more, and what comes next is not kept.
    if (!merchant_.empty()) {
      return ChangesForgotten(merchant, after);
    }
    messages.push_back(MakeMessage(places_.SkipTo(merchant, head)));
    return Ok();
  }
  for (v1::Change& change : changes) {
    messages.push_back(MakeMessage(merchant, change.sequence()));
    *messages.back().mutable_change() = std::move(change);
  }
  places_.Advance(merchant,
                  after + static_cast<std::int64_t>(changes.size()),
                  changes.size() == static_cast<std::size_t>(limit));
  return Ok();
}

}  // namespace storebridge::api
