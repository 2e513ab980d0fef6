#include "engine/flows/stock_out.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "engine/flows/doubtful_shipments.h"
#include "engine/issue_book.h"
#include "engine/ledger.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

constexpr int kBatchMax = 1000;
// Listings that one transaction compares.
constexpr std::size_t kComparedMin = 500;
constexpr std::size_t kComparedMax = 1000;
// Pages that a batch with something in it waits for: its numbers get older meanwhile.
constexpr int kPagesWaitedMax = 10;
constexpr std::int64_t kRetryMs = 60'000;
constexpr std::int64_t kRefusedRetryMs = 900'000;
// Stock of what was shipped, and the store may know of it or not, waits until that has settled, and
// so long for the look that says it.
constexpr std::int64_t kUnsettledRetryMs = 1'000;

constexpr const char* kRefusedResolution =
    "Correct the product in the store, or its connection to it; it is tried again every 15 minutes "
    "and after every change.";
constexpr const char* kGoneResolution =
    "The product is asked for: when it was deleted in the store, this ends by itself. Otherwise "
    "correct its connection to the store; it is tried again every 15 minutes.";

bool WillPass(const cv1::Failure& failure) {
  return failure.code() == cv1::Failure::CODE_TRANSIENT ||
         failure.code() == cv1::Failure::CODE_RATE_LIMITED;
}

}  // namespace

StockOut::StockOut(FlowPorts ports, RunSubject subject, bool is_full)
    : PushFlow(ports, std::move(subject), "stock.push", kBatchMax),
      compare_after_(is_full ? std::optional("") : std::nullopt) {}

bool StockOut::Describe(cv1::Begin& begin) const {
  for (const auto& [ref, sent] : batch_) {
    *begin.mutable_stock()->add_levels() = sent.level;
  }
  return !batch_.empty();
}

void StockOut::BeforeWrite(const cv1::HttpRequest& /*request*/, std::function<void(Status)> go) {
  is_begun_ = true;
  go(Ok());
}

void StockOut::EndWithoutSession(RunEnd end) {
  ChangeBatch([](ports::Listing& /*listing*/) {}, std::move(end));
}

void StockOut::ChangeBatch(std::function<void(ports::Listing&)> change, RunEnd end) {
  auto self = Self<StockOut>();
  ports_.storage.Submit(
      [self, change = std::move(change)](ports::Tx& tx) -> Status {
        for (const auto& [ref, sent] : self->batch_) {
          SB_TRY(std::optional<ports::Listing> listing,
                 tx.products().FindListing(self->subject_.key, ref));
          if (listing) {
            self->TakeBack(sent, *listing);
            change(*listing);
            SB_CHECK(tx.products().PutListingStock(*listing));
          }
        }
        return Ok();
      },
      [self, end = std::move(end)](const Status& /*status*/) mutable {
        // What it did not come to is looked at by the next run, unless somebody wanted it to stop.
        end.is_full_due = self->compare_after_.has_value() && !self->IsCancelled();
        self->End(std::move(end));
      });
}

void StockOut::TakeBack(const Sent& sent, ports::Listing& listing) const {
  if (is_begun_) {
    return;
  }
  listing.attempt_quantity = sent.before.quantity;
  listing.attempt_ms = sent.before.time_ms;
  listing.attempt_open = sent.before.is_open;
}

Status StockOut::Collect(ports::Tx& tx) {
  page_ = {.batch = {}, .compare_after = compare_after_};
  Look look{.ledger = Ledger(tx, subject_.key.merchant, ports_.clock.NowMs()), .unsettled = {}};
  if (subject_.manifest->stock_basis() == cv1::STOCK_BASIS_PHYSICAL) {
    SB_TRY(look.unsettled, ProductsInDoubt(tx, subject_.key));
  }
  if (batch_.empty()) {
    is_begun_ = false;
    pages_waited_ = 0;
    SB_CHECK(LookAtWaiting(look));
    if (page_.compare_after) {
      SB_TRY(const bool is_counted, tx.stock().HasAny(subject_.key.merchant));
      if (!is_counted) {
        page_.compare_after.reset();  // As after the first import: no store is to show anything.
      }
    }
  }
  return page_.compare_after && Room() > 0 ? LookAtNext(look) : Ok();
}

bool StockOut::TakeCollected() {
  batch_.merge(page_.batch);
  compare_after_ = page_.compare_after;
  if (batch_.empty()) {
    // All that waited here may have turned out to be right, and more may wait.
    return compare_after_.has_value() || page_.may_more_wait;
  }
  return compare_after_.has_value() && Room() > 0 && ++pages_waited_ < kPagesWaitedMax;
}

std::size_t StockOut::Room() const {
  return static_cast<std::size_t>(items_max()) - batch_.size() - page_.batch.size();
}

bool StockOut::IsInBatch(const std::string& ref) const {
  return batch_.contains(ref) || page_.batch.contains(ref);
}

Status StockOut::LookAtWaiting(Look& look) {
  // What is tried again and again must not keep a full run from its end.
  const int most = compare_after_ ? items_max() / 2 : items_max();
  if (most == 0) {
    return Ok();
  }
  SB_TRY(std::vector<ports::Listing> listings,
         look.ledger.tx().products().DirtyListings(subject_.key, look.ledger.now_ms(), most));
  page_.may_more_wait = listings.size() == static_cast<std::size_t>(most);
  for (ports::Listing& listing : listings) {
    SB_CHECK(LookAt(look, std::move(listing)));
  }
  return Ok();
}

Status StockOut::LookAtNext(Look& look) {
  const auto most = static_cast<int>(std::clamp(Room(), kComparedMin, kComparedMax));
  SB_TRY(std::vector<ports::Listing> listings,
         look.ledger.tx().products().Listings(subject_.key, *page_.compare_after, most));
  const bool is_last = listings.size() < static_cast<std::size_t>(most);
  for (ports::Listing& listing : listings) {
    if (Room() == 0) {
      return Ok();
    }
    page_.compare_after = listing.external_id;
    if (!IsInBatch(listing.external_id)) {
      SB_CHECK(LookAt(look, std::move(listing)));
    }
  }
  if (is_last) {
    page_.compare_after.reset();
  }
  return Ok();
}

Status StockOut::LookAt(Look& look, ports::Listing listing) {
  const std::int64_t now = look.ledger.now_ms();
  const bool waited = listing.stock_dirty;
  SB_CHECK(look.ledger.RefreshDirty(listing));
  bool is_changed = listing.stock_dirty != waited;
  if (listing.stock_dirty && listing.stock_retry_ms <= now) {
    const auto doubt = look.unsettled.find(listing.product);
    if (doubt == look.unsettled.end()) {
      return PutIntoBatch(look, std::move(listing), waited);
    }
    listing.stock_retry_ms = std::max(doubt->second, now) + kUnsettledRetryMs;
    is_changed = true;
  }
  return is_changed ? look.ledger.tx().products().PutListingStock(listing) : Ok();
}

Status StockOut::PutIntoBatch(Look& look, ports::Listing listing, bool waited) {
  ports::Tx& tx = look.ledger.tx();
  SB_TRY(const std::optional<std::int64_t> wanted,
         look.ledger.Wanted(subject_.key, listing.product));
  SB_TRY(std::string code, tx.products().CodeOf(subject_.key.merchant, listing.product));
  Sent& sent = page_.batch[listing.external_id];
  cv1::StockLevel& level = sent.level;
  level.set_ref(listing.external_id);
  level.set_external_id(listing.external_id);
  level.set_external_parent_id(listing.external_parent_id);
  level.set_product_code(std::move(code));
  level.set_quantity(*wanted);
  sent.product = listing.product;
  sent.before = {.quantity = listing.attempt_quantity,
                 .time_ms = listing.attempt_ms,
                 .is_open = listing.attempt_open};
  // Committed before the connector knows the number: from its first request on the number may
  // have reached the store.
  listing.attempt_quantity = *wanted;
  listing.attempt_ms = look.ledger.now_ms();
  if (waited) {
    return tx.products().NoteAttempt(listing);
  }
  listing.attempt_open = true;
  return tx.products().PutListingStock(listing);
}

void StockOut::OnEmit(Emit emit, Done<cv1::EmitResult> done) {
  auto self = Self<StockOut>();
  ports_.storage.Submit(
      [self, emit](ports::Tx& tx) -> Status {
        Ledger ledger(tx, self->subject_.key.merchant, self->ports_.clock.NowMs());
        for (const cv1::ItemResult& result : emit->results()) {
          SB_CHECK(self->Record(ledger, result));
        }
        return Ok();
      },
      [self, emit, done = std::move(done)](const Status& status) {
        if (!status) {
          return done(status.error());
        }
        for (const cv1::ItemResult& result : emit->results()) {
          if (self->batch_.erase(result.ref()) > 0) {  // Else not ours, or answered twice.
            self->Count(result);
          }
        }
        self->CountPage();
        done(cv1::EmitResult());
      });
}

Result<bool> StockOut::NoteAccepted(Ledger& ledger, const Sent& sent, bool is_confirmed) const {
  if (!is_begun_) {
    return false;
  }
  const std::int64_t now = ledger.now_ms();
  ports::Listing listing{.store = subject_.key,
                         .external_id = sent.level.ref(),
                         .product = sent.product,
                         .known_quantity = sent.level.quantity(),
                         .known_ms = now,
                         .confirm_ms = is_confirmed ? now : 0};
  SB_CHECK(ledger.RefreshDirty(listing));
  return ledger.tx().products().NoteAccepted(listing);
}

Status StockOut::Record(Ledger& ledger, const cv1::ItemResult& result) {
  const auto found = batch_.find(result.ref());
  if (found == batch_.end()) {
    return Ok();
  }
  const Sent& sent = found->second;
  if (result.has_accepted()) {
    SB_TRY(const bool is_noted, NoteAccepted(ledger, sent, result.accepted().confirmed()));
    if (is_noted) {
      return Ok();
    }
  }
  ports::Tx& tx = ledger.tx();
  SB_TRY(std::optional<ports::Listing> listing,
         tx.products().FindListing(subject_.key, result.ref()));
  if (!listing) {
    return Ok();  // Gone meanwhile.
  }
  const std::int64_t now = ledger.now_ms();
  const ports::IssueKey key{.store = subject_.key,
                            .record_type = v1::Issue::RECORD_TYPE_STOCK,
                            .record_key = result.ref()};
  TakeBack(sent, *listing);
  if (result.has_accepted()) {
    listing->known_quantity = sent.level.quantity();
    listing->known_ms = now;
    listing->accept_ms = now;
    listing->confirm_ms = result.accepted().confirmed() ? now : 0;
    listing->attempt_open = false;
    listing->stock_retry_ms = 0;
    SB_CHECK(ledger.RefreshDirty(*listing));
    return tx.products().PutListingStock(*listing);
  }
  const cv1::Failure& failure = result.failure();
  const bool is_gone = failure.code() == cv1::Failure::CODE_NOT_FOUND;
  if (is_gone && gone_products_.size() < kGoneProductsMax) {
    gone_products_.insert(result.ref());
  }
  listing->stock_error = failure.message();
  listing->attempt_open =
      sent.before.is_open || (is_begun_ && (failure.ambiguous() || WillPass(failure)));
  listing->stock_retry_ms = now + (WillPass(failure) ? kRetryMs : kRefusedRetryMs);
  if (!WillPass(failure)) {
    SB_CHECK(RaiseIssue(tx,
                        key,
                        {.reason = "STOCK_REFUSED",
                         .message = fmt::format("the store refused stock {} of {}: {}",
                                                sent.level.quantity(),
                                                sent.level.product_code(),
                                                failure.message()),
                         .resolution = is_gone ? kGoneResolution : kRefusedResolution,
                         .record = domain::ProductName(subject_.key.merchant, listing->product),
                         .record_label = sent.level.product_code()},
                        now,
                        ports_.random));
  }
  return tx.products().PutListingStock(*listing);
}

void StockOut::Postpone(const cv1::Failure& failure) {
  ChangeBatch(
      [text = failure.message()](ports::Listing& listing) {
        listing.stock_error = text;
        listing.stock_dirty = true;
      },
      RunEnd{.failure = failure});
}

void StockOut::OnSessionEnd(SessionEnd session) {
  if (session.failure) {
    wrote_ = wrote_ || !batch_.empty();
    return Postpone(*session.failure);
  }
  if (!batch_.empty()) {
    return Postpone(NoOutcome(batch_.size(), batch_.begin()->first));
  }
  PushBatch();
}

}  // namespace storebridge::engine
