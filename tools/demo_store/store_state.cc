#include "store_state.h"

#include <algorithm>
#include <chrono>

#include "text.h"

namespace storebridge::demo_store {
namespace {

constexpr Seconds kHoldMinutes = 60;  // The shop's default "hold stock" time for unpaid orders.

std::int64_t SystemMs() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Seconds SystemSeconds() {
  return SystemMs() / 1000;
}

Clock ClockMs(const Options& options) {
  if (options.clock_ms) {
    return options.clock_ms;
  }
  if (options.clock) {
    return [clock = options.clock] { return clock() * 1000; };
  }
  return SystemMs;
}

bool TakesStock(const std::string& status) {
  return status == "processing" || status == "on-hold" || status == "completed";
}

bool GivesStockBack(const std::string& status) {
  return status == "cancelled" || status == "refunded" || status == "pending";
}

std::string StatusLabel(const std::string& status) {
  if (status == "pending") {
    return "Pending payment";
  }
  std::string label = status == "on-hold" ? "on hold" : status;
  label.front() = static_cast<char>(label.front() - 'a' + 'A');
  return label;
}

}  // namespace

StoreState::StoreState(const Options& options)
    : options_(options),
      clock_(options.clock ? options.clock : Clock(SystemSeconds)),
      clock_ms_(ClockMs(options)) {
  settings.fulfillments = options.fulfillments;
  settings.page_max = options.page_max;
  settings.currency = options.currency;
}

Product* StoreState::AddProduct(Product product) {
  if (product.id == 0) {
    product.id = NextId();
  }
  if (product.created == 0) {
    product.created = Now();
  }
  product.modified = std::max(product.modified, product.created);
  if (product.slug.empty()) {
    product.slug = Slug(product.name);
  }
  const bool is_variation = product.kind == ProductKind::kVariation;
  Product* added = (is_variation ? variations_ : products_).Insert(std::move(product));
  if (!added->sku.empty()) {
    by_sku_[added->sku] = added;
  }
  if (is_variation) {
    if (Product* parent = products_.Find(added->parent_id)) {
      parent->variations.push_back(added->id);
      parent->cache.Clear();
    }
  }
  Announce("product.created", added->id);
  return added;
}

void StoreState::RemoveProduct(Id id, Removal removal) {
  Product* product = FindProduct(id);
  if (product == nullptr) {
    return;
  }
  const std::vector<Id> children = product->variations;
  for (const Id child : children) {
    RemoveProduct(child, removal);
  }
  if (removal == Removal::kTrash) {
    Announce("product.deleted", id);
  }
  by_sku_.erase(product->sku);
  if (product->kind != ProductKind::kVariation) {
    products_.Erase(id);
    return;
  }
  if (Product* parent = products_.Find(product->parent_id)) {
    std::erase(parent->variations, id);
    TouchProduct(*parent);
  }
  variations_.Erase(id);
}

Product* StoreState::FindProduct(Id id) const {
  Product* product = products_.Find(id);
  return product != nullptr ? product : variations_.Find(id);
}

Product* StoreState::FindSku(std::string_view sku) const {
  const auto found = by_sku_.find(std::string(sku));
  return found == by_sku_.end() ? nullptr : found->second;
}

bool StoreState::ChangeSku(Product& product, const std::string& sku) {
  Product* owner = sku.empty() ? nullptr : FindSku(sku);
  if (owner != nullptr && owner != &product) {
    return false;
  }
  by_sku_.erase(product.sku);
  product.sku = sku;
  if (!sku.empty()) {
    by_sku_[sku] = &product;
  }
  return true;
}

void StoreState::TouchProduct(Product& product) {
  if (product.kind != ProductKind::kVariation) {
    products_.Modify(product, Now());
    Announce("product.updated", product.id);
    for (const Id id : product.variations) {
      if (const Product* child = variations_.Find(id)) {
        child->cache.Clear();  // It may show the parent's stock.
      }
    }
    return;
  }
  variations_.Modify(product, Now());
  Announce("product.updated", product.id);
  if (Product* parent = products_.Find(product.parent_id)) {
    parent->cache.Clear();
    if (settings.variation_bumps_parent) {
      products_.Modify(*parent, Now());
      Announce("product.updated", parent->id);
    }
  }
}

Product* StoreState::StockHolder(const Product& product) const {
  if (product.manage_stock) {
    return FindProduct(product.id);
  }
  Product* parent = products_.Find(product.parent_id);
  return parent != nullptr && parent->manage_stock ? parent : nullptr;
}

std::string StoreState::StockStatus(const Product& product) const {
  if (const Product* holder = StockHolder(product)) {
    if (holder->stock > 0) {
      return "instock";
    }
    return holder->backorders == "no" ? "outofstock" : "onbackorder";
  }
  if (product.kind == ProductKind::kVariable) {
    const bool any = std::any_of(product.variations.begin(), product.variations.end(), [&](Id id) {
      const Product* child = variations_.Find(id);
      return child != nullptr && StockStatus(*child) != "outofstock";
    });
    return any ? "instock" : "outofstock";
  }
  return product.stock_flag;
}

std::optional<std::int64_t> StoreState::Salable(const Product& product) const {
  if (product.status != "publish" || product.price().empty() ||
      product.kind == ProductKind::kVariable) {
    return 0;
  }
  const Product* holder = StockHolder(product);
  if (holder == nullptr) {
    return product.stock_flag == "outofstock" ? std::optional<std::int64_t>(0) : std::nullopt;
  }
  if (holder->backorders != "no") {
    return std::nullopt;
  }
  std::int64_t free = holder->stock;
  const auto& orders = orders_.by_created();
  for (auto order = orders.rbegin(); order != orders.rend(); ++order) {
    if ((*order)->created < Now() - kHoldMinutes * 60) {
      break;
    }
    for (const OrderLine& line : (*order)->lines) {
      const Id sold = line.variation_id != 0 ? line.variation_id : line.product_id;
      const Product* item = (*order)->status == "pending" ? FindProduct(sold) : nullptr;
      if (item != nullptr && StockHolder(*item) == holder) {
        free -= line.quantity;
      }
    }
  }
  return std::max<std::int64_t>(free, 0);
}

Order* StoreState::AddOrder(Order order) {
  order.id = NextId();
  order.order_key = "wc_order_demo" + std::to_string(order.id);
  const Seconds when = order.created != 0 ? order.created : Now();
  order.created = when;
  order.modified = when;
  if (order.currency.empty()) {
    order.currency = settings.currency;
  }
  for (OrderLine& line : order.lines) {
    line.id = NextSmallId();
  }
  Order* added = orders_.Insert(std::move(order));
  Announce("order.created", added->id);
  if (added->status != "pending") {
    Announce("order.updated", added->id);  // A checkout makes it pending, then moves it on.
  }
  if (TakesStock(added->status)) {
    TakeStock(*added);
  }
  MailForStatus(*added, "pending");
  return added;
}

void StoreState::RemoveOrder(Id id) {
  if (FindOrder(id) != nullptr) {
    Announce("order.deleted", id);
    orders_.Erase(id);
  }
}

void StoreState::TouchOrder(Order& order) {
  orders_.Modify(order, Now());
  Announce("order.updated", order.id);
}

void StoreState::SetStatus(Order& order, const std::string& status) {
  const std::string from = order.status;
  if (from == status) {
    // Saving an unchanged order moves its modified time on 11, not on 7.9 (measured).
    if (IsNew()) {
      TouchOrder(order);
    }
    return;
  }
  order.status = status;
  if (status == "completed") {
    order.completed = Now();
  }
  if ((status == "processing" || status == "completed") && !order.paid) {
    order.paid = Now();
  }
  AddNote(order,
          {.text = "Order status changed from " + StatusLabel(from) + " to " + StatusLabel(status) +
                   "."});
  if (TakesStock(status)) {
    TakeStock(order);
  } else if (GivesStockBack(status)) {
    ReturnStock(order);
  }
  TouchOrder(order);
  MailForStatus(order, from);
}

void StoreState::MarkPaid(Order& order) {
  if (!order.paid) {
    order.paid = Now();
  }
  if (order.status == "pending" || order.status == "on-hold" || order.status == "failed") {
    SetStatus(order, "processing");
  } else {
    TouchOrder(order);
  }
}

void StoreState::RefundOrder(Order& order, Refund refund, bool restock) {
  const bool whole = refund.lines.empty();
  if (whole) {
    for (const OrderLine& line : order.lines) {
      refund.lines.emplace_back(line.id, line.quantity - line.refunded);
    }
    refund.amount = order.total();
    for (const Refund& earlier : order.refunds) {
      refund.amount -= earlier.amount;
    }
  }
  Cents amount = 0;
  for (const auto& [line_id, quantity] : refund.lines) {
    for (OrderLine& line : order.lines) {
      const std::int64_t taken = std::min(quantity, line.quantity - line.refunded);
      if (line.id != line_id || taken <= 0) {
        continue;
      }
      amount += MulDiv(line.total + line.total_tax, taken, line.quantity);
      line.refunded += taken;
      const std::int64_t back = restock ? std::min(taken, line.reduced_stock) : 0;
      line.reduced_stock -= back;
      ChangeStock(line, back);
    }
  }
  refund.id = NextId();
  refund.date = Now();
  refund.amount = refund.amount > 0 ? refund.amount : amount;
  order.refunds.push_back(std::move(refund));
  if (whole) {
    order.stock_reduced = false;  // What was to come back is back already.
    SetStatus(order, "refunded");
  } else {
    SendMail(order, "partially_refunded", "");
    TouchOrder(order);
  }
}

Note& StoreState::AddNote(Order& order, Note note) {
  note.id = NextSmallId();
  note.date = Now();
  order.notes.push_back(std::move(note));
  Note& added = order.notes.back();
  if (added.customer) {
    SendMail(order, "customer_note", added.text);
  }
  return added;
}

void StoreState::SendMail(Order& order, std::string kind, std::string detail) {
  order.mails.push_back({std::move(kind), Now(), std::move(detail)});
}

void StoreState::Announce(std::string_view topic, Id id) {
  webhooks.Announce(topic, id, std::chrono::milliseconds(settings.delivery_delay_ms));
}

void StoreState::TakeStock(Order& order) {
  if (order.stock_reduced) {
    return;
  }
  order.stock_reduced = true;
  for (OrderLine& line : order.lines) {
    line.reduced_stock = line.quantity - line.refunded;
    ChangeStock(line, -line.reduced_stock);
  }
}

void StoreState::ReturnStock(Order& order) {
  if (!order.stock_reduced) {
    return;
  }
  order.stock_reduced = false;
  for (OrderLine& line : order.lines) {
    ChangeStock(line, line.reduced_stock);
    line.reduced_stock = 0;
  }
}

void StoreState::ChangeStock(const OrderLine& line, std::int64_t by) {
  const Product* sold = FindProduct(line.variation_id != 0 ? line.variation_id : line.product_id);
  Product* holder = sold != nullptr ? StockHolder(*sold) : nullptr;
  if (holder != nullptr && by != 0) {
    holder->stock += by;
    TouchProduct(*holder);
  }
}

void StoreState::MailForStatus(Order& order, const std::string& from) {
  const bool was_open = from == "pending" || from == "failed" || from == "cancelled";
  if (order.status == "completed") {
    if (settings.completed_mail) {
      SendMail(order, "completed", "");
    }
  } else if (order.status == "processing" && (was_open || from == "on-hold")) {
    SendMail(order, "processing", "");
  } else if (order.status == "on-hold" && was_open) {
    SendMail(order, "on_hold", "");
  } else if (order.status == "refunded") {
    SendMail(order, "refunded", "");
  }
}

}  // namespace storebridge::demo_store
