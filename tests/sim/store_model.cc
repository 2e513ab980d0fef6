#include "sim/store_model.h"

#include <algorithm>
#include <utility>

namespace storebridge::sim {
namespace {

namespace json = boost::json;

constexpr const char* kGoodPostcode = "00100";
constexpr std::string_view kMarkedCode = "T";

demo_store::Options ShopOptions(const StoreModel::Options& options) {
  demo_store::Options shop;
  shop.clock_ms = [now_ms = options.now_ms, start_ms = options.start_ms] {
    return start_ms + now_ms();
  };
  shop.clock = [clock_ms = shop.clock_ms] { return clock_ms() / 1000; };
  shop.products = options.products;
  shop.fulfillments = options.has_fulfillments;
  // More of them would share codes with the variations of the first.
  shop.variable_products = std::min(options.products / 20, 3);
  return shop;
}

bool IsPaidStatus(const std::string& status) {
  return status == "processing" || status == "completed";
}

// Replaces what stands between `before` and the next of `ends` after `from`; false when neither is
// there.
bool Replace(std::string& text,
             std::size_t from,
             std::string_view before,
             std::string_view ends,
             std::string_view with) {
  const std::size_t at = text.find(before, from);
  if (at == std::string::npos) {
    return false;
  }
  const std::size_t start = at + before.size();
  const std::size_t stop = text.find_first_of(ends, start);
  if (stop == std::string::npos) {
    return false;
  }
  text.replace(start, stop - start, with);
  return true;
}

std::string TrackingNumber(const json::array& meta) {
  for (const json::value& row : meta) {
    const json::object& fields = row.as_object();
    if (fields.at("key") == "_tracking_number" && fields.at("value").is_string()) {
      return std::string(fields.at("value").get_string());
    }
  }
  return "";
}

// False when the record has not what is spoiled.
bool SpoilRecord(std::string& body, std::size_t at, Poison poison) {
  const std::size_t lines = body.find("\"line_items\":[", at);
  switch (poison) {
    case Poison::kQuantityText:
      return Replace(body, lines, "\"quantity\":", ",}", "\"many\"");
    case Poison::kQuantityHuge:
      return Replace(body, lines, "\"quantity\":", ",}", "1000000000000000000");
    case Poison::kQuantityNegative:
      return Replace(body, lines, "\"quantity\":", ",}", "-2");
    case Poison::kCodeNumber:
      return Replace(body, lines, "\"sku\":", ",}", "12");
    case Poison::kNumberNull:
      return Replace(body, at, "\"number\":", ",}", "null");
    case Poison::kTotalNull:
      return Replace(body, at, "\"total\":", ",}", "null");
    case Poison::kOddText:
      return Replace(body, at, "\"first_name\":\"", "\"", "Zo\\u0000\xF0\x9F\x98\x80");
  }
  return false;
}

}  // namespace

StoreModel::StoreModel(const Options& options)
    : now_ms_(options.now_ms), shop_(ShopOptions(options)) {
  shop_.SetUrl("https://shop.example");
}

void StoreModel::SetClockOffset(std::int64_t seconds) {
  shop_.state().settings.clock_offset = seconds;
}

demo_store::Answer StoreModel::Handle(const demo_store::Request& request) {
  demo_store::Answer answer = shop_.Handle(request);
  shop_.state().settings.hide_seconds = 0;
  if (!poisoned_.empty() && request.method == "GET" && answer.status == 200) {
    SpoilBody(answer.body);
  }
  return answer;
}

void StoreModel::SpoilBody(std::string& body) {
  bool is_spoiled = false;
  for (const auto& [id, poison] : poisoned_) {
    // An order as a whole begins in one way, and one with chosen fields in the other.
    for (const char* next : {",\"parent_id\":", ",\"number\":"}) {
      const std::string start = "{\"id\":" + std::to_string(id) + next;
      if (const std::size_t at = body.find(start); at != std::string::npos) {
        is_spoiled = SpoilRecord(body, at, poison) || is_spoiled;
      }
    }
  }
  spoiled_answers_ += is_spoiled ? 1 : 0;
}

bool StoreModel::Ask(const std::string& target, const json::object& body) {
  demo_store::Request request;
  request.method = "POST";
  request.target = target;
  request.host = "shop.example";
  request.body = json::serialize(body);
  demo_store::ParseTarget(request);
  const demo_store::Answer answer = shop_.Handle(request);
  return answer.status == 200 || answer.status == 201;
}

std::vector<std::int64_t> StoreModel::Place(const std::vector<Bought>& lines,
                                            bool paid,
                                            bool wrong_postcode) {
  json::array cart;
  for (const Bought& line : lines) {
    cart.push_back(json::object{{"sku", line.code}, {"quantity", line.quantity}});
  }
  const json::object address{{"country", "FI"},
                             {"postcode", wrong_postcode ? "ABC" : kGoodPostcode}};
  const std::size_t before = state().orders().size();
  Ask("/demo/orders", {{"lines", cart}, {"paid", paid}, {"oversell", true}, {"address", address}});
  std::vector<std::int64_t> ids;
  const auto& orders = state().orders().by_created();
  for (std::size_t i = before; i < orders.size(); ++i) {
    ids.push_back(orders.at(i)->id);
    truths_[orders.at(i)->id].id = orders.at(i)->id;
    Remember(orders.at(i)->id);
  }
  return ids;
}

bool StoreModel::Edit(std::int64_t order, const json::object& change) {
  const bool done = Ask("/demo/orders/" + std::to_string(order), change);
  Remember(order);
  return done;
}

bool StoreModel::Pay(std::int64_t order) {
  const demo_store::Order* found = FindOrder(order);
  return found != nullptr && found->status == "pending" && Edit(order, {{"pay", true}});
}

bool StoreModel::Cancel(std::int64_t order) {
  const demo_store::Order* found = FindOrder(order);
  const bool open =
      found != nullptr && (found->status == "pending" || found->status == "processing");
  return open && Edit(order, {{"cancel", true}});
}

bool StoreModel::RefundAll(std::int64_t order) {
  const demo_store::Order* found = FindOrder(order);
  return found != nullptr && found->status == "processing" && Edit(order, {{"refund", true}});
}

bool StoreModel::RefundOne(std::int64_t order) {
  const demo_store::Order* found = FindOrder(order);
  if (found == nullptr || found->status != "processing" || found->lines.empty()) {
    return false;
  }
  const json::array lines{json::object{{"sku", found->lines.front().sku}, {"quantity", 1}}};
  return Edit(order, {{"refund", json::object{{"lines", lines}}}});
}

bool StoreModel::CorrectAddress(std::int64_t order) {
  return Edit(order, {{"address", json::object{{"postcode", kGoodPostcode}}}});
}

bool StoreModel::WriteNote(std::int64_t order, const std::string& note) {
  return Edit(order, {{"customer_note", note}});
}

bool StoreModel::SetStock(const std::string& code, std::int64_t quantity) {
  return Ask("/demo/stock", {{"sku", code}, {"quantity", quantity}});
}

bool StoreModel::SetTitle(const std::string& code, const std::string& title) {
  return Ask("/demo/products", {{"sku", code}, {"title", title}});
}

bool StoreModel::Rename(const std::string& code, const std::string& new_code) {
  return FindProduct(code) != nullptr &&
         Ask("/demo/products", {{"sku", code}, {"new_sku", new_code}});
}

bool StoreModel::Remove(const std::string& code) {
  return FindProduct(code) != nullptr && Ask("/demo/products", {{"sku", code}, {"delete", true}});
}

bool StoreModel::Create(const std::string& code) {
  return FindProduct(code) == nullptr &&
         Ask("/demo/products",
             {{"sku", code}, {"title", "Back again"}, {"price", "10.00"}, {"stock", 1}});
}

void StoreModel::Spoil(std::int64_t order, Poison poison) {
  poisoned_[order] = poison;
  OrderTruth& truth = truths_[order];
  truth.poison = poison;
  // It is spoiled from its first moment: nobody has seen it otherwise.
  truth.revisions.clear();
  truth.right_ms = 0;
  Remember(order);
}

void StoreModel::Unspoil(std::int64_t order) {
  poisoned_.erase(order);
  truths_[order].poison.reset();
  CorrectAddress(order);
}

void StoreModel::Touch(bool is_order, std::uint64_t which) {
  demo_store::StoreState& state = shop_.state();
  if (is_order) {
    const auto& orders = state.orders().by_modified();
    if (!orders.empty()) {
      const std::int64_t id = orders.at(which % orders.size())->id;
      state.TouchOrder(*orders.at(which % orders.size()));
      Remember(id);
    }
    return;
  }
  const auto& products = state.products().by_modified();
  if (!products.empty()) {
    state.TouchProduct(*products.at(which % products.size()));
  }
}

void StoreModel::HideRecent(std::int64_t seconds, bool only_some) {
  shop_.state().settings.hide_seconds = seconds;
  shop_.state().settings.hide_every = only_some ? 2 : 1;
}

std::vector<std::string> StoreModel::Codes() const {
  std::vector<std::string> codes;
  const auto add = [&](const demo_store::Product& product) {
    if (product.kind != demo_store::ProductKind::kVariable && product.manage_stock &&
        !product.sku.empty()) {
      codes.push_back(product.sku);
    }
  };
  state().products().Each(add);
  state().variations().Each(add);
  return codes;
}

const demo_store::Order* StoreModel::FindOrder(std::int64_t order) const {
  return state().FindOrder(order);
}

const demo_store::Product* StoreModel::FindProduct(std::string_view code) const {
  return state().FindSku(code);
}

bool StoreModel::IsRight(const demo_store::Order& order, const OrderTruth& truth) const {
  const bool readable =
      !truth.poison || *truth.poison == Poison::kNumberNull || *truth.poison == Poison::kOddText;
  return readable && order.shipping.postcode == kGoodPostcode;
}

void StoreModel::Remember(std::int64_t id) {
  const demo_store::Order* order = FindOrder(id);
  const auto found = truths_.find(id);
  if (order == nullptr || found == truths_.end()) {
    return;
  }
  OrderTruth& truth = found->second;
  const Revision revision{.modified = order->modified,
                          .seen_ms = now_ms_(),
                          .is_paid = IsPaidStatus(order->status),
                          .is_right = IsRight(*order, truth),
                          .is_ended = order->status == "cancelled" || order->status == "refunded"};
  truth.revisions.push_back(revision);
  if (truth.right_ms == 0 && revision.is_paid && revision.is_right) {
    truth.right_ms = revision.seen_ms;
  }
}

std::vector<std::string> TrackingOf(const demo_store::Order& order) {
  std::vector<std::string> codes;
  const auto add = [&](std::string_view text) {
    // Our people's codes: T, the order's number, a dash.
    for (std::size_t at = text.find(kMarkedCode); at != std::string_view::npos;
         at = text.find(kMarkedCode, at + 1)) {
      std::size_t end = at + 1;
      while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
        ++end;
      }
      if (end > at + 1 && end < text.size() && text[end] == '-') {
        codes.emplace_back(text.substr(at, end - at));
      }
    }
  };
  for (const demo_store::Note& note : order.notes) {
    add(note.text);
  }
  for (const json::value& row : order.meta_data) {
    add(json::serialize(row));
  }
  for (const demo_store::Fulfillment& fulfillment : order.fulfillments) {
    add(json::serialize(fulfillment.meta_data));
  }
  return codes;
}

std::map<std::int64_t, std::string> FulfillmentTracking(const demo_store::Order& order) {
  std::map<std::int64_t, std::string> numbers;
  for (const demo_store::Fulfillment& fulfillment : order.fulfillments) {
    if (!fulfillment.deleted) {
      numbers[fulfillment.id] = TrackingNumber(fulfillment.meta_data);
    }
  }
  return numbers;
}

std::string MetaTracking(const demo_store::Order& order) {
  return TrackingNumber(order.meta_data);
}

int UpdateMails(const demo_store::Order& order) {
  return static_cast<int>(
      std::count_if(order.mails.begin(), order.mails.end(), [](const demo_store::Mail& mail) {
        return mail.kind == "fulfillment_updated";
      }));
}

int ShippingMails(const demo_store::Order& order) {
  return static_cast<int>(
      std::count_if(order.mails.begin(), order.mails.end(), [](const demo_store::Mail& mail) {
        return demo_store::IsShippingMail(mail.kind);
      }));
}

}  // namespace storebridge::sim
