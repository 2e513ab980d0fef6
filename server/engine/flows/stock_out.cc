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

constexpr int kAuditPage = 500;
constexpr int kBatchMax = 1000;
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
    : PushFlow(ports, std::move(subject), "stock.push", kBatchMax), is_full_(is_full) {}

void StockOut::Begin() {
  if (is_full_) {
    return Audit("");
  }
  PushBatch();
}

void StockOut::Audit(std::string after) {
  struct Page {
    std::string last;
    bool more = false;
  };
  auto page = std::make_shared<Page>();
  auto self = Self<StockOut>();
  ports_.storage.Submit(
      [self, page, after = std::move(after)](ports::Tx& tx) -> Status {
        SB_TRY(std::vector<ports::Listing> listings,
               tx.products().Listings(self->subject_.key, after, kAuditPage));
        page->more = listings.size() == kAuditPage;
        page->last = listings.empty() ? "" : listings.back().external_id;
        Ledger ledger(tx, self->subject_.key.merchant, self->ports_.clock.NowMs());
        for (ports::Listing& listing : listings) {
          const bool before = listing.stock_dirty;
          SB_CHECK(ledger.RefreshDirty(listing));
          if (listing.stock_dirty != before) {
            SB_CHECK(tx.products().PutListingStock(listing));
          }
        }
        return Ok();
      },
      [self, page](const Status& status) {
        if (!status) {
          return self->End(RunEnd{.failure = ToFailure(status.error())});
        }
        if (page->more && !self->IsCancelled()) {
          return self->Audit(page->last);
        }
        self->PushBatch();
      });
}

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
      [self, end = std::move(end)](const Status& /*status*/) { self->End(end); });
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
  batch_.clear();
  is_begun_ = false;
  const std::int64_t now = ports_.clock.NowMs();
  Ledger ledger(tx, subject_.key.merchant, now);
  std::map<std::string, std::int64_t> unsettled;
  if (subject_.manifest->stock_basis() == cv1::STOCK_BASIS_PHYSICAL) {
    SB_TRY(unsettled, ProductsInDoubt(tx, subject_.key));
  }
  // A page may hold only listings that turn out to be right, so look on until something is found.
  while (batch_.empty()) {
    SB_TRY(std::vector<ports::Listing> listings,
           tx.products().DirtyListings(subject_.key, now, items_max()));
    if (listings.empty()) {
      return Ok();
    }
    for (ports::Listing& listing : listings) {
      SB_CHECK(ledger.RefreshDirty(listing));
      if (!listing.stock_dirty) {
        SB_CHECK(tx.products().PutListingStock(listing));
        continue;
      }
      if (const auto doubt = unsettled.find(listing.product); doubt != unsettled.end()) {
        listing.stock_retry_ms = std::max(doubt->second, now) + kUnsettledRetryMs;
        SB_CHECK(tx.products().PutListingStock(listing));
        continue;
      }
      SB_TRY(const std::optional<std::int64_t> wanted,
             ledger.Wanted(subject_.key, listing.product));
      SB_TRY(std::string code, tx.products().CodeOf(subject_.key.merchant, listing.product));
      Sent& sent = batch_[listing.external_id];
      cv1::StockLevel& level = sent.level;
      level.set_ref(listing.external_id);
      level.set_external_id(listing.external_id);
      level.set_external_parent_id(listing.external_parent_id);
      level.set_product_code(std::move(code));
      level.set_quantity(*wanted);
      sent.before = {.quantity = listing.attempt_quantity,
                     .time_ms = listing.attempt_ms,
                     .is_open = listing.attempt_open};
      listing.attempt_quantity = *wanted;
      listing.attempt_ms = now;
      // Committed before the connector knows the number: from its first request on the number may
      // have reached the store.
      SB_CHECK(tx.products().NoteAttempt(listing));
    }
  }
  return Ok();
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

Status StockOut::Record(Ledger& ledger, const cv1::ItemResult& result) {
  const auto found = batch_.find(result.ref());
  if (found == batch_.end()) {
    return Ok();
  }
  const Sent& sent = found->second;
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
