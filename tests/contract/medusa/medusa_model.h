#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "medusa_answers.h"

namespace storebridge::testing {

// The lists of a Medusa as they were measured: filters by id, status and time, an order, a place to
// begin at. Times have milliseconds and `$gt` is strict.
class MedusaModel {
 public:
  struct Row {
    std::string id;
    std::int64_t updated_ms = 0;
    std::int64_t created_ms = 0;
    std::string status;
    std::string json;
  };
  using Rows = std::vector<Row>;

  // Answers GET of the lists; anything else is 404.
  connector::v1::Completion Answer(const connector::v1::HttpRequest& request);

  void Add(const MedusaOrder& order);
  void Add(const MedusaPayment& payment);
  void Add(const MedusaVariant& variant);
  // A product and the ids of its variants.
  void AddProduct(const std::string& id, std::int64_t updated_ms, const std::string& variant_id);

  // The inventory item of a variant, with a level that changed then.
  void AddLevel(const std::string& variant_id,
                std::int64_t updated_ms,
                const std::string& location = "sloc_1");

  Rows orders;
  Rows payments;
  Rows variants;
  Rows products;
  Rows inventory_items;
  Rows locations;
  // As they stand in the answers.
  std::string stores_json =
      R"([{"id":"store_1","supported_currencies":[{"currency_code":"usd","is_default":false},)"
      R"({"currency_code":"eur","is_default":true}]}])";
  std::string preferences_json = R"([{"id":"prpref_1","is_tax_inclusive":true}])";
  // What the answers' `Date` says.
  std::int64_t clock_ms = kNoonMs + 3'600'000;
  // Before each answer.
  std::function<void()> between;
  // Whether an answer with these rows would be too large.
  std::function<bool(const connector::v1::HttpRequest& request, const Rows& rows)> is_too_large;

 private:
  connector::v1::Completion List(const connector::v1::HttpRequest& request,
                                 const std::string& name,
                                 const Rows& rows) const;
};

// Values of a parameter of the query, decoded, also of one such as `id[]` or `updated_at[$gt]`.
std::vector<std::string> ValuesOf(std::string_view url, std::string_view name);
// The first of them; empty when it is absent.
std::string ValueOf(std::string_view url, std::string_view name);

}  // namespace storebridge::testing
