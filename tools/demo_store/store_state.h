#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model.h"
#include "options.h"
#include "poison.h"
#include "table.h"
#include "webhooks.h"

namespace storebridge::demo_store {

/// What can be switched while the store runs.
struct Settings {
  bool completed_mail = true;
  bool fulfillments = false;
  /// A new fulfilment passes over meta rows without an id, as the platform's source does and its
  /// documentation does not.
  bool meta_needs_id = true;
  bool variation_bumps_parent = true;
  int page_max = 100;
  std::string currency = "EUR";
  Seconds clock_offset = 0;  ///< Added to the clock: a shop whose clock is wrong.
  /// Lists leave out what was saved in the last so many seconds, or of it every `hide_every`th: a
  /// shop whose index or replica lags behind.
  Seconds hide_seconds = 0;
  Id hide_every = 1;
  /// How long a webhook's delivery waits for the platform's queue of background work.
  std::int64_t delivery_delay_ms = 0;
  /// Order statuses that plugins have added.
  std::vector<std::string> plugin_statuses;
};

enum class Removal { kTrash, kForever };

/// The shop's data and its rules: stock, order states, mails, modified times. Not thread-safe;
/// the server calls it under one lock.
class StoreState {
 public:
  explicit StoreState(const Options& options);

  Seconds Now() const { return clock_() + settings.clock_offset; }
  /// Milliseconds to measure with: no setting moves them.
  std::int64_t NowMs() const { return clock_ms_(); }
  bool IsNew() const { return options_.version == WooVersion::k11_0; }
  bool HasFulfillments() const { return IsNew() && settings.fulfillments; }
  const Options& options() const { return options_; }
  Seconds utc_offset() const { return options_.utc_offset_hours * 3600; }

  /// Adds a product (or, with parent_id, a variation), giving it an id and its times.
  Product* AddProduct(Product product);
  /// Takes a product away. Only what goes by way of the trash is told to webhooks.
  void RemoveProduct(Id id, Removal removal);
  /// Finds products and variations alike.
  Product* FindProduct(Id id) const;
  Product* FindSku(std::string_view sku) const;
  /// Gives a product another SKU; false when another product has it.
  bool ChangeSku(Product& product, const std::string& sku);
  /// Records a save: the modified time moves even when nothing differs.
  void TouchProduct(Product& product);
  /// The product whose stock is counted: itself, its parent, or null when nobody counts.
  Product* StockHolder(const Product& product) const;
  std::string StockStatus(const Product& product) const;
  /// Units a visitor can buy now; nothing when there is no limit.
  std::optional<std::int64_t> Salable(const Product& product) const;

  /// Adds an order that has lines, addresses and status; takes stock and sends mails as needed.
  Order* AddOrder(Order order);
  Order* FindOrder(Id id) const { return orders_.Find(id); }
  /// Moves an order to the trash, where nothing in this shop shows it any more.
  void RemoveOrder(Id id);
  void TouchOrder(Order& order);
  /// Moves an order to another status with all that follows: stock, mails, dates, notes.
  void SetStatus(Order& order, const std::string& status);
  void MarkPaid(Order& order);
  /// Refunds `lines`, or all that is left when empty, and puts the goods back with `restock`.
  void RefundOrder(Order& order, Refund refund, bool restock);
  Note& AddNote(Order& order, Note note);
  void SendMail(Order& order, std::string kind, std::string detail);

  Id NextId() { return ++last_id_; }
  Id NextSmallId() { return ++last_small_id_; }

  Table<Product>& products() { return products_; }
  const Table<Product>& products() const { return products_; }
  Table<Product>& variations() { return variations_; }
  const Table<Product>& variations() const { return variations_; }
  Table<Order>& orders() { return orders_; }
  const Table<Order>& orders() const { return orders_; }

  Settings settings;
  Poisons poisons;
  Webhooks webhooks;
  std::string base_url;

 private:
  /// Tells the webhooks of the topic.
  void Announce(std::string_view topic, Id id);
  void TakeStock(Order& order);
  void ReturnStock(Order& order);
  void MailForStatus(Order& order, const std::string& from);
  void ChangeStock(const OrderLine& line, std::int64_t by);

  Options options_;
  Clock clock_;
  Clock clock_ms_;
  Table<Product> products_;
  Table<Product> variations_;
  Table<Order> orders_;
  std::unordered_map<std::string, Product*> by_sku_;
  Id last_id_ = 1000;
  Id last_small_id_ = 0;
};

}  // namespace storebridge::demo_store
