#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "order_status.h"
#include "storebridge/sdk.h"

// WooCommerce's REST API, version 3. Facts of this folder: measured with WooCommerce 7.9 and 11.0,
// or read in its sources (see README.md).
namespace woocommerce {

namespace sdk = storebridge::sdk;

// What auth.check may find in a store.
inline constexpr std::string_view kFulfillments = "fulfillments";
inline constexpr std::string_view kVariationsEndpoint = "variations_endpoint";
inline constexpr std::string_view kEan = "ean";
// The merchant has switched the mail "Completed order" off.
inline constexpr std::string_view kCompletedMailOff = "completed_mail_off";

// Records per request that WooCommerce gives at most.
inline constexpr std::int64_t kPageSizeMax = 100;
// Bytes that a message shows of an id or a name of the store, and of its own words.
inline constexpr std::size_t kShownNameMax = 100;
inline constexpr std::size_t kShownTextMax = 300;

// The store as its settings describe it, and requests to it. Throws Failure kConfig for settings
// that are wrong.
class Store {
 public:
  explicit Store(sdk::Context& cx);

  // Begin a request; `path` is what follows /wp-json/wc/v3.
  [[nodiscard]] sdk::Request Get(std::string_view path) const;
  [[nodiscard]] sdk::Request Post(std::string_view path) const;
  [[nodiscard]] sdk::Request Put(std::string_view path) const;

  [[nodiscard]] std::int64_t page_size() const { return page_size_; }
  [[nodiscard]] const OrderStatuses& statuses() const { return statuses_; }

 private:
  sdk::Context* cx_;
  std::string scheme_;
  std::int64_t page_size_ = kPageSizeMax;
  OrderStatuses statuses_;
};

// WooCommerce's own word for an error, such as `rest_no_route`; empty when it gave none.
std::string ErrorCodeOf(const sdk::Response& response);
// Whether that word says that there is no record of an id, such as
// `woocommerce_rest_product_invalid_id`.
bool IsInvalidId(std::string_view code);
// Whether an answer says so. Another 404 is of what stands before WooCommerce, such as a cache.
bool IsGone(const sdk::Response& response);

// Says what is wrong with an answer, in WooCommerce's words where it gave some.
sdk::Failure ProblemOf(const sdk::Response& response);

// Reads the answer. Throws ProblemOf when it is not 2xx, kTransient when it is not JSON.
sdk::Json ReadAnswer(const sdk::Response& response);

// Value of the first entry of that key in a `meta_data` array, as text; empty when there is none
// or it is not a number or text.
std::string MetaText(const sdk::Json& owner, std::string_view key);
// Value of the first entry of that key, whatever it is.
std::optional<sdk::Json> MetaValue(const sdk::Json& owner, std::string_view key);

// A value as text where it is a number, text or a boolean; empty otherwise.
std::string TextOf(const sdk::Json& value);

// A number of pieces. Shops that sell by weight have such as 2.5.
struct Quantity {
  // Those that are whole.
  std::int64_t whole = 0;
  bool is_exact = true;
};

// That of a member of a row; nothing where it is no number.
std::optional<Quantity> QuantityIn(const sdk::Json& row, std::string_view key);

// Ids of the records of a list; those without one are left out.
std::vector<std::string> IdsIn(const sdk::Json& list);

// How many pages WooCommerce says that a list has; 0 when it does not say.
std::int64_t PagesSaid(const sdk::Response& response);

// How many records WooCommerce says that a list has; 0 when it does not say.
std::int64_t RecordsSaid(const sdk::Response& response);

// Joins ids as WooCommerce wants lists in a query: `1,2,3`.
std::string Joined(const std::vector<std::string>& parts);

// Path of a shipment's order. Throws Failure kPermanent where its id cannot be one of WooCommerce.
std::string OrderPath(const sdk::Shipment& shipment);

// Reads an id of WooCommerce; nothing for text that cannot be one.
std::optional<std::int64_t> IdOf(std::string_view text);

// The `id` of a record, which addresses are made of. Throws where it cannot be one.
std::string RecordId(const sdk::Json& record);

}  // namespace woocommerce
