#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "demo_store/shop.h"

namespace storebridge::sim {

// One thing that somebody buys.
struct Bought {
  std::string code;
  std::int64_t quantity = 1;
};

// An order as it was after one save in the store.
struct Revision {
  // The store's own clock, seconds.
  std::int64_t modified = 0;
  // Virtual milliseconds since the start.
  std::int64_t seen_ms = 0;
  bool is_paid = false;
  // Whether a warehouse could send it: an address that is one, products that exist, numbers that
  // are numbers.
  bool is_right = false;
  // Cancelled or given back whole.
  bool is_ended = false;
};

// How an order's record is spoiled on its way out.
enum class Poison {
  kQuantityText,
  kQuantityHuge,
  kQuantityNegative,
  kCodeNumber,
  kNumberNull,
  kTotalNull,
  kOddText
};
inline constexpr std::size_t kPoisons = 7;

// What really happened to an order of the store.
struct OrderTruth {
  std::int64_t id = 0;
  std::vector<Revision> revisions;
  std::optional<Poison> poison;
  // Virtual milliseconds when it could first be taken over and sent; 0 when never.
  std::int64_t right_ms = 0;
};

// The store behind the wire: the demo store's model of the platform, written from its
// documentation, with people's hands on it and a memory of what really happened. The connector's
// authors never saw it and it never saw the connector.
class StoreModel {
 public:
  struct Options {
    int products = 200;
    // Order fulfillments; without them a shipment is notes and meta data of its order.
    bool has_fulfillments = false;
    // Virtual milliseconds since the start.
    std::function<std::int64_t()> now_ms;
    // What the clock on a wall shows at the start, milliseconds since 1970.
    std::int64_t start_ms = 0;
  };

  explicit StoreModel(const Options& options);

  // Answers one request of the API.
  demo_store::Answer Handle(const demo_store::Request& request);

  // The store's clock is wrong by so much from here on.
  void SetClockOffset(std::int64_t seconds);
  [[nodiscard]] std::int64_t NowSeconds() const { return shop_.Now(); }

  // What people do. Ids are those of new orders; false when the store would not do it.
  std::vector<std::int64_t> Place(const std::vector<Bought>& lines, bool paid, bool wrong_postcode);
  bool Pay(std::int64_t order);
  bool Cancel(std::int64_t order);
  bool RefundAll(std::int64_t order);
  bool RefundOne(std::int64_t order);
  bool CorrectAddress(std::int64_t order);
  bool WriteNote(std::int64_t order, const std::string& note);
  bool SetStock(const std::string& code, std::int64_t quantity);
  bool SetTitle(const std::string& code, const std::string& title);
  bool Rename(const std::string& code, const std::string& new_code);
  bool Remove(const std::string& code);
  bool Create(const std::string& code);
  // Spoils the record of an order that was placed just now.
  void Spoil(std::int64_t order, Poison poison);
  // The merchant corrects the record, which saves it.
  void Unspoil(std::int64_t order);
  // A save that changes nothing but the modified time.
  void Touch(bool is_order, std::uint64_t which);
  // Things that were saved in the last `seconds` are not shown by lists for one request: all of
  // them, or every other one.
  void HideRecent(std::int64_t seconds, bool only_some);

  // Codes of everything that has a stock number of its own.
  [[nodiscard]] std::vector<std::string> Codes() const;
  [[nodiscard]] const demo_store::Order* FindOrder(std::int64_t order) const;
  [[nodiscard]] const demo_store::Product* FindProduct(std::string_view code) const;
  // What the store itself counted: values of stock that were set through its API, by its own id,
  // and the most requests that any window of that length held (0 for a length that it does not
  // count).
  [[nodiscard]] demo_store::StockVersions StockOf(std::int64_t product) const {
    return shop_.counters().StockOf(product);
  }
  [[nodiscard]] std::int64_t LargestWindow(std::int64_t length_ms) const {
    return shop_.counters().windows().Largest(length_ms);
  }
  // Answers in which a record was spoiled.
  [[nodiscard]] std::int64_t spoiled_answers() const { return spoiled_answers_; }
  [[nodiscard]] const demo_store::StoreState& state() const { return shop_.state(); }
  [[nodiscard]] const std::map<std::int64_t, OrderTruth>& truths() const { return truths_; }

  // Notes how an order is now. Called after every request that may have changed it.
  void Remember(std::int64_t order);

 private:
  bool Ask(const std::string& target, const boost::json::object& body);
  bool Edit(std::int64_t order, const boost::json::object& change);
  [[nodiscard]] bool IsRight(const demo_store::Order& order, const OrderTruth& truth) const;
  void SpoilBody(std::string& body);

  std::function<std::int64_t()> now_ms_;
  demo_store::Shop shop_;
  std::map<std::int64_t, OrderTruth> truths_;
  std::map<std::int64_t, Poison> poisoned_;
  std::int64_t spoiled_answers_ = 0;
};

// Codes of the tracking that an order of the store shows, wherever it was put.
std::vector<std::string> TrackingOf(const demo_store::Order& order);
// The tracking number that each fulfillment of an order has now, by its id; empty without one.
std::map<std::int64_t, std::string> FulfillmentTracking(const demo_store::Order& order);
// The tracking number in the meta data of an order; empty without one.
std::string MetaTracking(const demo_store::Order& order);
// Mails that a fulfillment was changed.
int UpdateMails(const demo_store::Order& order);
// Mails about a shipment that the customer of an order got.
int ShippingMails(const demo_store::Order& order);

}  // namespace storebridge::sim
