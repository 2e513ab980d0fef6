#include "engine/flows/products_in.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/ids.h"
#include "domain/merge.h"
#include "domain/record_hash.h"
#include "engine/flows/pull_commit.h"
#include "engine/issue_book.h"
#include "engine/order_book.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

constexpr int kListingsPerPage = 500;

// Nothing instead of kNotFound.
Result<std::optional<v1::Product>> Optional(Result<v1::Product> product) {
  if (product) {
    return std::optional<v1::Product>(std::move(*product));
  }
  if (product.error().code == Code::kNotFound) {
    return std::optional<v1::Product>();
  }
  return product.error();
}

const v1::Product* PointerTo(const std::optional<v1::Product>& product) {
  return product ? &*product : nullptr;
}

}  // namespace

ProductsIn::ProductsIn(FlowPorts ports, RunSubject subject, PullOptions options)
    : FlowRun(ports, std::move(subject)), options_(std::move(options)) {}

void ProductsIn::Begin() {
  cv1::Begin begin;
  begin.set_operation("products.pull");
  begin.set_cursor(options_.cursor);
  begin.mutable_pull()->set_full(options_.is_full);
  begin.mutable_pull()->mutable_only_external_ids()->Assign(options_.only.begin(),
                                                            options_.only.end());
  OpenSession(std::move(begin));
}

Result<bool> ProductsIn::Merge(Ledger& ledger,
                               const cv1::Product& seen,
                               const std::optional<ports::Listing>& listing,
                               Page& page) const {
  ports::Tx& tx = ledger.tx();
  const std::string& merchant = subject_.key.merchant;
  std::optional<v1::Product> by_listing;
  if (listing) {
    SB_TRY(by_listing, Optional(tx.products().Get(merchant, listing->product)));
  }
  std::optional<v1::Product> by_code;
  if (!seen.is_deleted()) {
    SB_TRY(by_code, Optional(tx.products().GetByCode(merchant, seen.product_code())));
  }
  const domain::ProductTarget target =
      domain::FindTarget(PointerTo(by_listing), PointerTo(by_code), seen, subject_.key);
  SB_TRY(const domain::ProductMerge merge,
         domain::MergeProduct(
             target.existing,
             seen,
             {.store = subject_.key,
              .new_id = EncodeId(MakeTimeOrderedId(ledger.now_ms(), ports_.random.Next())),
              .now_ms = ledger.now_ms()}));
  if (target.leaves != nullptr) {
    const v1::Product left =
        domain::WithoutListing(*target.leaves, subject_.key, seen.external_id(), ledger.now_ms());
    SB_CHECK(tx.products().Put(merchant, left));
    tx.changes().Add(merchant, v1::Change::TYPE_PRODUCT, left.name());
    page.codes_changed = true;
  }
  if (merge.changed) {
    SB_CHECK(tx.products().Put(merchant, merge.record));
    tx.changes().Add(merchant, v1::Change::TYPE_PRODUCT, merge.record.name());
    page.codes_changed = page.codes_changed || target.existing == nullptr ||
                         target.existing->product_code() != merge.record.product_code() ||
                         target.existing->is_active() != merge.record.is_active();
  }
  if (seen.is_deleted()) {
    if (listing) {
      SB_CHECK(tx.products().RemoveListing(subject_.key, seen.external_id()));
    }
    return merge.changed;
  }
  ports::Listing linked =
      listing.value_or(ports::Listing{.store = subject_.key, .external_id = seen.external_id()});
  linked.external_parent_id = seen.external_parent_id();
  linked.product = IdOf(merge.record.name());
  linked.content_hash = domain::ContentHash(seen);
  SB_CHECK(CompareStock(ledger, seen, linked));
  SB_CHECK(tx.products().PutListing(linked));
  ledger.Touch(linked.product);
  return merge.changed;
}

// Takes what the store shows as known, unless we wrote it after this run began: then the page may
// be older than the write.
Status ProductsIn::CompareStock(Ledger& ledger,
                                const cv1::Product& seen,
                                ports::Listing& listing) const {
  if (seen.has_stock_quantity() && listing.known_ms < start_ms_) {
    if (listing.known_quantity != seen.stock_quantity()) {
      listing.accept_ms = 0;
    }
    listing.known_quantity = seen.stock_quantity();
    listing.known_ms = start_ms_;
    listing.confirm_ms = start_ms_;
  }
  return ledger.RefreshDirty(listing);
}

Result<bool> ProductsIn::Observe(Ledger& ledger, const cv1::Product& seen, Page& page) const {
  SB_TRY(std::optional<ports::Listing> listing,
         ledger.tx().products().FindListing(subject_.key, seen.external_id()));
  if (!listing || listing->content_hash != domain::ContentHash(seen) || seen.is_deleted()) {
    return Merge(ledger, seen, listing, page);
  }
  // What was accepted is confirmed once, when it is first seen.
  const bool is_news =
      seen.has_stock_quantity() &&
      (listing->known_quantity != seen.stock_quantity() || listing->confirm_ms == 0);
  if (is_news && listing->known_ms < start_ms_) {
    SB_CHECK(CompareStock(ledger, seen, *listing));
    SB_CHECK(ledger.tx().products().PutListing(*listing));
    ledger.Touch(listing->product);
  }
  return false;
}

Status ProductsIn::Commit(ports::Tx& tx, Page& page) const {
  page.changed = 0;
  page.failed = 0;
  page.news = 0;
  page.codes_changed = false;
  const std::int64_t now = ports_.clock.NowMs();
  Ledger ledger(tx, subject_.key.merchant, now);
  SB_TRY(const bool any_issue, tx.issues().AnyOpen(subject_.key, v1::Issue::RECORD_TYPE_PRODUCT));
  for (const cv1::Product& seen : page.emit.products()) {
    const ports::IssueKey key{.store = subject_.key,
                              .record_type = v1::Issue::RECORD_TYPE_PRODUCT,
                              .record_key = seen.external_id()};
    const Result<bool> changed = Observe(ledger, seen, page);
    if (!changed) {
      if (!IsRecordError(changed.error())) {
        return changed.error();
      }
      ++page.failed;
      const std::string& label = seen.product_code().empty() ? seen.title() : seen.product_code();
      SB_TRY(const bool is_news,
             RaiseRecordIssue(tx, key, label, changed.error(), now, ports_.random));
      page.news += is_news ? 1 : 0;
      continue;
    }
    page.changed += *changed ? 1 : 0;
    if (any_issue) {
      SB_CHECK(ResolveIssues(tx, key, now));
    }
  }
  for (const cv1::BadRecord& bad : page.emit.bad()) {
    ++page.failed;
    SB_TRY(const bool is_news, RaiseBadRecord(tx, subject_.key, bad, now, ports_.random));
    page.news += is_news ? 1 : 0;
  }
  if (page.codes_changed) {
    OrderBook book(ledger, ports_.random);
    SB_CHECK(book.RevalidateDrafts());
  }
  SB_CHECK(ledger.Finish());
  if (!page.emit.cursor().empty() && page.changed + page.news > 0 && options_.only.empty()) {
    return PutCursor(tx, subject_.key, domain::Flow::kProducts, page.emit.cursor());
  }
  return Ok();
}

void ProductsIn::OnEmit(cv1::Emit emit, Done<cv1::EmitResult> done) {
  auto self = Self<ProductsIn>();
  auto page = std::make_shared<Page>();
  page->emit = std::move(emit);
  if (options_.is_full) {
    const auto meet = [this](const std::string& id) {
      if (!met_.insert(id).second) {
        met_twice_ = id;
      }
    };
    for (const cv1::Product& seen : page->emit.products()) {
      meet(seen.external_id());
    }
    for (const cv1::BadRecord& bad : page->emit.bad()) {
      meet(bad.external_id());
    }
  }
  ports_.storage.Submit([self, page](ports::Tx& tx) { return self->Commit(tx, *page); },
                        [self, page, done = std::move(done)](Status status) {
                          if (!status) {
                            return done(status.error());
                          }
                          self->counts_.set_seen(self->counts_.seen() + page->emit.products_size() +
                                                 page->emit.bad_size());
                          self->counts_.set_changed(self->counts_.changed() + page->changed);
                          self->counts_.set_failed(self->counts_.failed() + page->failed);
                          self->wrote_ = self->wrote_ || page->news > 0;
                          if (!page->emit.cursor().empty() && self->options_.only.empty()) {
                            self->cursor_ = page->emit.cursor();
                          }
                          self->CountPage();
                          cv1::EmitResult result;
                          result.set_changed(static_cast<std::uint32_t>(page->changed));
                          done(std::move(result));
                        });
}

void ProductsIn::RemoveGone(std::string after) {
  struct Sweep {
    std::string last;
    bool more = false;
    int removed = 0;
  };
  auto progress = std::make_shared<Sweep>();
  auto self = Self<ProductsIn>();
  ports_.storage.Submit(
      [self, progress, after = std::move(after)](ports::Tx& tx) -> Status {
        progress->removed = 0;
        SB_TRY(const std::vector<ports::Listing> listings,
               tx.products().Listings(self->subject_.key, after, kListingsPerPage));
        progress->more = listings.size() == kListingsPerPage;
        Ledger ledger(tx, self->subject_.key.merchant, self->ports_.clock.NowMs());
        for (const ports::Listing& listing : listings) {
          progress->last = listing.external_id;
          if (self->met_.contains(listing.external_id)) {
            continue;
          }
          cv1::Product gone;
          gone.set_external_id(listing.external_id);
          gone.set_is_deleted(true);
          Page page;
          if (const Result<bool> merged = self->Merge(ledger, gone, listing, page); !merged) {
            return merged.error();
          }
          ++progress->removed;
        }
        return ledger.Finish();
      },
      [self, progress](Status status) {
        self->counts_.set_changed(self->counts_.changed() + progress->removed);
        if (!status) {
          return self->End(RunEnd{.failure = ToFailure(status.error()), .cursor = self->cursor_});
        }
        if (progress->more) {
          return self->RemoveGone(progress->last);
        }
        self->End(RunEnd{.cursor = self->cursor_});
      });
}

void ProductsIn::OnSessionEnd(SessionEnd session) {
  if (session.failure) {
    return End(RunEnd{.failure = std::move(session.failure), .cursor = cursor_});
  }
  if (!session.cursor.empty() && options_.only.empty()) {
    cursor_ = session.cursor;
  }
  if (options_.is_full && options_.only.empty() && !met_twice_.empty()) {
    // Not a failure of the store: what was read is kept. It stays due, so that the next run is
    // full.
    cv1::Failure moved;
    moved.set_code(cv1::Failure::CODE_CANCELLED);
    moved.set_message(
        fmt::format("the store showed product '{}' twice while all were read, so others may have "
                    "been left out; nothing is taken for deleted, and all are read again in the "
                    "next run",
                    met_twice_));
    return End(RunEnd{.failure = std::move(moved), .cursor = cursor_});
  }
  // A store that shows nothing at all more likely hides everything than lost everything.
  if (options_.is_full && options_.only.empty() && !met_.empty()) {
    return RemoveGone("");
  }
  End(RunEnd{.cursor = cursor_});
}

}  // namespace storebridge::engine
