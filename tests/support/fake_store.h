#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/connector_host.h"
#include "ports/egress.h"
#include "ports/executor.h"
#include "ports/store_config.h"
#include "ports/vault.h"

namespace storebridge::testing {

namespace cv1 = connector::v1;

// A store behind a connector that is always at hand: what a test puts into it is what the next pull
// sees, and what is pushed is remembered. For tests of the engine, where connectors and HTTP do not
// matter.
struct FakeStore {
  std::map<std::string, cv1::Order> orders;
  std::map<std::string, cv1::Product> products;
  // Shown after the others: with an id that is there, the store shows a record twice.
  std::vector<cv1::Order> more_orders;
  std::vector<cv1::Product> more_products;
  // Records that the connector cannot read.
  std::vector<cv1::BadRecord> bad;
  // The same, among the products.
  std::vector<cv1::BadRecord> bad_products;
  // Products that have not changed since the last poll: only a look at everything and one by id
  // show them.
  std::set<std::string> unchanged_products;
  // What is asked for by id is answered with the whole list.
  bool ignores_ids = false;
  // Products, by id, that a list leaves out: they are found by their id only.
  std::set<std::string> passed_over;
  // Pulls list the open orders with their marks and fetch those that are wanted or missing, as an
  // OPEN_SET connector does. An order whose progress is OPEN is listed, until it is hidden.
  bool lists_open_orders = false;
  std::set<std::string> hidden;
  // What every such pull fetched, oldest first.
  std::vector<std::vector<std::string>> fetches;
  // With more than 0, a look at the orders asks for so many at a time, by a request each (see
  // FakeWire). Not for one that lists open orders.
  std::size_t orders_per_page = 0;
  // Every stock value that was pushed, oldest first.
  std::vector<cv1::StockLevel> stock_pushes;
  // Every shipment that was pushed, oldest first.
  std::vector<cv1::Shipment> shipment_pushes;
  // What every pull by id asked for, oldest first.
  std::vector<std::vector<std::string>> looks_by_id;
  // The same, of orders.
  std::vector<std::vector<std::string>> order_looks_by_id;
  // What each of them belongs to, as the pull said; empty for a look at orders.
  std::vector<std::vector<std::string>> parents_of_looks;
  // Ends the next pull by id with a failure.
  std::optional<cv1::Failure> fail_next_by_id;
  // Begins of all sessions, by operation.
  std::map<std::string, int> sessions;
  // Those of them that look at everything.
  std::map<std::string, int> full_pulls;
  // Ends the next session of an operation with a failure.
  std::map<std::string, cv1::Failure> fail_next;
  // Fails every session of an operation, as a store that is down does.
  std::map<std::string, cv1::Failure> failing;
  // Under "*": answers every pushed record instead of "accepted".
  std::map<std::string, cv1::Failure> refuse;
  // Pushes are made by requests (see FakeWire), not at once: a request for each shipment, one for a
  // batch of stock. `timeout_ms` is theirs.
  bool pushes_by_request = false;
  std::uint32_t timeout_ms = 20'000;
  // Shipments that the store has, by our marker; updates of them by `ref/revision`.
  std::set<std::string> told;
  static std::string MarkerOf(const cv1::Shipment& shipment) {
    return shipment.ref() +
           (shipment.revision() > 0 ? '/' + std::to_string(shipment.revision()) : "");
  }
  // Whether the answer to a stock push shows the new values.
  bool confirms_stock = true;
  // Whether the answer to a shipment shows it.
  bool confirms_shipments = true;
  // What a check finds; with `checks_by` it makes a request of that kind first.
  std::vector<cv1::Check> checks;
  std::optional<cv1::HttpRequest::Safety> checks_by;
  // What it finds the store able to do; and what sessions were told of it, by operation.
  std::vector<std::string> capabilities;
  std::map<std::string, std::vector<std::string>> told_capabilities;
  // Fails what looks for a marker.
  std::optional<cv1::Failure> read_back_failure;
};

// A session that emits everything at once, then is done.
class FakeSession : public ports::ConnectorSession {
 public:
  explicit FakeSession(FakeStore& store) : store_(store) {}

  void Step(std::string bytes, StepDone done) override {
    cv1::Event event;
    event.ParseFromString(bytes);
    cv1::Effect effect;
    if (event.has_begin()) {
      begin_ = event.begin();
      const bool is_failing = store_.fail_next.contains(begin_.operation()) ||
                              store_.failing.contains(begin_.operation());
      if (store_.checks_by && IsCheck()) {
        Ask("", *store_.checks_by, effect);
      } else if (store_.pushes_by_request && IsPush(begin_) && !is_failing) {
        Push(effect);
      } else {
        Begin(begin_, effect);
      }
    } else if (IsCheck() && event.has_completions()) {
      EndCheck(event.completions().items(0), effect);
    } else if (!event.has_cancel() && store_.pushes_by_request && IsPush(begin_)) {
      GoOn(event.completions().items(0), effect);
    } else if (!event.has_cancel() && begin_.operation() == "orders.pull" && TurnsPages()) {
      TurnPage(event.completions().items(0), effect);
    } else if (event.has_completions() && event.completions().items(0).has_compare()) {
      Fetch(event.completions().items(0).compare(), effect);
    } else if (event.has_cancel()) {
      effect.mutable_done()->mutable_failure()->set_code(cv1::Failure::CODE_CANCELLED);
    } else {
      effect.mutable_done()->mutable_output();
    }
    const std::string answer = effect.SerializeAsString();
    done(std::string_view(answer));
  }

 private:
  [[nodiscard]] bool IsCheck() const { return begin_.operation() == "auth.check"; }

  // Shows what the check found after its request, if it made one.
  void EndCheck(const cv1::Completion& completion, cv1::Effect& effect) {
    if (completion.has_failure()) {
      *effect.mutable_done()->mutable_failure() = completion.failure();
    } else if (completion.has_http()) {
      Begin(begin_, effect);
      effect.mutable_calls(0)->set_id(++last_call_);
    } else {
      effect.mutable_done()->mutable_output();
    }
  }

  static bool IsPush(const cv1::Begin& begin) { return !begin.operation().ends_with(".pull"); }

  void Begin(const cv1::Begin& begin, cv1::Effect& effect) {
    ++store_.sessions[begin.operation()];
    store_.told_capabilities[begin.operation()].assign(begin.capabilities().begin(),
                                                       begin.capabilities().end());
    store_.full_pulls[begin.operation()] += begin.pull().full() ? 1 : 0;
    if (const auto failure = store_.fail_next.find(begin.operation());
        failure != store_.fail_next.end()) {
      *effect.mutable_done()->mutable_failure() = failure->second;
      store_.fail_next.erase(failure);
      return;
    }
    if (const auto failure = store_.failing.find(begin.operation());
        failure != store_.failing.end()) {
      *effect.mutable_done()->mutable_failure() = failure->second;
      return;
    }
    if (FailsById(begin.pull(), effect)) {
      return;
    }
    cv1::Emit emit;
    if (begin.operation() == "orders.pull" && store_.lists_open_orders) {
      return List(begin.pull(), effect);
    }
    if (begin.operation() == "orders.pull" && TurnsPages()) {
      return Ask("", cv1::HttpRequest::SAFETY_SAFE, effect);
    }
    if (begin.operation() == "orders.pull") {
      const auto& only = begin.pull().only_external_ids();
      if (!only.empty()) {
        store_.order_looks_by_id.emplace_back(only.begin(), only.end());
      }
      for (const auto& [id, order] : store_.orders) {
        if (only.empty() || std::find(only.begin(), only.end(), id) != only.end()) {
          *emit.add_orders() = order;
        }
      }
      for (const cv1::Order& order : store_.more_orders) {
        *emit.add_orders() = order;
      }
      emit.mutable_bad()->Assign(store_.bad.begin(), store_.bad.end());
      emit.set_cursor("cursor");
    } else if (begin.operation() == "products.pull") {
      ShowProducts(begin.pull(), emit);
      emit.mutable_bad()->Assign(store_.bad_products.begin(), store_.bad_products.end());
    } else if (begin.operation() == "auth.check") {
      emit.mutable_capabilities()->Assign(store_.capabilities.begin(), store_.capabilities.end());
      emit.mutable_checks()->Assign(store_.checks.begin(), store_.checks.end());
    }
    for (const cv1::StockLevel& level : begin.stock().levels()) {
      store_.stock_pushes.push_back(level);
      const bool accepted = Answer(level.ref(), emit);
      if (accepted) {
        emit.mutable_results()->rbegin()->mutable_accepted()->set_confirmed(store_.confirms_stock);
      }
      const auto product = store_.products.find(level.external_id());
      if (accepted && product != store_.products.end()) {
        product->second.set_stock_quantity(level.quantity());
      }
    }
    for (const cv1::Shipment& shipment : begin.shipments().shipments()) {
      store_.shipment_pushes.push_back(shipment);
      if (Answer(shipment.ref(), emit)) {
        emit.mutable_results()->rbegin()->mutable_accepted()->set_confirmed(
            store_.confirms_shipments);
      }
    }
    cv1::Call* call = effect.add_calls();
    call->set_id(1);
    *call->mutable_emit() = std::move(emit);
  }

  // Notes what a pull by id asks for. True when it has failed.
  bool FailsById(const cv1::Pull& pull, cv1::Effect& effect) {
    if (pull.only_external_ids_size() == 0) {
      return false;
    }
    store_.looks_by_id.emplace_back(pull.only_external_ids().begin(),
                                    pull.only_external_ids().end());
    store_.parents_of_looks.emplace_back(pull.only_external_parent_ids().begin(),
                                         pull.only_external_parent_ids().end());
    if (!store_.fail_next_by_id) {
      return false;
    }
    *effect.mutable_done()->mutable_failure() = *store_.fail_next_by_id;
    store_.fail_next_by_id.reset();
    return true;
  }

  [[nodiscard]] bool TurnsPages() const {
    return store_.orders_per_page > 0 && !store_.lists_open_orders;
  }

  // Shows the page that was asked for; when that is taken, asks for the next one, or is done.
  void TurnPage(const cv1::Completion& completion, cv1::Effect& effect) {
    if (completion.has_failure()) {
      *effect.mutable_done()->mutable_failure() = completion.failure();
      return;
    }
    const std::size_t first = static_cast<std::size_t>(next_) * store_.orders_per_page;
    if (completion.has_http()) {
      cv1::Call* call = effect.add_calls();
      call->set_id(++last_call_);
      call->mutable_emit()->set_cursor("cursor");
      std::size_t place = 0;
      for (const auto& [id, order] : store_.orders) {
        if (place >= first && place < first + store_.orders_per_page) {
          *call->mutable_emit()->add_orders() = order;
        }
        ++place;
      }
      ++next_;
    } else if (first < store_.orders.size()) {
      Ask("", cv1::HttpRequest::SAFETY_SAFE, effect);
    } else {
      effect.mutable_done()->mutable_output();
    }
  }

  // All products, those that changed, or those that are asked for; what is asked for and not there
  // was deleted.
  void ShowProducts(const cv1::Pull& pull, cv1::Emit& emit) {
    const auto is_unreadable = [&](const std::string& id) {
      return std::any_of(store_.bad_products.begin(),
                         store_.bad_products.end(),
                         [&](const auto& bad) { return bad.external_id() == id; });
    };
    const google::protobuf::RepeatedPtrField<std::string> none;
    const auto& asked = store_.ignores_ids ? none : pull.only_external_ids();
    for (const std::string& id : asked) {
      if (!store_.products.contains(id) && !is_unreadable(id)) {
        cv1::Product* gone = emit.add_products();
        gone->set_external_id(id);
        gone->set_is_deleted(true);
      }
    }
    const std::set<std::string> only(asked.begin(), asked.end());
    for (const auto& [id, product] : store_.products) {
      const bool is_news = (pull.full() || !store_.unchanged_products.contains(id)) &&
                           !store_.passed_over.contains(id);
      if (only.empty() ? is_news : only.contains(id)) {
        *emit.add_products() = product;
      }
    }
    for (const cv1::Product& product : store_.more_products) {
      *emit.add_products() = product;
    }
  }

  static std::string MarkOf(const cv1::Order& order) { return std::to_string(order.modified_ms()); }

  void List(const cv1::Pull& pull, cv1::Effect& effect) {
    listed_.clear();
    if (pull.only_external_ids_size() > 0) {
      listed_.assign(pull.only_external_ids().begin(), pull.only_external_ids().end());
      cv1::CompareResult all;
      for (std::size_t i = 0; i < listed_.size(); ++i) {
        all.add_wanted(static_cast<std::uint32_t>(i));
      }
      return Fetch(all, effect);
    }
    cv1::Call* call = effect.add_calls();
    call->set_id(1);
    cv1::Compare& compare = *call->mutable_compare();
    compare.set_is_whole_set(true);
    for (const auto& [id, order] : store_.orders) {
      if (order.progress() == cv1::Order::PROGRESS_OPEN && !store_.hidden.contains(id)) {
        cv1::OrderMark* mark = compare.add_records();
        mark->set_external_id(id);
        mark->set_mark(MarkOf(order));
        listed_.push_back(id);
      }
    }
  }

  void Fetch(const cv1::CompareResult& compared, cv1::Effect& effect) {
    std::vector<std::string> ids;
    for (const std::uint32_t index : compared.wanted()) {
      ids.push_back(listed_.at(index));
    }
    ids.insert(ids.end(), compared.missing().begin(), compared.missing().end());
    store_.fetches.push_back(ids);
    cv1::Call* call = effect.add_calls();
    call->set_id(2);
    cv1::Emit& emit = *call->mutable_emit();
    for (const std::string& id : ids) {
      const auto bad = std::find_if(store_.bad.begin(), store_.bad.end(), [&](const auto& record) {
        return record.external_id() == id;
      });
      if (bad != store_.bad.end()) {
        *emit.add_bad() = *bad;
      } else if (const auto order = store_.orders.find(id); order != store_.orders.end()) {
        *emit.add_orders() = order->second;
        emit.mutable_orders()->rbegin()->set_mark(MarkOf(order->second));
      }
      for (const cv1::Order& order : store_.more_orders) {
        if (order.external_id() == id) {
          *emit.add_orders() = order;
          emit.mutable_orders()->rbegin()->set_mark(MarkOf(order));
        }
      }
    }
  }

  // Asks for the next request of a push, or is done.
  void Push(cv1::Effect& effect) {
    if (begin_.operation() == "stock.push") {
      return Ask("", cv1::HttpRequest::SAFETY_IDEMPOTENT, effect);
    }
    if (next_ == begin_.shipments().shipments_size()) {
      effect.mutable_done()->mutable_output();
      return;
    }
    const cv1::Shipment& shipment = begin_.shipments().shipments(next_);
    store_.shipment_pushes.push_back(shipment);
    if (shipment.read_back_first() && store_.read_back_failure) {
      return Emit(shipment.ref(), &*store_.read_back_failure, effect);
    }
    if (shipment.read_back_first() && store_.told.contains(FakeStore::MarkerOf(shipment))) {
      Emit(shipment.ref(), nullptr, effect);
      effect.mutable_calls(0)
          ->mutable_emit()
          ->mutable_results(0)
          ->mutable_accepted()
          ->set_was_there(true);
      return;
    }
    Ask(shipment.ref(), cv1::HttpRequest::SAFETY_UNSAFE, effect);
  }

  void GoOn(const cv1::Completion& completion, cv1::Effect& effect) {
    if (completion.has_emit()) {
      ++next_;
      if (begin_.operation() == "stock.push") {
        effect.mutable_done()->mutable_output();
        return;
      }
      return Push(effect);
    }
    const cv1::Failure* failure = completion.has_failure() ? &completion.failure() : nullptr;
    if (begin_.operation() != "stock.push") {
      return Emit(begin_.shipments().shipments(next_).ref(), failure, effect);
    }
    if (failure != nullptr) {
      *effect.mutable_done()->mutable_failure() = *failure;
      return;
    }
    Begin(begin_, effect);
    effect.mutable_calls(0)->set_id(++last_call_);
  }

  void Ask(const std::string& ref, cv1::HttpRequest::Safety safety, cv1::Effect& effect) {
    cv1::Call* call = effect.add_calls();
    call->set_id(++last_call_);
    call->mutable_http()->set_method("POST");
    call->mutable_http()->set_url("https://store.example/" + ref);
    call->mutable_http()->set_safety(safety);
    call->mutable_http()->set_timeout_ms(store_.timeout_ms);
    call->mutable_http()->set_ref(ref);
  }

  void Emit(const std::string& ref, const cv1::Failure* failure, cv1::Effect& effect) {
    cv1::Call* call = effect.add_calls();
    call->set_id(++last_call_);
    cv1::ItemResult* result = call->mutable_emit()->add_results();
    result->set_ref(ref);
    if (failure != nullptr) {
      *result->mutable_failure() = *failure;
    } else {
      result->mutable_accepted()->set_confirmed(store_.confirms_shipments);
    }
  }

  bool Answer(const std::string& ref, cv1::Emit& emit) {
    cv1::ItemResult* result = emit.add_results();
    result->set_ref(ref);
    const auto refusal = store_.refuse.find("*");
    if (refusal != store_.refuse.end()) {
      *result->mutable_failure() = refusal->second;
      return false;
    }
    result->mutable_accepted()->set_confirmed(true);
    return true;
  }

  FakeStore& store_;
  // What Compare named, in its order.
  std::vector<std::string> listed_;
  cv1::Begin begin_;
  int next_ = 0;
  std::uint64_t last_call_ = 0;
};

// Hosts one connector, `fake`, whose stores are FakeStores.
class FakeHost : public ports::ConnectorHost {
 public:
  FakeHost(FakeStore& store, cv1::StockBasis basis) : store_(store) {
    auto manifest = std::make_shared<cv1::Manifest>();
    manifest->set_id("fake");
    for (const char* operation : {"auth.check",
                                  "products.pull",
                                  "orders.pull",
                                  "stock.push",
                                  "shipments.push",
                                  "shipments.update"}) {
      manifest->add_operations()->set_name(operation);
    }
    manifest->set_stock_basis(basis);
    manifest->set_order_feed(cv1::ORDER_FEED_WATERMARK);
    manifest->set_partial_shipments(true);
    manifest->set_settle_ms(30'000);
    manifest_ = manifest;
    info_.resource.set_name("connectors/fake");
    info_.resource.set_state(v1::Connector::STATE_READY);
    info_.manifest = manifest;
  }

  [[nodiscard]] std::vector<ports::ConnectorInfo> List() const override { return {info_}; }
  [[nodiscard]] Result<ports::ConnectorInfo> Find(std::string_view id) const override {
    if (id == "fake") {
      return info_;
    }
    return Error{.code = Code::kNotFound, .message = "no such connector"};
  }
  Result<std::unique_ptr<ports::ConnectorSession>> Open(std::string_view /*id*/) override {
    if (opens_left && (*opens_left)-- <= 0) {
      return Error{.code = Code::kUnavailable, .message = "the connector is not there"};
    }
    return std::unique_ptr<ports::ConnectorSession>(std::make_unique<FakeSession>(store_));
  }
  // What `next` is, when it is approved.
  void Reload(ReloadRequest request, ReloadDone done) override {
    if (!next) {
      return done(Error{.code = Code::kNotFound, .message = "there is no other file"});
    }
    if (const Status approved = request.approve(*next); !approved) {
      return done(approved.error());
    }
    ports::ConnectorInfo info = info_;
    info.manifest = next;
    if (!request.is_only_tried) {
      info_ = info;
      manifest_ = next;
    }
    done(std::move(info));
  }
  // The manifest of the file that lies there now.
  std::shared_ptr<cv1::Manifest> next;

  [[nodiscard]] cv1::Manifest& manifest() { return *manifest_; }

  // How many more sessions are opened; any number when empty.
  std::optional<int> opens_left;

  // The connector cannot be used, or can again.
  void Refuse(const std::string& reason) {
    info_.manifest = nullptr;
    info_.resource.set_state_reason(reason);
  }
  void Accept() { info_.manifest = manifest_; }

 private:
  FakeStore& store_;
  std::shared_ptr<cv1::Manifest> manifest_;
  ports::ConnectorInfo info_;
};

// The way to the store: what leaves is kept, and answered by a test or not at all.
class FakeWire : public ports::Egress {
 public:
  explicit FakeWire(ports::Executor& executor) : executor_(executor) {}

  // Requests that left, oldest first.
  std::vector<cv1::HttpRequest> sent;
  // Gives the answer to a request that has just left; none: it is lost. Without it all is well.
  std::function<std::optional<ports::EgressAnswer>(const cv1::HttpRequest&)> answer;
  // How long answers take.
  std::chrono::milliseconds delay{0};

  RequestId Send(std::shared_ptr<const ports::EgressProfile> profile,
                 cv1::HttpRequest request,
                 Done done) override {
    const RequestId id = ++last_id_;
    auto leave = [this, id, request, done = std::move(done)](const Status& status) {
      if (given_up_.contains(id)) {
        return;
      }
      std::optional<ports::EgressAnswer> given = ports::EgressAnswer{};
      if (!status) {
        given->failure.emplace();
        given->failure->set_code(cv1::Failure::CODE_TRANSIENT);
        given->failure->set_message(status.error().message);
      } else {
        sent.push_back(request);
        given = answer ? answer(request) : given;
      }
      if (given) {
        executor_.PostAfter(delay, [this, id, done, given] {
          if (!given_up_.contains(id)) {
            done(*given);
          }
        });
      }
    };
    if (request.safety() == cv1::HttpRequest::SAFETY_SAFE || !profile->before_write) {
      leave(Ok());
    } else {
      profile->before_write(request, std::move(leave));
    }
    return id;
  }
  void Cancel(RequestId request) override { given_up_.insert(request); }

 private:
  ports::Executor& executor_;
  RequestId last_id_ = 0;
  std::set<RequestId> given_up_;
};

// Never asked: FakeSession makes no requests.
class NoEgress : public ports::Egress {
 public:
  RequestId Send(std::shared_ptr<const ports::EgressProfile>, cv1::HttpRequest, Done) override {
    return 1;
  }
  void Cancel(RequestId /*request*/) override {}
};

// Takes any settings.
class AnyConfig : public ports::StoreConfigChecker {
 public:
  [[nodiscard]] Status CheckConfig(const cv1::Manifest& manifest, std::string_view) const override {
    if (manifest.version() == unfit_version) {
      return Error{.code = Code::kInvalidArgument, .message = "the config lacks 'shop' (text)"};
    }
    return Ok();
  }
  // What no settings fit.
  std::string unfit_version = "none";
  [[nodiscard]] Result<std::vector<std::string>> AllowedPrefixes(const cv1::Manifest&,
                                                                 std::string_view) const override {
    return std::vector<std::string>{"https://store.example/"};
  }
};

// Keeps secrets as they are.
class OpenVault : public ports::Vault {
 public:
  Result<std::string> Seal(const domain::StoreKey&,
                           std::string_view,
                           const Secret& secret) override {
    return std::string(secret.Reveal());
  }
  Result<Secret> Open(const domain::StoreKey&, std::string_view, std::string_view sealed) override {
    return Secret(std::string(sealed));
  }
};

}  // namespace storebridge::testing
