#include "sim/oracle.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace storebridge::sim {
namespace {

namespace json = boost::json;
namespace cv1 = connector::v1;

constexpr std::size_t kViolationsMax = 20;
// A decision that is this old when it is seen may have been right when it was made.
constexpr std::int64_t kDecisionMs = 2'000;
// Requests may leave so much closer together than counted, because answers end between two counts.
constexpr double kTokenSlack = 1.0;
// How much later than another a request may arrive that left with it.
constexpr std::int64_t kArrivalSpreadMs = 400;

// The states that an order may take next, written from the description of the states and not from
// the rules.
bool IsAllowed(v1::OrderState from, v1::OrderState to) {
  if (from == to) {
    return true;
  }
  if (from == v1::ORDER_STATE_SHIPPED) {
    return to == v1::ORDER_STATE_RETURNED;
  }
  if (from == v1::ORDER_STATE_COLLECTING) {
    return to == v1::ORDER_STATE_SHIPPED;
  }
  if (to == v1::ORDER_STATE_COLLECTING) {
    return from == v1::ORDER_STATE_NEW;
  }
  return to != v1::ORDER_STATE_SHIPPED && to != v1::ORDER_STATE_RETURNED;
}

// The number after `before` in `text`; 0 without one.
std::int64_t NumberAfter(const std::string& text, const std::string& before) {
  const std::size_t at = text.find(before);
  return at == std::string::npos ? 0 : std::strtoll(text.c_str() + at + before.size(), nullptr, 10);
}

std::string ParameterOf(const std::string& query, const std::string& name) {
  const std::string all = "&" + query;
  const std::size_t at = all.find("&" + name + "=");
  if (at == std::string::npos) {
    return {};
  }
  const std::size_t start = at + name.size() + 2;
  return all.substr(start, all.find('&', start) - start);
}

json::object ObjectOf(const std::string& body) {
  boost::system::error_code error;
  const json::value value = json::parse(body, error);
  return !error && value.is_object() ? value.get_object() : json::object();
}

// What a call would set as stock, by the store's id.
std::map<std::int64_t, std::int64_t> StockIn(const WireCall& call) {
  std::map<std::int64_t, std::int64_t> levels;
  if (!call.IsWrite() || call.path.find("/products") == std::string::npos) {
    return levels;
  }
  json::object body = ObjectOf(call.body);
  const auto add = [&](const json::object& item, std::int64_t id) {
    const json::value* quantity = item.if_contains("stock_quantity");
    if (quantity != nullptr && quantity->is_int64()) {
      levels[id] = quantity->get_int64();
    }
  };
  if (const json::value* items = body.if_contains("update");
      items != nullptr && items->is_array()) {
    for (const json::value& item : items->get_array()) {
      if (item.is_object() && item.get_object().contains("id")) {
        add(item.get_object(), item.get_object().at("id").to_number<std::int64_t>());
      }
    }
    return levels;
  }
  const std::size_t last = call.path.rfind('/');
  add(body, std::strtoll(call.path.c_str() + last + 1, nullptr, 10));
  return levels;
}

// Of the stock that a call would set, the products for which the answer says that it is set.
std::set<std::int64_t> AcceptedIn(const std::map<std::int64_t, std::int64_t>& levels,
                                  const egress::WireResponse* answer) {
  std::set<std::int64_t> accepted;
  if (answer == nullptr || answer->status >= 300) {
    return accepted;
  }
  const auto add = [&](const json::object& item) {
    const json::value* id = item.if_contains("id");
    const auto level =
        id != nullptr && id->is_int64() ? levels.find(id->get_int64()) : levels.end();
    // An answer may leave the number out; one that shows another was not about this one.
    const json::value* quantity = item.if_contains("stock_quantity");
    if (level != levels.end() && !item.contains("error") &&
        (quantity == nullptr || *quantity == level->second)) {
      accepted.insert(level->first);
    }
  };
  const json::object body = ObjectOf(answer->body);
  const json::value* items = body.if_contains("update");
  if (items == nullptr || !items->is_array()) {
    add(body);
    return accepted;
  }
  for (const json::value& item : items->get_array()) {
    if (item.is_object()) {
      add(item.get_object());
    }
  }
  return accepted;
}

std::int64_t OrderIn(const WireCall& call) {
  return NumberAfter(call.path, "/orders/");
}

bool IsUnsafe(const WireCall& call) {
  return call.method == "POST" && OrderIn(call) != 0;
}

}  // namespace

void Oracle::Violate(Invariant invariant, const std::string& what) {
  if (violations_.size() < kViolationsMax) {
    violations_.push_back({invariant, what});
    parts_.log.Note("VIOLATION of " + violations_.back().Text());
  }
}

void Oracle::SetRateLimit(const cv1::RateLimit& limit) {
  per_ms_ = limit.per_second() / 1000;
  burst_ = limit.burst();
  tokens_ = burst_;
  refilled_ms_ = Now();
}

void Oracle::OnRestart() {
  tokens_ = burst_;
  newest_since_ = committed_since_;
  run_since_.clear();
  page_since_.clear();
  emitted_so_far_.clear();
  // A new life begins with a full burst, and does not wait for what the dead one sent.
  extras_.emplace_back(Now(), burst_ + kTokenSlack);
  for (const auto& [id, in_flight] : stock_in_flight_) {
    if (in_flight > 0) {
      pushed_[id].is_sure = false;
    }
  }
  stock_in_flight_.clear();
  // What was on its way when the server died may have arrived.
  unknown_.merge(unsafe_in_flight_);
  unsafe_in_flight_.clear();
  shown_.clear();
}

std::string Oracle::Canonical(const std::string& code) const {
  std::string name = code;
  for (auto found = renamed_.find(name); found != renamed_.end(); found = renamed_.find(name)) {
    name = found->second;
  }
  return name;
}

void Oracle::OnRenamed(const std::string& code, const std::string& new_code) {
  const std::int64_t pieces = shelf_[code];
  shelf_.erase(code);
  renamed_[code] = new_code;
  shelf_[new_code] = pieces;
  unstable_.insert(new_code);
}

std::int64_t Oracle::ShelfOf(const std::string& code) const {
  const auto found = shelf_.find(Canonical(code));
  return found == shelf_.end() ? 0 : found->second;
}

void Oracle::OnShipped(const std::string& order, const std::string& tracking) {
  const std::int64_t id = std::strtoll(order.c_str(), nullptr, 10);
  const bool is_first = !tracking_.contains(id);
  tracking_[id] = tracking;
  if (is_first) {
    left_.push_back(id);
  }
}

// ---- requests

void Oracle::CheckRate() {
  if (burst_ <= 0) {
    return;
  }
  tokens_ = std::min(burst_, tokens_ + static_cast<double>(Now() - refilled_ms_) * per_ms_) - 1;
  refilled_ms_ = Now();
  if (tokens_ < -kTokenSlack) {
    Violate(Invariant::kWorkBound, "more requests than the rate limit allows");
    tokens_ = burst_;
  }
}

// The most that `extras_` may add to any window of that length.
double Oracle::MostExtra(std::int64_t length_ms) const {
  double most = 0;
  double sum = 0;
  auto first = extras_.begin();
  for (const auto& [at_ms, requests] : extras_) {
    sum += requests;
    for (; at_ms - first->first > length_ms; ++first) {
      sum -= first->second;
    }
    most = std::max(most, sum);
  }
  return most;
}

void Oracle::CheckStoreRate() {
  if (burst_ <= 0) {
    return;
  }
  for (const std::int64_t length_ms : demo_store::RequestWindows::kLengthsMs) {
    const std::int64_t sent_within_ms = length_ms + kArrivalSpreadMs;
    const double most = burst_ + kTokenSlack + static_cast<double>(sent_within_ms) * per_ms_ +
                        MostExtra(sent_within_ms);
    const std::int64_t largest = parts_.store.LargestWindow(length_ms);
    if (static_cast<double>(largest) > most) {
      Violate(Invariant::kWorkBound,
              "the store got " + std::to_string(largest) + " requests within " +
                  std::to_string(length_ms) + " ms; the rate limit allows " +
                  std::to_string(static_cast<std::int64_t>(most)));
    }
  }
}

void Oracle::CheckCursor(const WireCall& call) {
  if (call.IsWrite() || !is_pull_of_orders_ || !call.path.ends_with("/orders")) {
    return;
  }
  const std::string since = ParameterOf(call.query, "modified_after");
  if (since.empty()) {
    return;
  }
  // Where a run begins is its cursor. Its later pages may be past what the next one begins with,
  // which stays a little behind the store's clock.
  const bool is_first = page_since_.empty();
  const std::string& before = is_first ? newest_since_ : page_since_;
  if (since < before) {
    Violate(Invariant::kCursorMovesOn,
            "orders are read again from " + since + ", after they were read from " + before);
  }
  page_since_ = since;
  if (is_first) {
    run_since_ = since;
    newest_since_ = std::max(newest_since_, since);
  }
}

void Oracle::OnSend(const WireCall& call) {
  ++requests_;
  CheckRate();
  CheckCursor(call);
  if (!call.IsWrite()) {
    if (const std::int64_t order = OrderIn(call); order != 0) {
      unknown_.erase(order);
    }
    return;
  }
  ++writes_;
  if (IsUnsafe(call) && unknown_.contains(OrderIn(call))) {
    Violate(Invariant::kOutboxEnds,
            "a call of unknown outcome was made again without a look: " + call.path);
  }
  if (IsUnsafe(call)) {
    unsafe_in_flight_.insert(OrderIn(call));
  }
  for (const auto& [id, quantity] : StockIn(call)) {
    if (const auto decided = decided_.find(id);
        decided == decided_.end() || decided->second != quantity) {
      Violate(Invariant::kStockInOrder,
              "stock " + std::to_string(quantity) + " of product " + std::to_string(id) +
                  " is sent, which is not what was decided last");
    }
    pushed_[id].newest = quantity;
    if (++stock_in_flight_[id] > 1) {
      Violate(Invariant::kStockInOrder,
              "two stock values of product " + std::to_string(id) + " are on their way at once");
    }
  }
}

// The order itself has to show it, by the tracking code; a note about it is not enough.
void Oracle::NoteShown(const WireCall& call, const egress::WireResponse& answer) {
  const std::int64_t order = OrderIn(call);
  if (order != 0 && answer.status < 300 && !call.path.ends_with("/notes") &&
      answer.body.find("T" + std::to_string(order) + "-") != std::string::npos) {
    shown_.insert(order);
  }
}

void Oracle::OnOutcome(const WireCall& call, const egress::WireResponse* answer) {
  if (answer != nullptr) {
    NoteShown(call, *answer);
  }
  if (!call.IsWrite()) {
    return;
  }
  const bool is_answered = answer != nullptr && answer->status < 500;
  const std::map<std::int64_t, std::int64_t> levels = StockIn(call);
  const std::set<std::int64_t> accepted = AcceptedIn(levels, answer);
  for (const auto& [id, quantity] : levels) {
    int& in_flight = stock_in_flight_[id];
    in_flight = std::max(in_flight - 1, 0);
    Pushed& pushed = pushed_[id];
    if (accepted.contains(id)) {
      ++pushed.accepted;
    } else {
      pushed.is_sure = false;
    }
  }
  if (IsUnsafe(call) && unsafe_in_flight_.erase(OrderIn(call)) > 0 && !is_answered) {
    unknown_.insert(OrderIn(call));
  }
}

void Oracle::CheckFields(const WireCall& call) {
  static const std::set<std::string> kOrderFields = {"status", "meta_data"};
  static const std::set<std::string> kStockFields = {
      "id", "manage_stock", "stock_quantity", "stock_status"};
  const auto check = [&](const json::object& body, const std::set<std::string>& allowed) {
    for (const auto& member : body) {
      const std::string name(member.key());
      if (!allowed.contains(name)) {
        Violate(Invariant::kDominance, "the field '" + name + "' of the store was written");
      }
    }
  };
  json::object body = ObjectOf(call.body);
  if (const json::value* items = body.if_contains("update");
      items != nullptr && items->is_array()) {
    for (const json::value& item : items->get_array()) {
      check(item.is_object() ? item.get_object() : json::object(), kStockFields);
    }
  } else if (call.path.find("/products") != std::string::npos) {
    check(body, kStockFields);
  } else if (call.method == "PUT" && OrderIn(call) != 0 && !call.path.ends_with("/fulfillments")) {
    check(body, kOrderFields);
  }
}

void Oracle::OnApplied(const WireCall& call, const demo_store::Answer& answer, bool is_echo) {
  if (!call.IsWrite()) {
    return;
  }
  if (is_echo) {
    extras_.emplace_back(Now(), 1);
    for (const auto& [id, quantity] : StockIn(call)) {
      pushed_[id].is_sure = false;
    }
    // What was answered and arrives once more takes back what was written since.
    echoed_.insert(OrderIn(call));
  }
  CheckFields(call);
  parts_.log.Note(call.method + " " + call.path + " " + call.body.substr(0, 200) + " -> " +
                  std::to_string(answer.status));
  if (const std::int64_t order = OrderIn(call); order != 0) {
    parts_.store.Remember(order);
    CheckOrderWrite(order, call);
  }
}

void Oracle::CheckOrderWrite(std::int64_t id, const WireCall& call) {
  const demo_store::Order* order = parts_.store.FindOrder(id);
  if (order == nullptr) {
    return Violate(Invariant::kShippedFirst, "a write to an order that the store does not have");
  }
  const std::string name = "order " + std::to_string(id);
  const auto known = names_.find(id);
  if (known == names_.end() || known_[known->second].state != v1::ORDER_STATE_SHIPPED) {
    Violate(Invariant::kShippedFirst, name + " was written to before SHIPPED was durable");
  }
  // One when it has left, and one of its other tracking code.
  if (const int mails = ShippingMails(*order); mails > (IsCorrected(id) ? 2 : 1)) {
    Violate(Invariant::kMailedOnce,
            "the customer of " + name + " got " + std::to_string(mails) + " mails");
  }
  if (order->completed && std::find(told_.begin(), told_.end(), id) == told_.end()) {
    told_.push_back(id);
  }
  const std::string own = "T" + std::to_string(id);
  for (const char* code : {"-1", "-2"}) {
    const auto told =
        std::count_if(order->notes.begin(), order->notes.end(), [&](const demo_store::Note& note) {
          return note.text.find(own + code) != std::string::npos;
        });
    if (told > 1) {
      Violate(Invariant::kTrackingOnce,
              name + " has its tracking in " + std::to_string(told) + " notes after " + call.path);
    }
  }
  for (const std::string& code : TrackingOf(*order)) {
    if (code != own) {
      Violate(Invariant::kTrackingOnce, name + " was told the tracking " + code);
    }
  }
}

bool Oracle::IsCorrected(std::int64_t order) const {
  return corrected_.contains(order);
}

// ---- sessions

void Oracle::OnBegin(const cv1::Begin& begin) {
  is_pull_of_orders_ = is_pull_of_orders_ && begin.operation() != "orders.pull";
  if (begin.operation() == "orders.pull") {
    is_pull_of_orders_ = !begin.pull().full() && begin.pull().only_external_ids().empty();
    emitted_so_far_.clear();
    page_since_.clear();
    return;
  }
  for (const cv1::StockLevel& level : begin.stock().levels()) {
    decided_[std::strtoll(level.external_id().c_str(), nullptr, 10)] = level.quantity();
    const auto changed = changed_ms_.find(level.product_code());
    if (changed != changed_ms_.end() && Now() - changed->second < kDecisionMs) {
      continue;
    }
    std::int64_t on_hand = 0;
    const Status read = parts_.database.Read([&](const ports::ReadTx& tx) -> Status {
      SB_TRY(const v1::Product product,
             tx.products().GetByCode(kStore.merchant, level.product_code()));
      SB_TRY(const ports::StockLevel stock,
             tx.stock().Get(kStore.merchant, product.name().substr(product.name().rfind('/') + 1)));
      on_hand = stock.on_hand.value_or(0);
      return Ok();
    });
    const std::int64_t allowed = std::max<std::int64_t>(on_hand - taken_[level.product_code()], 0);
    if (read && level.quantity() > allowed) {
      Violate(Invariant::kNoOversell,
              "the store is told " + std::to_string(level.quantity()) + " of " +
                  level.product_code() + "; " + std::to_string(on_hand) + " lie on the shelf and " +
                  std::to_string(taken_[level.product_code()]) + " are sold");
    }
  }
}

void Oracle::OnEmit(const std::string& operation, const cv1::Emit& emit) {
  if (operation != "orders.pull") {
    return;
  }
  for (const cv1::Order& order : emit.orders()) {
    const bool is_something_left =
        std::any_of(order.lines().begin(), order.lines().end(), [](const cv1::OrderLine& line) {
          return line.quantity() > line.refunded_quantity() + line.fulfilled_quantity();
        });
    if (order.payment_state() == cv1::PAYMENT_STATE_PAID &&
        order.progress() == cv1::Order::PROGRESS_OPEN && is_something_left) {
      emitted_so_far_.push_back(order.external_id());
    }
  }
  if (!emit.cursor().empty()) {
    emitted_[emit.cursor()] = emitted_so_far_;
  }
}

// ---- commits

void Oracle::OnCommit() {
  std::vector<v1::Change> changes;
  const Status read = parts_.database.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(const std::int64_t head, tx.changes().Head(kStore.merchant));
    while (seen_head_ < head) {
      SB_TRY(changes, tx.changes().List(kStore.merchant, seen_head_, 1000));
      if (changes.empty() || changes.front().sequence() != seen_head_ + 1) {
        Violate(Invariant::kAudit, "the change log has a gap after " + std::to_string(seen_head_));
        seen_head_ = head;
        return Ok();
      }
      for (const v1::Change& change : changes) {
        CheckChange(tx, change);
      }
      seen_head_ = changes.back().sequence();
    }
    return Ok();
  });
  if (!read && read.error().code != Code::kNotFound) {
    Violate(Invariant::kAudit, "the change log cannot be read: " + read.error().message);
  }
  CheckCommittedCursor();
}

void Oracle::CheckChange(const ports::ReadTx& tx, const v1::Change& change) {
  const std::string id = change.resource().substr(change.resource().rfind('/') + 1);
  if (change.type() == v1::Change::TYPE_ORDER) {
    if (const Result<ports::OrderRecord> record = tx.orders().Get(kStore.merchant, id)) {
      CheckOrder(*record);
    } else {
      Violate(Invariant::kAudit, "an order that changed cannot be read: " + id);
    }
  } else if (change.type() == v1::Change::TYPE_STOCK) {
    if (const Result<v1::Product> product = tx.products().Get(kStore.merchant, id)) {
      changed_ms_[product->product_code()] = Now();
    }
  }
}

void Oracle::CountOpen(const v1::Order& order, Known& known) {
  for (const auto& [code, pieces] : known.open) {
    taken_[code] -= pieces;
    changed_ms_[code] = Now();
  }
  known.open.clear();
  const bool is_on_shelf =
      order.state() == v1::ORDER_STATE_NEW || order.state() == v1::ORDER_STATE_PENDING ||
      order.state() == v1::ORDER_STATE_DRAFT || order.state() == v1::ORDER_STATE_ON_HOLD;
  if (!is_on_shelf) {
    return;
  }
  for (const v1::OrderLine& line : order.lines()) {
    if (line.open_quantity() > 0 && !line.product().empty()) {
      known.open[line.product_code()] += line.open_quantity();
    }
  }
  for (const auto& [code, pieces] : known.open) {
    taken_[code] += pieces;
    changed_ms_[code] = Now();
  }
}

bool Oracle::IsGivenBack(const Known& known, const v1::Order& order) const {
  return known.state == v1::ORDER_STATE_COLLECTING && given_back_.contains(known.external_id) &&
         (order.state() == v1::ORDER_STATE_NEW || order.state() == v1::ORDER_STATE_PENDING ||
          order.state() == v1::ORDER_STATE_DRAFT ||
          order.state() == v1::ORDER_STATE_AWAITING_PAYMENT);
}

void Oracle::CheckOrder(const ports::OrderRecord& record) {
  const v1::Order& order = record.order;
  Known& known = known_[order.name()];
  if (known.external_id == 0) {
    known.external_id = std::strtoll(order.external_id().c_str(), nullptr, 10);
    const auto [other, is_first] = names_.emplace(known.external_id, order.name());
    if (!is_first) {
      Violate(Invariant::kNoneDoubled,
              "order " + std::to_string(known.external_id) + " is here twice: " + other->second +
                  " and " + order.name());
    }
  } else if (!IsAllowed(known.state, order.state()) && !IsGivenBack(known, order)) {
    Violate(Invariant::kStateMovesOn,
            "order " + order.order_number() + " went from " + v1::OrderState_Name(known.state) +
                " to " + v1::OrderState_Name(order.state()));
  }
  if (known.state != order.state()) {
    parts_.log.Note("order " + order.external_id() + " is " +
                    v1::OrderState_Name(order.state()).substr(12));
    if (order.state() == v1::ORDER_STATE_NEW) {
      CheckNew(record);
    }
  }
  known.state = order.state();
  CountOpen(order, known);
  CheckReports(order);
}

void Oracle::CheckNew(const ports::OrderRecord& record) {
  const auto truth = parts_.store.truths().find(known_[record.order.name()].external_id);
  const bool is_right = truth != parts_.store.truths().end() &&
                        std::any_of(truth->second.revisions.begin(),
                                    truth->second.revisions.end(),
                                    [&](const Revision& revision) {
                                      return revision.modified * 1000 == record.store_modified_ms &&
                                             revision.is_paid && revision.is_right &&
                                             !revision.is_ended;
                                    });
  if (!is_right) {
    Violate(Invariant::kNewIsRight,
            "order " + record.order.order_number() +
                " is NEW, and the store never showed it so, paid and right");
  }
}

void Oracle::CheckReports(const v1::Order& order) {
  for (const v1::Shipment& shipment : order.shipments()) {
    const v1::StoreReport::State state = shipment.store_report().state();
    if (state != v1::StoreReport::STATE_ACCEPTED && state != v1::StoreReport::STATE_CONFIRMED) {
      continue;
    }
    const std::int64_t id = std::strtoll(order.external_id().c_str(), nullptr, 10);
    const demo_store::Order* theirs = parts_.store.FindOrder(id);
    if (theirs == nullptr || !theirs->completed) {
      Violate(Invariant::kConfirmedFirst,
              "the shipment of order " + order.order_number() +
                  " is reported as told, and the store does not have it");
    }
    if (state == v1::StoreReport::STATE_CONFIRMED && confirmed_.insert(shipment.name()).second &&
        !shown_.contains(id)) {
      Violate(Invariant::kConfirmedFirst,
              "the shipment of order " + order.order_number() +
                  " is reported as confirmed, and the store has not shown it");
    }
  }
}

void Oracle::CheckCommittedCursor() {
  std::string cursor;
  std::vector<std::string> missing;
  const Status read = parts_.database.Read([&](const ports::ReadTx& tx) -> Status {
    SB_TRY(const ports::FlowState state, tx.stores().GetFlow(kStore, domain::Flow::kOrders));
    cursor = state.cursor;
    if (cursor == committed_cursor_) {
      return Ok();
    }
    const auto records = emitted_.find(cursor);
    if (records != emitted_.end()) {
      for (const std::string& id : records->second) {
        SB_TRY(const std::optional<ports::OrderHead> head, tx.orders().FindHead(kStore, id));
        SB_TRY(
            const std::vector<v1::Issue> issues,
            tx.issues().OpenOf(
                {.store = kStore, .record_type = v1::Issue::RECORD_TYPE_ORDER, .record_key = id}));
        if (!head && issues.empty()) {
          missing.push_back(id);
        }
      }
    }
    return Ok();
  });
  if (!read || cursor == committed_cursor_) {
    return;
  }
  committed_cursor_ = cursor;
  committed_since_ = std::max(committed_since_, run_since_);
  if (!missing.empty()) {
    Violate(Invariant::kCursorAfterData,
            "the cursor is durable and order " + missing.front() + " before it is not");
  }
}

}  // namespace storebridge::sim
