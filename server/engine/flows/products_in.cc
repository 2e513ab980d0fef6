#include "engine/flows/products_in.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "domain/merge.h"
#include "engine/flows/pull_commit.h"
#include "engine/issue_book.h"
#include "engine/order_book.h"
#include "engine/product_book.h"
#include "engine/record_error.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

constexpr int kListingsPerPage = 500;
// Products that a second look asks for by id.
constexpr std::size_t kAskAgainMax = 100;
constexpr int kOwedMax = 1000;
// How often a product that another has the code of is asked for, when its answer cannot be read,
// until everything is looked at again: once it may be the network's fault.
constexpr int kUnreadAsksMax = 3;
constexpr std::string_view kDuplicate = "PRODUCT_CODE_DUPLICATE";

}  // namespace

ProductsIn::ProductsIn(FlowPorts ports, RunSubject subject, PullOptions options)
    : PullRun(ports, std::move(subject)), options_(std::move(options)) {}

void ProductsIn::Begin() {
  cv1::Begin begin;
  options_.twins->Begin();
  if (options_.is_full && options_.only.empty()) {
    options_.asked_rivals->clear();
  }
  begin.set_operation("products.pull");
  begin.set_cursor(options_.cursor);
  begin.mutable_pull()->set_full(options_.is_full);
  if (const Status named = Name(options_.only, *begin.mutable_pull()); !named) {
    return End(RunEnd{.failure = ToFailure(named.error())});
  }
  if (const Status looked = LookForListings(); !looked) {
    return End(RunEnd{.failure = ToFailure(looked.error())});
  }
  OpenSession(std::move(begin));
}

Status ProductsIn::LookForListings() {
  if (!options_.is_full || IsLimited()) {
    return Ok();
  }
  return ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(const std::vector<std::string> any, tx.products().ListingIds(subject_.key, "", 1));
    is_first_ = any.empty();
    return Ok();
  });
}

Status ProductsIn::Name(const std::vector<std::string>& ids, cv1::Pull& pull) const {
  if (ids.empty()) {
    return Ok();
  }
  return ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
    pull.clear_only_external_ids();
    pull.clear_only_external_parent_ids();
    for (const std::string& id : ids) {
      SB_TRY(const std::optional<ports::Listing> listing,
             tx.products().FindListing(subject_.key, id));
      std::string parent = listing ? listing->external_parent_id : "";
      if (const auto rival = rivals_.find(id); rival != rivals_.end()) {
        parent = rival->second.parent.value_or(parent);
      }
      pull.add_only_external_ids(id);
      pull.add_only_external_parent_ids(std::move(parent));
    }
    return Ok();
  });
}

Status ProductsIn::CommitProduct(ProductBook& book,
                                 ports::Tx& tx,
                                 const cv1::Product& seen,
                                 const Sight& sight,
                                 Page& page) const {
  const std::int64_t now = ports_.clock.NowMs();
  const ports::IssueKey key{.store = subject_.key,
                            .record_type = v1::Issue::RECORD_TYPE_PRODUCT,
                            .record_key = seen.external_id()};
  const std::string& label = seen.product_code().empty() ? seen.title() : seen.product_code();
  const Result<bool> changed = sight.is_new ? book.ObserveNew(seen, sight.content_hash)
                                            : book.Observe(seen, sight.content_hash);
  if (!changed) {
    if (!IsRecordError(changed.error())) {
      return changed.error();
    }
    ++page.failed;
    SB_TRY(const bool is_news,
           RaiseRecordIssue(tx, key, label, changed.error(), now, ports_.random));
    page.news += is_news ? 1 : 0;
    page.has_nameless = page.has_nameless || seen.external_id().empty();
    if (const auto other = changed.error().facts.find(domain::kOtherListing);
        other != changed.error().facts.end()) {
      page.rivals.emplace(seen.external_id(),
                          Rival{.other = other->second, .parent = seen.external_parent_id()});
    }
    return Ok();
  }
  page.changed += *changed ? 1 : 0;
  if (sight.is_twin) {
    SB_TRY(const bool is_news, RaiseTwin(tx, key, label, now, ports_.random));
    page.news += is_news ? 1 : 0;
    return Ok();
  }
  return page.any_issue ? ResolveIssues(tx, key, now) : Ok();
}

Status ProductsIn::Commit(ports::Tx& tx, Page& page) const {
  page.changed = 0;
  page.failed = 0;
  page.news = 0;
  page.rivals.clear();
  page.has_nameless = false;
  const std::int64_t now = ports_.clock.NowMs();
  Ledger ledger(tx, subject_.key.merchant, now);
  SB_TRY(page.any_issue, tx.issues().AnyOpen(subject_.key, v1::Issue::RECORD_TYPE_PRODUCT));
  ProductBook products(ledger, ports_.random, subject_.key, start_ms_);
  // What is gone first: another product may have its code now.
  for (const bool is_deleted : {true, false}) {
    for (int i = 0; i < page.emit->products_size(); ++i) {
      const cv1::Product& seen = page.emit->products(i);
      if (seen.is_deleted() == is_deleted) {
        const Sight& sight = page.sights[static_cast<std::size_t>(i)];
        SB_CHECK(CommitProduct(products, tx, seen, sight, page));
      }
    }
  }
  for (const cv1::BadRecord& bad : page.emit->bad()) {
    ++page.failed;
    SB_TRY(const bool is_news, RaiseBadRecord(tx, subject_.key, bad, now, ports_.random));
    page.news += is_news ? 1 : 0;
    page.has_nameless = page.has_nameless || bad.external_id().empty();
  }
  if (products.codes_changed()) {
    OrderBook book(ledger, ports_.random);
    SB_CHECK(book.RevalidateDrafts());
  }
  SB_CHECK(ledger.Finish());
  if (!page.emit->cursor().empty() && page.changed + page.news > 0 && !IsLimited()) {
    return PutCursor(tx, subject_.key, domain::Flow::kProducts, page.emit->cursor());
  }
  return Ok();
}

void ProductsIn::Sort(Page& page) {
  // What the record before belongs to, when that was met again.
  std::string again;
  // Whether a full run had not met it before.
  const auto meet = [&](const std::string& id, const std::string& parent) {
    if (!options_.is_full || IsLimited()) {
      return false;
    }
    if (met_.insert(id).second) {
      again.clear();
      return true;
    }
    met_twice_ = id;
    const std::string& whole = parent.empty() ? id : parent;
    page_came_again_ = page_came_again_ || (!again.empty() && again != whole);
    again = whole;
    return false;
  };
  for (const cv1::BadRecord& bad : page.emit->bad()) {
    meet(bad.external_id(), {});
  }
  again.clear();
  // They are in the places that the products have now.
  const std::vector<std::uint64_t> hashes = std::exchange(page.emit.hashes.products, {});
  auto& products = *page.emit->mutable_products();
  int taken = 0;
  for (int i = 0; i < products.size(); ++i) {
    const cv1::Product& product = products[i];
    const bool is_met_first = meet(product.external_id(), product.external_parent_id());
    const std::uint64_t content_hash = hashes.at(static_cast<std::size_t>(i));
    Twins::Sight sight;
    if (!IsLimited() && !product.external_id().empty()) {
      const std::uint64_t hash =
          content_hash ^ (static_cast<std::uint64_t>(product.stock_quantity()) << 1U);
      sight = options_.twins->See(product.external_id(), hash, product.modified_ms());
    }
    if (sight.is_taken) {
      products.SwapElements(taken++, i);
      page.sights.push_back({.content_hash = content_hash,
                             .is_twin = sight.is_twin,
                             .is_new = is_first_ && is_met_first && !product.is_deleted()});
    }
  }
  products.DeleteSubrange(taken, products.size() - taken);
}

void ProductsIn::Committed(const Page& page) {
  counts_.set_seen(counts_.seen() + page.emit->products_size() + page.emit->bad_size());
  counts_.set_changed(counts_.changed() + page.changed);
  counts_.set_failed(counts_.failed() + page.failed);
  wrote_ = wrote_ || page.news > 0;
  met_nameless_ = met_nameless_ || page.has_nameless;
  rivals_.insert(page.rivals.begin(), page.rivals.end());
  if (look_ == Look::kUnmet) {
    for (const cv1::Product& product : page.emit->products()) {
      MeetAgain(product.external_id());
    }
    for (const cv1::BadRecord& bad : page.emit->bad()) {
      MeetAgain(bad.external_id());
    }
  }
  if (look_ == Look::kRivals) {
    for (const cv1::Product& product : page.emit->products()) {
      read_again_.insert(product.external_id());
    }
    for (const cv1::BadRecord& bad : page.emit->bad()) {
      unread_again_.insert(bad.external_id());
    }
  }
  if (!page.emit->cursor().empty() && !IsLimited()) {
    cursor_ = page.emit->cursor();
  }
  CountPage();
}

void ProductsIn::OnEmit(Emit emit, Done<cv1::EmitResult> done) {
  auto self = Self<ProductsIn>();
  auto page = std::make_shared<Page>();
  page->emit = std::move(emit);
  Sort(*page);
  WritePage({.write = [self, page](ports::Tx& tx) { return self->Commit(tx, *page); },
             .committed = [self, page] { self->Committed(*page); }},
            std::move(done));
}

void ProductsIn::MeetAgain(const std::string& id) {
  const auto last = unmet_.begin() + static_cast<std::ptrdiff_t>(unmet_asked_);
  met_others_ = met_others_ || !std::binary_search(unmet_.begin(), last, id);
  met_.insert(id);
}

void ProductsIn::LookForUnmet(const std::string& after) {
  std::vector<std::string> ids;
  const Status read = ports_.storage.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(ids, tx.products().ListingIds(subject_.key, after, kListingsPerPage));
    return Ok();
  });
  if (!read) {
    return EndUnsure(ToFailure(read.error()));
  }
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(unmet_), [&](const std::string& id) {
    return !met_.contains(id);
  });
  if (ids.size() == kListingsPerPage) {
    return ports_.executor.Post(
        [self = Self<ProductsIn>(), last = ids.back()] { self->LookForUnmet(last); });
  }
  look_ = Look::kUnmet;
  AskForUnmet();
}

void ProductsIn::AskForUnmet() {
  // One that came without its id may be any of them; where others come than were asked for, as from
  // a cache that looks at the path only, nothing is known of those that were.
  if (unmet_.empty() || met_nameless_ || met_others_) {
    return End(RunEnd{.cursor = cursor_});
  }
  if (IsCancelled()) {
    return EndUnsure(std::nullopt);
  }
  if (unmet_asked_ == unmet_.size()) {
    return RemoveGone(0);
  }
  cv1::Begin begin;
  begin.set_operation("products.pull");
  begin.set_cursor(cursor_.value_or(options_.cursor));
  const auto first = unmet_.begin() + static_cast<std::ptrdiff_t>(unmet_asked_);
  const std::size_t count = std::min(kAskAgainMax, unmet_.size() - unmet_asked_);
  unmet_asked_ += count;
  if (const Status named =
          Name({first, first + static_cast<std::ptrdiff_t>(count)}, *begin.mutable_pull());
      !named) {
    return EndUnsure(ToFailure(named.error()));
  }
  OpenSession(std::move(begin));
}

void ProductsIn::EndUnsure(std::optional<cv1::Failure> failure) {
  End(RunEnd{.failure = std::move(failure), .cursor = cursor_, .is_full_due = true});
}

void ProductsIn::RemoveGone(std::size_t from) {
  const std::size_t to = std::min(from + kListingsPerPage, unmet_.size());
  auto removed = std::make_shared<int>(0);
  auto self = Self<ProductsIn>();
  ports_.storage.Submit(
      [self, removed, from, to](ports::Tx& tx) -> Status {
        *removed = 0;
        Ledger ledger(tx, self->subject_.key.merchant, self->ports_.clock.NowMs());
        ProductBook products(ledger, self->ports_.random, self->subject_.key, self->start_ms_);
        for (std::size_t i = from; i < to; ++i) {
          if (self->met_.contains(self->unmet_[i])) {
            continue;
          }
          SB_TRY(const std::optional<ports::Listing> listing,
                 tx.products().FindListing(self->subject_.key, self->unmet_[i]));
          if (listing) {
            SB_TRY([[maybe_unused]] const bool changed, products.Remove(*listing));
            ++*removed;
          }
        }
        return ledger.Finish();
      },
      [self, removed, to](const Status& status) {
        self->counts_.set_changed(self->counts_.changed() + *removed);
        if (!status) {
          return self->EndUnsure(ToFailure(status.error()));
        }
        if (to < self->unmet_.size()) {
          return self->RemoveGone(to);
        }
        self->End(RunEnd{.cursor = self->cursor_});
      });
}

Status ProductsIn::AddOwedRivals(const ports::ReadTx& tx) {
  constexpr auto kType = v1::Issue::RECORD_TYPE_PRODUCT;
  SB_TRY(const std::vector<std::string> ids,
         tx.issues().OpenKeys(subject_.key, kType, kDuplicate, kOwedMax));
  for (const std::string& id : ids) {
    const auto asked = options_.asked_rivals->find(id);
    const bool is_done = asked != options_.asked_rivals->end() && asked->second >= kUnreadAsksMax;
    if (is_done || !rivals_.try_emplace(id).second) {
      continue;
    }
    SB_TRY(const std::vector<v1::Issue> issues,
           tx.issues().OpenOf({.store = subject_.key, .record_type = kType, .record_key = id}));
    for (const v1::Issue& issue : issues) {
      // The label of such an issue is the code that both have.
      const Result<v1::Product> other =
          tx.products().GetByCode(subject_.key.merchant, issue.record_label());
      if (issue.reason() != kDuplicate || !other) {
        continue;
      }
      for (const v1::ProductListing& listing : other->listings()) {
        if (listing.store() == domain::StoreName(subject_.key)) {
          rivals_[id].other = listing.external_id();
        }
      }
    }
  }
  return Ok();
}

void ProductsIn::AskAgain() {
  look_ = Look::kRivals;
  cv1::Begin begin;
  begin.set_operation("products.pull");
  begin.set_cursor(cursor_.value_or(options_.cursor));
  std::set<std::string> ids;
  for (const auto& [id, rival] : rivals_) {
    if (ids.size() + 2 > kAskAgainMax) {
      break;
    }
    ids.insert(id);
    if (!rival.other.empty()) {
      ids.insert(rival.other);
    }
  }
  if (!Name({ids.begin(), ids.end()}, *begin.mutable_pull())) {
    return EndPull();  // They stay owed.
  }
  OpenSession(std::move(begin));
}

void ProductsIn::NoteAsked() {
  for (const auto& [id, rival] : rivals_) {
    // Whether the other one is gone is what the look was for.
    if (unread_again_.contains(id) || unread_again_.contains(rival.other)) {
      ++(*options_.asked_rivals)[id];
    } else if (read_again_.contains(id)) {
      (*options_.asked_rivals)[id] = kUnreadAsksMax;
    }
  }
}

void ProductsIn::OnPullEnd(SessionEnd session) {
  if (look_ == Look::kRivals) {
    NoteAsked();
    // A look more; what it did not come to is seen the next time.
    return EndPull();
  }
  if (session.failure) {
    // What a full run did not meet is neither there nor gone.
    return look_ == Look::kUnmet
               ? EndUnsure(std::move(session.failure))
               : End(RunEnd{.failure = std::move(session.failure), .cursor = cursor_});
  }
  if (look_ == Look::kUnmet) {
    return AskForUnmet();
  }
  if (options_.only.empty()) {
    if (!session.cursor.empty()) {
      cursor_ = session.cursor;
    }
    options_.twins->End();
    const Status read =
        ports_.storage.Read([&](const ports::ReadTx& tx) { return AddOwedRivals(tx); });
    if (!read) {
      return EndPull();  // They stay owed.
    }
  }
  // A run that is cancelled while its last page is written has done its work.
  return rivals_.empty() || IsCancelled() ? EndPull() : AskAgain();
}

void ProductsIn::EndPull() {
  if (options_.is_full && options_.only.empty()) {
    return EndFull();
  }
  End(RunEnd{.cursor = cursor_});
}

void ProductsIn::EndFull() {
  const bool has_twice = !met_twice_.empty();
  // A page that came again says nothing of what the store has twice, however often it comes.
  const bool is_old_news =
      options_.twins->ComesTwiceAgain(page_came_again_ ? "" : met_twice_) && !page_came_again_;
  if (has_twice && !is_old_news) {
    // Not a failure of the store: what was read is kept, and the cursor is past what was left out.
    cv1::Failure moved;
    moved.set_code(cv1::Failure::CODE_CANCELLED);
    moved.set_message(
        fmt::format("the store showed product '{}' twice while all were read, so others may have "
                    "been left out; nothing is taken for deleted, and all are read again in the "
                    "next run",
                    met_twice_));
    return End(RunEnd{.failure = std::move(moved), .cursor = cursor_, .is_full_due = true});
  }
  // What came without its id may be any of those that were not met.
  if (met_nameless_) {
    return End(RunEnd{.cursor = cursor_});
  }
  ResolveNameless(
      ports_, subject_.key, v1::Issue::RECORD_TYPE_PRODUCT, [self = Self<ProductsIn>(), has_twice] {
        // A store that shows nothing at all more likely hides everything than lost
        // everything.
        if (has_twice || self->met_.empty()) {
          return self->End(RunEnd{.cursor = self->cursor_});
        }
        self->LookForUnmet("");
      });
}

}  // namespace storebridge::engine
