#include "engine/store_preview.h"

#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "domain/operation.h"
#include "engine/check_run.h"
#include "engine/flows/make_run.h"
#include "engine/order_book.h"
#include "engine/store_view.h"

namespace storebridge::engine {
namespace {

namespace cv1 = connector::v1;

constexpr int kProductsPerPage = 500;
constexpr std::chrono::seconds kWatchEvery{1};
constexpr std::string_view kCheck = "auth.check";

PullOptions Everything() {
  return {.cursor = {},
          .is_full = true,
          .only = {},
          .memory = std::make_shared<OrderMemory>(),
          .twins = std::make_shared<Twins>(),
          .asked_rivals = std::make_shared<std::map<std::string, int>>()};
}

Error NotBefore(std::string reason, const domain::StoreKey& store, std::string_view text) {
  return Error{.code = Code::kFailedPrecondition,
               .reason = std::move(reason),
               .message = fmt::format("'{}' {}", domain::StoreName(store), text),
               .facts = {{"store", domain::StoreName(store)}}};
}

Error TooManyProducts(const std::string& merchant) {
  return Error{.code = Code::kFailedPrecondition,
               .reason = "PREVIEW_PRODUCTS",
               .message = fmt::format("'{}' has more than {} products already, too many for a "
                                      "preview; call ResumeStore, and look at ListIssues then",
                                      domain::MerchantName(merchant),
                                      kPreviewHadMax),
               .facts = {{"products_max", std::to_string(kPreviewHadMax)}}};
}

}  // namespace

struct StorePreview::Page {
  // Of the first page.
  std::optional<v1::Merchant> merchant = {};
  std::vector<v1::Product> products = {};
  // Of each of them.
  std::vector<ports::StockPosition> stock = {};
  // The code behind which the next page begins; empty at the end.
  std::string next = {};

  Status Write(ports::Tx& tx, const RunSubject& subject) const;
};

Status StorePreview::Page::Write(ports::Tx& tx, const RunSubject& subject) const {
  const std::string& owner = subject.key.merchant;
  if (merchant) {
    SB_CHECK(tx.merchants().Put(owner, *merchant));
    SB_CHECK(tx.stores().Put(subject.key, subject.store));
  }
  for (std::size_t i = 0; i < products.size(); ++i) {
    SB_TRY(const bool is_added, tx.products().Add(owner, products[i]));
    if (!is_added) {
      continue;  // Its code changed hands between two pages.
    }
    const std::string product = IdOf(products[i].name());
    if (stock[i].level.on_hand) {
      SB_CHECK(tx.stock().Put(owner, product, stock[i].level));
    }
    for (const ports::ClaimTotal& total : stock[i].totals) {
      SB_CHECK(tx.stock().AddToTotal(owner, product, total));
    }
  }
  return Ok();
}

StorePreview::StorePreview(FlowPorts ports,
                           std::unique_ptr<ports::Storage> scratch,
                           RunSubject subject,
                           std::function<bool()> is_wanted)
    : ports_(ports),
      scratch_(std::move(scratch)),
      egress_(ports.egress, ports.executor),
      subject_(std::make_shared<const RunSubject>(std::move(subject))),
      is_wanted_(std::move(is_wanted)) {}

StorePreview::~StorePreview() {
  if (run_) {
    run_->Abandon();
  }
}

void StorePreview::Start(Done done) {
  done_ = std::move(done);
  began_ms_ = ports_.clock.SteadyMs();
  Watch();
  ports_.executor.Post([self = shared_from_this()] { self->CopyFrom(""); });
}

void StorePreview::Watch() {
  ports_.executor.PostAfter(kWatchEvery, [weak = weak_from_this()] {
    const std::shared_ptr<StorePreview> self = weak.lock();
    if (self == nullptr || self->done_ == nullptr) {
      return;
    }
    if (!self->is_wanted_()) {
      self->Cancel("nobody waits for it any more");
    } else if (self->ports_.clock.SteadyMs() - self->began_ms_ >= kPreviewMsMax) {
      self->EndLate();
    }
    self->Watch();
  });
}

void StorePreview::EndLate() {
  if (cancel_reason_ || is_late_) {
    return;
  }
  is_late_ = true;
  if (flow_ == domain::Flow::kOrders) {
    return Cut();  // Products and stock are worth telling.
  }
  Cancel("it may take 10 minutes, and the products were not read by then");
}

void StorePreview::Cut() {
  if (!is_cut_ && run_) {
    is_cut_ = true;
    run_->Cancel("the preview has seen enough");
  }
}

void StorePreview::Cancel(std::string reason) {
  if (cancel_reason_) {
    return;
  }
  cancel_reason_ = std::move(reason);
  if (run_) {
    run_->Cancel(*cancel_reason_);
  }
}

Error StorePreview::Cancelled() const {
  return Error{.code = is_late_ ? Code::kDeadlineExceeded : Code::kCancelled,
               .reason = is_late_ ? "PREVIEW_TIME" : "PREVIEW_CANCELLED",
               .message = "the preview was ended: " + *cancel_reason_};
}

Status StorePreview::ReadPage(const ports::ReadTx& tx, const std::string& after, Page& page) const {
  const domain::StoreKey& key = subject_->key;
  if (after.empty()) {
    SB_TRY(const std::vector<std::string> listings, tx.products().ListingIds(key, "", 1));
    SB_TRY(const std::vector<v1::Order> orders,
           tx.orders().List({.merchant = key.merchant, .store = key.store}, {}, 1));
    if (!listings.empty() || !orders.empty()) {
      return NotBefore("STORE_IN_USE",
                       key,
                       "is connected already, and something was taken over from it: a preview is "
                       "for a store that was created with start_paused; ListIssues and "
                       "ExplainStock show what is wrong with one that works");
    }
    if (subject_->store.state() == v1::Store::STATE_ACTIVE) {
      return NotBefore("STORE_ACTIVE",
                       key,
                       "is active, and is taken over while you look: call PauseStore first");
    }
    SB_TRY(page.merchant, tx.merchants().Get(key.merchant));
  }
  SB_TRY(
      std::vector<v1::Product> products,
      tx.products().List(key.merchant, {.merchant = key.merchant, .id = after}, kProductsPerPage));
  if (products.size() == kProductsPerPage) {
    page.next = products.back().product_code();
  }
  for (v1::Product& product : products) {
    const std::string id = IdOf(product.name());
    if (runs_.had.contains(id)) {
      continue;  // Its code changed between two pages.
    }
    SB_TRY(page.stock.emplace_back(), tx.stock().Position(key.merchant, id));
    // Nothing depends on them, and they are most of a product.
    product.clear_description();
    product.clear_short_description();
    page.products.push_back(std::move(product));
  }
  return Ok();
}

void StorePreview::Submit(ports::Storage::Work work, std::function<void(StorePreview&)> then) {
  scratch_->Submit(std::move(work),
                   [weak = weak_from_this(), then = std::move(then)](const Status& status) {
                     const std::shared_ptr<StorePreview> self = weak.lock();
                     if (self == nullptr) {
                       return;
                     }
                     if (!status) {
                       return self->Finish(status.error());
                     }
                     then(*self);
                   });
}

void StorePreview::CopyFrom(const std::string& after) {
  if (cancel_reason_) {
    return Finish(Cancelled());
  }
  auto page = std::make_shared<Page>();
  if (const Status read =
          ports_.storage.Read([&](const ports::ReadTx& tx) { return ReadPage(tx, after, *page); });
      !read) {
    return Finish(read.error());
  }
  for (const v1::Product& product : page->products) {
    runs_.had.insert(IdOf(product.name()));
  }
  if (runs_.had.size() > kPreviewHadMax) {
    return Finish(TooManyProducts(subject_->key.merchant));
  }
  Submit([subject = subject_, page](ports::Tx& tx) { return page->Write(tx, *subject); },
         [page](StorePreview& self) {
           if (!page->next.empty()) {
             return self.CopyFrom(page->next);
           }
           self.Check();
         });
}

FlowPorts StorePreview::ScratchPorts() {
  return {*scratch_,
          ports_.clock,
          ports_.random,
          ports_.executor,
          egress_,
          ports_.connectors,
          ports_.log};
}

void StorePreview::Check() {
  if (cancel_reason_) {
    return Finish(Cancelled());
  }
  if (!domain::HasOperation(*subject_->manifest, kCheck)) {
    return Read();
  }
  auto check = std::make_shared<CheckRun>(ScratchPorts(), *subject_);
  run_ = check;
  check->Start([](const v1::SyncCounts& /*counts*/) {},
               [weak = weak_from_this()](const RunEnd& end) {
                 const std::shared_ptr<StorePreview> self = weak.lock();
                 if (self == nullptr) {
                   return;
                 }
                 const auto run =
                     std::static_pointer_cast<CheckRun>(std::exchange(self->run_, nullptr));
                 if (self->cancel_reason_) {
                   return self->Finish(self->Cancelled());
                 }
                 if (end.failure) {
                   return self->Finish(ToError(*end.failure));
                 }
                 self->runs_.checks = run->report().checks;
                 RunSubject known = *self->subject_;
                 const auto& found = run->report().capabilities;
                 known.store.mutable_capabilities()->Assign(found.begin(), found.end());
                 self->subject_ = std::make_shared<const RunSubject>(std::move(known));
                 self->Read();
               });
}

void StorePreview::Read() {
  if (cancel_reason_) {
    return Finish(Cancelled());
  }
  if (!domain::HasOperation(*subject_->manifest, domain::OperationOf(flow_))) {
    left_out_.push_back(fmt::format("The connector does not read {}.",
                                    flow_ == domain::Flow::kProducts ? "products" : "orders"));
    return Ended(RunEnd{});
  }
  if (!is_second_look_) {
    pull_ = Everything();
  }
  is_cut_ = false;
  run_ = MakeRun(flow_, ScratchPorts(), *subject_, pull_);
  run_->Start(
      [weak = weak_from_this()](const v1::SyncCounts& counts) {
        if (const std::shared_ptr<StorePreview> self = weak.lock()) {
          self->OnPage(counts);
        }
      },
      [weak = weak_from_this()](const RunEnd& end) {
        if (const std::shared_ptr<StorePreview> self = weak.lock()) {
          const std::shared_ptr<FlowRun> run = std::exchange(self->run_, nullptr);
          self->Ended(end);
        }
      });
}

void StorePreview::OnPage(const v1::SyncCounts& counts) {
  const std::int64_t kept_max =
      flow_ == domain::Flow::kProducts ? kPreviewProductsMax : kPreviewOrdersMax;
  if (counts.changed() + counts.failed() > kept_max) {
    Cut();
  }
}

void StorePreview::Ended(const RunEnd& end) {
  if (cancel_reason_) {
    return Finish(Cancelled());
  }
  const bool is_stopped = end.failure && end.failure->code() == cv1::Failure::CODE_CANCELLED;
  // The store showed a product twice, or its pages moved: as in real life all are read again.
  const bool is_doubtful = is_stopped && end.is_full_due && !is_cut_;
  if (end.failure && !(is_stopped && is_cut_) && !is_doubtful) {
    return Finish(ToError(*end.failure));
  }
  if (is_doubtful && !is_second_look_) {
    is_second_look_ = true;
    return Read();
  }
  is_second_look_ = false;
  if (is_doubtful) {
    left_out_.emplace_back("Products that the store hid behind others that it showed twice.");
  }
  if (is_stopped && is_cut_) {
    left_out_.push_back(LeftOut());
  }
  if (flow_ == domain::Flow::kProducts) {
    flow_ = domain::Flow::kOrders;
    return Read();
  }
  runs_.passed_over = pull_.memory->PassedOver();
  Describe();
}

std::string StorePreview::LeftOut() const {
  if (flow_ == domain::Flow::kProducts) {
    return fmt::format("Products past the first {}, or so: orders of them show as DRAFT.",
                       kPreviewProductsMax);
  }
  if (is_late_) {
    return "Orders that were not read within 10 minutes: stock does not count them. A later "
           "orders_from has fewer.";
  }
  return fmt::format("Orders past the first {}, or so: stock does not count them.",
                     kPreviewOrdersMax);
}

void StorePreview::Describe() {
  auto preview = std::make_shared<v1::StorePreview>();
  Submit(
      [preview, subject = subject_, runs = std::move(runs_), now_ms = ports_.clock.NowMs()](
          ports::Tx& tx) -> Status {
        SB_TRY(*preview, DescribePreview(tx, *subject, runs, now_ms));
        return Ok();
      },
      [preview](StorePreview& self) {
        for (std::string& text : self.left_out_) {
          preview->add_left_out(std::move(text));
        }
        self.Finish(std::move(*preview));
      });
}

void StorePreview::Finish(Result<v1::StorePreview> result) {
  ports_.executor.Post([self = shared_from_this(), result = std::move(result)]() mutable {
    if (const Done done = std::exchange(self->done_, nullptr)) {
      done(std::move(result));
    }
  });
}

}  // namespace storebridge::engine
