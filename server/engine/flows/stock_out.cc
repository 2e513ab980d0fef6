#include "engine/flows/stock_out.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "engine/issue_book.h"
#include "engine/ledger.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

constexpr int kAuditPage = 500;
constexpr int kBatchMax = 1000;
constexpr std::int64_t kRetryMs = 60'000;
constexpr std::int64_t kRefusedRetryMs = 15 * 60 * 1000;

bool WillPass(const cv1::Failure& failure) {
  return failure.code() == cv1::Failure::CODE_TRANSIENT ||
         failure.code() == cv1::Failure::CODE_RATE_LIMITED;
}

}  // namespace

StockOut::StockOut(FlowPorts ports, RunSubject subject, bool is_full)
    : PushFlow(ports, std::move(subject)), is_full_(is_full) {}

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
            SB_CHECK(tx.products().PutListing(listing));
          }
        }
        return Ok();
      },
      [self, page](Status status) {
        if (!status) {
          return self->End(RunEnd{.failure = ToFailure(status.error())});
        }
        if (page->more) {
          return self->Audit(page->last);
        }
        self->PushBatch();
      });
}

Status StockOut::Collect(ports::Tx& tx, cv1::Begin& begin) {
  sent_.clear();
  begin.set_operation("stock.push");
  const std::int64_t now = ports_.clock.NowMs();
  Ledger ledger(tx, subject_.key.merchant, now);
  const int limit = ItemsMax("stock.push", kBatchMax);
  // A page may hold only listings that turn out to be right, so look on until something is found.
  while (sent_.empty()) {
    SB_TRY(std::vector<ports::Listing> listings,
           tx.products().DirtyListings(subject_.key, now, limit));
    if (listings.empty()) {
      return Ok();
    }
    for (ports::Listing& listing : listings) {
      SB_CHECK(ledger.RefreshDirty(listing));
      if (!listing.stock_dirty) {
        SB_CHECK(tx.products().PutListing(listing));
        continue;
      }
      SB_TRY(const std::optional<std::int64_t> wanted,
             ledger.Wanted(subject_.key, listing.product));
      SB_TRY(const v1::Product product, tx.products().Get(subject_.key.merchant, listing.product));
      cv1::StockLevel level;
      level.set_ref(listing.external_id);
      level.set_external_id(listing.external_id);
      level.set_external_parent_id(listing.external_parent_id);
      level.set_product_code(product.product_code());
      level.set_quantity(*wanted);
      *begin.mutable_stock()->add_levels() = level;
      Expect(listing.external_id);
      sent_.emplace(listing.external_id, std::move(level));
    }
  }
  return Ok();
}

Status StockOut::Record(ports::Tx& tx, const cv1::ItemResult& result) {
  const cv1::StockLevel& sent = sent_.at(result.ref());
  SB_TRY(std::optional<ports::Listing> listing,
         tx.products().FindListing(subject_.key, result.ref()));
  if (!listing) {
    return Ok();  // Gone meanwhile.
  }
  const std::int64_t now = ports_.clock.NowMs();
  const ports::IssueKey key{.store = subject_.key,
                            .record_type = v1::Issue::RECORD_TYPE_STOCK,
                            .record_key = result.ref()};
  if (result.has_accepted()) {
    Ledger ledger(tx, subject_.key.merchant, now);
    listing->known_quantity = sent.quantity();
    listing->known_ms = now;
    listing->stock_retry_ms = 0;
    SB_CHECK(ledger.RefreshDirty(*listing));
    return tx.products().PutListing(*listing);
  }
  const cv1::Failure& failure = result.failure();
  listing->stock_error = failure.message();
  listing->stock_retry_ms = now + (WillPass(failure) ? kRetryMs : kRefusedRetryMs);
  if (!WillPass(failure)) {
    SB_CHECK(RaiseIssue(tx,
                        key,
                        {.reason = "STOCK_REFUSED",
                         .message = fmt::format("the store refused stock {} of {}: {}",
                                                sent.quantity(),
                                                sent.product_code(),
                                                failure.message()),
                         .resolution = "Correct the product in the store, or its connection to it; "
                                       "it is tried again every 15 minutes and after every change.",
                         .record = domain::ProductName(subject_.key.merchant, listing->product),
                         .record_label = sent.product_code()},
                        now,
                        ports_.random));
  }
  return tx.products().PutListing(*listing);
}

Status StockOut::GiveBack(ports::Tx& tx, const std::string& ref, const cv1::Failure& failure) {
  SB_TRY(std::optional<ports::Listing> listing, tx.products().FindListing(subject_.key, ref));
  if (!listing) {
    return Ok();  // Gone meanwhile.
  }
  // An answer that was lost may have been a success: what the store shows is not known any more.
  listing->known_quantity.reset();
  listing->stock_error = failure.message();
  listing->stock_dirty = true;
  return tx.products().PutListing(*listing);
}

}  // namespace storebridge::engine
