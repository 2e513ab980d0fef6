#include "adapters/storage/order_tables.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <utility>

#include "adapters/storage/claims.h"
#include "adapters/storage/documents.h"

namespace storebridge::storage {
namespace {

using ports::OrderFilter;
using ports::OrderHead;
using ports::OrderRecord;
using ports::StoreKey;

// What is below SHIPPED is open.
static_assert(v1::ORDER_STATE_SHIPPED == 7 && v1::ORDER_STATE_CANCELLED == 8 &&
              v1::ORDER_STATE_RETURNED == 9 && v1::OrderState_MAX == v1::ORDER_STATE_RETURNED);

std::int64_t ToNs(const google::protobuf::Timestamp& time) {
  // The years that 64 bits can tell: 1678 to 2262.
  constexpr std::int64_t kSecondsMax = 9'000'000'000;
  return std::clamp(time.seconds(), -kSecondsMax, kSecondsMax) * 1'000'000'000 + time.nanos();
}

OrderHead ReadHead(const Query& row) {
  return OrderHead{.order = std::string(row.Text(0)),
                   .external_id = std::string(row.Text(1)),
                   .state = static_cast<v1::OrderState>(row.Int(2)),
                   .content_hash = row.Hash(3),
                   .mark = std::string(row.Text(4)),
                   .store_modified_ms = row.Int(5)};
}

bool Holds(const OrderFilter& filter, std::string_view store, std::int64_t state) {
  return (filter.store.empty() || filter.store == store) &&
         (filter.states.empty() ||
          std::find(filter.states.begin(), filter.states.end(), state) != filter.states.end());
}

// The states to look through, each once.
std::vector<int> StatesOf(const OrderFilter& filter) {
  std::vector<int> states(filter.states.begin(), filter.states.end());
  if (states.empty()) {
    for (int state = v1::OrderState_MIN; state <= v1::OrderState_MAX; ++state) {
      states.push_back(state);
    }
  }
  std::sort(states.begin(), states.end());
  states.erase(std::unique(states.begin(), states.end()), states.end());
  return states;
}

template <typename Place, typename Before>
void KeepFirst(std::vector<Place>& places, int limit, Before before) {
  std::sort(places.begin(), places.end(), before);
  places.resize(std::min(places.size(), static_cast<std::size_t>(limit)));
}

Error NoOrder(std::string_view merchant, std::string_view order) {
  return NoDocument("ORDER_NOT_FOUND", domain::OrderName(merchant, order));
}

}  // namespace

Result<OrderRecord> OrderTables::Get(std::string_view merchant, std::string_view order) const {
  Query query(db_, Sql::kOrderGet, merchant, order);
  SB_TRY(const bool found, query.Step());
  if (!found) {
    return NoOrder(merchant, order);
  }
  SB_TRY(v1::Order value, FromDocument<v1::Order>(query.Bytes(3)));
  SB_TRY(std::vector<ports::Claim> claims, ClaimsFrom(query.Text(4)));
  return OrderRecord{.order = std::move(value),
                     .content_hash = query.Hash(0),
                     .mark = std::string(query.Text(1)),
                     .store_modified_ms = query.Int(2),
                     .claims = std::move(claims)};
}

Result<bool> OrderTables::HasAny(std::string_view merchant,
                                 std::string_view first,
                                 std::string_view last) const {
  return Query(db_, Sql::kOrderHasAny, merchant, first, last).Step();
}

Result<std::string> OrderTables::GetBytes(std::string_view merchant, std::string_view order) const {
  Query query(db_, Sql::kOrderDoc, merchant, order);
  SB_TRY(const bool found, query.Step());
  if (!found) {
    return NoOrder(merchant, order);
  }
  const std::string_view bytes = query.Bytes(0);
  if (!HasWholeFields(bytes)) {
    return DamagedDocument(v1::Order().GetTypeName());
  }
  return std::string(bytes);
}

Result<std::optional<OrderHead>> OrderTables::FindHead(const StoreKey& store,
                                                       std::string_view external_id) const {
  Query query(db_, Sql::kOrderHead, store.merchant, store.store, external_id);
  SB_TRY(const bool found, query.Step());
  return found ? std::optional(ReadHead(query)) : std::nullopt;
}

Result<std::vector<std::string>> OrderTables::FindByNumber(std::string_view merchant,
                                                           std::string_view number) const {
  Query query(db_, Sql::kOrderByNumber, number, merchant);
  return GetRows(query, [](const Query& row) { return std::string(row.Text(0)); });
}

OrderTables::Place OrderTables::ReadPlace(const Query& row) {
  return Place{.create_ns = row.Int(0),
               .order = std::string(row.Text(1)),
               .merchant = std::string(row.Text(2))};
}

Result<OrderTables::Place> OrderTables::PlaceOf(std::string_view merchant,
                                                std::string_view order) const {
  Query query(db_, Sql::kOrderPlace, merchant, order);
  SB_TRY(const bool found, query.Step());
  if (!found) {
    return NoOrder(merchant, order);
  }
  return Place{
      .create_ns = query.Int(0), .order = std::string(order), .merchant = std::string(merchant)};
}

Result<std::vector<std::string>> OrderTables::StoresOf(std::string_view merchant) const {
  std::vector<std::string> stores;
  std::string last;
  while (true) {
    Query query(db_, Sql::kOrderNextStore, merchant, last);
    SB_TRY(const bool found, query.Step());
    if (!found) {
      return stores;
    }
    last = query.Text(0);
    stores.push_back(last);
  }
}

Result<std::vector<OrderTables::Place>> OrderTables::PageOfState(const OrderFilter& filter,
                                                                 int state,
                                                                 const Place& after,
                                                                 int limit) const {
  if (filter.merchant.empty()) {
    Query query(db_,
                Sql::kOrderPageAll,
                state,
                after.create_ns,
                after.order,
                after.merchant,
                filter.create_from_ns,
                limit);
    return GetRows(query, ReadPlace);
  }
  Query query(db_,
              Sql::kOrderPageOfStore,
              filter.merchant,
              filter.store,
              state,
              after.create_ns,
              after.order,
              filter.create_from_ns,
              limit);
  return GetRows(query, ReadPlace);
}

Result<std::vector<OrderTables::Place>> OrderTables::PageOfStates(const OrderFilter& filter,
                                                                  const Place& after,
                                                                  int limit) const {
  // Each state of a store is sorted in its index: the page is among the first rows of each. No
  // index sorts several states, or stores of a merchant, together.
  std::vector<std::string> stores = {filter.store};
  if (!filter.merchant.empty() && filter.store.empty()) {
    SB_TRY(stores, StoresOf(filter.merchant));
  }
  std::vector<Place> places;
  OrderFilter one = filter;
  for (std::string& store : stores) {
    one.store = std::move(store);
    for (const int state : StatesOf(filter)) {
      SB_TRY(std::vector<Place> some, PageOfState(one, state, after, limit));
      places.insert(
          places.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    }
    KeepFirst(places, limit, std::greater<>());
  }
  return places;
}

Result<std::vector<OrderTables::Place>> OrderTables::PageOfNumber(const OrderFilter& filter,
                                                                  const Place& after,
                                                                  int limit) const {
  std::vector<Place> places;
  const auto read = [&](Query& query) -> Status {
    while (places.size() < static_cast<std::size_t>(limit)) {
      SB_TRY(const bool more, query.Step());
      if (!more) {
        break;
      }
      if (Holds(filter, query.Text(3), query.Int(4))) {
        places.push_back(ReadPlace(query));
      }
    }
    return Ok();
  };
  if (filter.merchant.empty()) {
    Query query(db_,
                Sql::kOrderPageAllByNumber,
                filter.order_number,
                after.create_ns,
                after.order,
                after.merchant,
                filter.create_from_ns);
    SB_CHECK(read(query));
  } else {
    Query query(db_,
                Sql::kOrderPageByNumber,
                filter.order_number,
                filter.merchant,
                after.create_ns,
                after.order,
                filter.create_from_ns);
    SB_CHECK(read(query));
  }
  return places;
}

Result<std::vector<v1::Order>> OrderTables::List(const OrderFilter& filter,
                                                 const domain::MerchantChild& after,
                                                 int limit) const {
  SB_CHECK(CheckLimit(limit));
  if (filter.merchant.empty() && !filter.store.empty()) {
    return Error{
        .code = Code::kInvalidArgument,
        .reason = "ORDER_FILTER",
        .message = fmt::format(
            "orders of store '{}' cannot be listed without its merchant: name it", filter.store),
        .facts = {{"store", filter.store}}};
  }
  Place begin{.create_ns = std::numeric_limits<std::int64_t>::max(),
              .order = std::string(kAfterAll),
              .merchant = std::string(kAfterAll)};
  if (!after.id.empty()) {
    SB_TRY(begin, PlaceOf(after.merchant.empty() ? filter.merchant : after.merchant, after.id));
  }
  // No order has an empty id: what is before this place is older than the bound.
  begin = std::min(begin, Place{.create_ns = filter.create_before_ns, .order = {}, .merchant = {}});
  const bool by_number = !filter.order_number.empty();
  SB_TRY(const std::vector<Place> places,
         by_number ? PageOfNumber(filter, begin, limit) : PageOfStates(filter, begin, limit));
  std::vector<v1::Order> orders;
  orders.reserve(places.size());
  for (const Place& place : places) {
    Query query(db_, Sql::kOrderDoc, place.merchant, place.order);
    SB_TRY(v1::Order order,
           GetDocument<v1::Order>(
               query, "ORDER_NOT_FOUND", domain::OrderName(place.merchant, place.order)));
    orders.push_back(std::move(order));
  }
  return orders;
}

Result<std::vector<std::string>> OrderTables::Oldest(std::string_view merchant,
                                                     v1::OrderState state,
                                                     std::string_view after,
                                                     int limit) const {
  SB_CHECK(CheckLimit(limit));
  Place begin{.create_ns = std::numeric_limits<std::int64_t>::min(), .order = {}, .merchant = {}};
  if (!after.empty()) {
    SB_TRY(begin, PlaceOf(merchant, after));
  }
  SB_TRY(const std::vector<std::string> stores, StoresOf(merchant));
  std::vector<Place> places;
  for (const std::string& store : stores) {
    Query query(db_,
                Sql::kOrderOldest,
                merchant,
                store,
                static_cast<int>(state),
                begin.create_ns,
                begin.order,
                limit);
    SB_TRY(std::vector<Place> some, GetRows(query, ReadPlace));
    places.insert(
        places.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    KeepFirst(places, limit, std::less<>());
  }
  std::vector<std::string> orders;
  orders.reserve(places.size());
  for (Place& place : places) {
    orders.push_back(std::move(place.order));
  }
  return orders;
}

Result<std::vector<OrderHead>> OrderTables::OpenHeads(const StoreKey& store,
                                                      std::string_view after,
                                                      int limit) const {
  SB_CHECK(CheckLimit(limit));
  std::int64_t state = v1::OrderState_MIN;
  std::int64_t create_ns = std::numeric_limits<std::int64_t>::min();
  if (!after.empty()) {
    Query place(db_, Sql::kOrderPlace, store.merchant, after);
    SB_TRY(const bool found, place.Step());
    if (!found) {
      return NoOrder(store.merchant, after);
    }
    create_ns = place.Int(0);
    state = place.Int(1);
  }
  std::vector<OrderHead> heads;
  for (; state < v1::ORDER_STATE_SHIPPED && heads.size() < static_cast<std::size_t>(limit);
       ++state) {
    Query query(db_,
                Sql::kOrderOpenHeads,
                store.merchant,
                store.store,
                state,
                create_ns,
                after,
                limit - static_cast<int>(heads.size()));
    SB_TRY(std::vector<OrderHead> some, GetRows(query, ReadHead));
    heads.insert(
        heads.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    create_ns = std::numeric_limits<std::int64_t>::min();
    after = {};
  }
  return heads;
}

Result<ports::OrderClaims> OrderTables::ClaimsOn(const ports::ClaimQuery& wanted,
                                                 int orders_max) const {
  ports::OrderClaims found;
  std::int64_t left = wanted.quantity;
  for (const v1::OrderState state : wanted.states) {
    Query query(db_,
                Sql::kOrderClaims,
                wanted.store.merchant,
                wanted.store.store,
                static_cast<int>(state),
                orders_max - found.looked_at);
    while (left > 0) {
      SB_TRY(const bool more, query.Step());
      if (!more) {
        break;
      }
      ++found.looked_at;
      SB_TRY(const std::vector<ports::Claim> claims, ClaimsFrom(query.Text(2)));
      for (const ports::Claim& claim : claims) {
        if (claim.product == wanted.product && claim.kind == wanted.kind) {
          left -= claim.quantity;
          found.claims.push_back({.order = std::string(query.Text(0)),
                                  .order_number = std::string(query.Text(1)),
                                  .kind = claim.kind,
                                  .quantity = claim.quantity});
        }
      }
    }
  }
  return found;
}

Status OrderTables::Put(std::string_view merchant, const OrderRecord& record) {
  const v1::Order& order = record.order;
  SB_TRY(const domain::MerchantChild name, domain::ParseOrderName(order.name()));
  SB_CHECK(CheckMerchant(merchant, name.merchant, order.name()));
  SB_TRY(const StoreKey store, domain::ParseStoreName(order.store()));
  SB_CHECK(CheckMerchant(merchant, store.merchant, order.store()));
  SB_TRY(const std::string claims, ClaimsText(record.claims));
  const std::string doc = ToDocument(order);
  Status status = Query(db_,
                        Sql::kOrderPut,
                        merchant,
                        name.id,
                        store.store,
                        order.external_id(),
                        order.order_number(),
                        static_cast<int>(order.state()),
                        ToNs(order.create_time()),
                        record.content_hash,
                        record.mark,
                        record.store_modified_ms,
                        Blob{doc},
                        claims)
                      .Run();
  if (!status && status.error().code == Code::kAlreadyExists) {
    return Error{
        .code = Code::kAlreadyExists,
        .reason = "ORDER_DUPLICATE",
        .message = fmt::format("'{}' has another order with the external id '{}': read that one",
                               order.store(),
                               order.external_id()),
        .facts = {{"store", order.store()}, {"external_id", order.external_id()}}};
  }
  return status;
}

}  // namespace storebridge::storage
