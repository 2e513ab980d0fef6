#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "domain/flow.h"
#include "domain/names.h"
#include "domain/product_lookup.h"
#include "storebridge/v1/change.pb.h"
#include "storebridge/v1/issue.pb.h"
#include "storebridge/v1/merchant.pb.h"
#include "storebridge/v1/order.pb.h"
#include "storebridge/v1/product.pb.h"
#include "storebridge/v1/store.pb.h"
#include "storebridge/v1/sync_run.pb.h"

// What can be kept and found again, in the engine's words. All calls happen inside one transaction
// (see storage.h) and may block on disk. Get gives kNotFound when there is none, with a message
// that names it. `limit` is at most 1000. Put writes over what is there. Lists are in the order
// that is named and begin after the given key; an empty key begins at the start.
namespace storebridge::ports {

using domain::StoreKey;

class MerchantRepository {
 public:
  virtual ~MerchantRepository() = default;
  [[nodiscard]] virtual Result<v1::Merchant> Get(std::string_view merchant) const = 0;
  [[nodiscard]] virtual Result<std::vector<v1::Merchant>> List(std::string_view after,
                                                               int limit) const = 0;
  virtual Status Put(std::string_view merchant, const v1::Merchant& value) = 0;
  virtual Status Remove(std::string_view merchant) = 0;
};

// What the engine knows of one flow of one store.
struct FlowState {
  // The connector's cursor.
  std::string cursor = {};
  // When the last full run ended well, milliseconds since 1970; 0 for never.
  std::int64_t full_ms = 0;
  v1::FlowHealth health = {};
};

// A credential at rest.
struct SealedSecret {
  std::string name = {};
  std::string sealed = {};
};

class StoreRepository {
 public:
  virtual ~StoreRepository() = default;
  [[nodiscard]] virtual Result<v1::Store> Get(const StoreKey& store) const = 0;
  // By name. All merchants when `merchant` is empty. `after.merchant` is empty at the start.
  [[nodiscard]] virtual Result<std::vector<v1::Store>> List(std::string_view merchant,
                                                            const StoreKey& after,
                                                            int limit) const = 0;
  virtual Status Put(const StoreKey& store, const v1::Store& value) = 0;
  // Removes the store with its secrets, flow states, listings, outbox, runs and issues. Orders and
  // products stay.
  virtual Status Remove(const StoreKey& store) = 0;

  // Empty state when there is none.
  [[nodiscard]] virtual Result<FlowState> GetFlow(const StoreKey& store,
                                                  domain::Flow flow) const = 0;
  virtual Status PutFlow(const StoreKey& store, domain::Flow flow, const FlowState& state) = 0;

  [[nodiscard]] virtual Result<std::vector<SealedSecret>> Secrets(const StoreKey& store) const = 0;
  virtual Status PutSecret(const StoreKey& store, const SealedSecret& secret) = 0;
  // Whether any store has a secret.
  [[nodiscard]] virtual Result<bool> HasSecrets() const = 0;
};

// A product in one store, with what the store is known to show as stock.
struct Listing {
  StoreKey store = {};
  std::string external_id = {};
  std::string external_parent_id = {};
  // 13-character id of the product.
  std::string product = {};
  // Hash of the last observation, to leave unchanged ones alone.
  std::uint64_t content_hash = 0;
  // The last value that the store accepted or that was read from it.
  std::optional<std::int64_t> known_quantity = {};
  // When that was learnt; a reading that began before is older and ignored.
  std::int64_t known_ms = 0;
  // What may differ from what the store should show: something that matters changed since it was
  // last compared.
  bool stock_dirty = false;
  // Why the last push failed; empty when it did not. Together with when it may be tried again.
  std::string stock_error = {};
  std::int64_t stock_retry_ms = 0;
  // The value of the last write that was begun, or about to be, and when; none before the first.
  std::optional<std::int64_t> attempt_quantity = {};
  std::int64_t attempt_ms = 0;
  // That write may or may not have reached the store: it has to be written again.
  bool attempt_open = false;
  // When the store accepted known_quantity, and when it was read there; 0 for not.
  std::int64_t accept_ms = 0;
  std::int64_t confirm_ms = 0;
};

class ProductRepository {
 public:
  virtual ~ProductRepository() = default;
  [[nodiscard]] virtual Result<v1::Product> Get(std::string_view merchant,
                                                std::string_view product) const = 0;
  // Whether any has an id from `first` to `last`.
  [[nodiscard]] virtual Result<bool> HasAny(std::string_view merchant,
                                            std::string_view first,
                                            std::string_view last) const = 0;
  [[nodiscard]] virtual Result<v1::Product> GetByCode(std::string_view merchant,
                                                      std::string_view product_code) const = 0;
  // As GetByCode, for a code that may well be free: no error is made then.
  [[nodiscard]] virtual Result<std::optional<v1::Product>> FindByCode(
      std::string_view merchant, std::string_view product_code) const = 0;
  // What the rules of orders need of the product with a code: a page of orders asks it for each.
  [[nodiscard]] virtual Result<domain::ProductFacts> FactsOf(
      std::string_view merchant, std::string_view product_code) const = 0;
  // The code of a product that is there; kNotFound when it is not.
  [[nodiscard]] virtual Result<std::string> CodeOf(std::string_view merchant,
                                                   std::string_view product) const = 0;
  // By (merchant, product code); all merchants when `merchant` is empty. `after` is {merchant,
  // product code}.
  [[nodiscard]] virtual Result<std::vector<v1::Product>> List(std::string_view merchant,
                                                              const domain::MerchantChild& after,
                                                              int limit) const = 0;
  // The product's id is the last part of its name. kAlreadyExists when another product has its
  // code.
  virtual Status Put(std::string_view merchant, const v1::Product& value) = 0;
  // Puts a product whose id is new. False, and nothing is written, when another has its code.
  virtual Result<bool> Add(std::string_view merchant, const v1::Product& value) = 0;

  // None when there is none.
  [[nodiscard]] virtual Result<std::optional<Listing>> FindListing(
      const StoreKey& store, std::string_view external_id) const = 0;
  [[nodiscard]] virtual Result<std::vector<Listing>> ListingsOf(std::string_view merchant,
                                                                std::string_view product) const = 0;
  // By external id.
  [[nodiscard]] virtual Result<std::vector<Listing>> Listings(const StoreKey& store,
                                                              std::string_view after,
                                                              int limit) const = 0;
  // The external ids of those alone.
  [[nodiscard]] virtual Result<std::vector<std::string>> ListingIds(const StoreKey& store,
                                                                    std::string_view after,
                                                                    int limit) const = 0;
  // Those with stock_dirty and stock_retry_ms <= now_ms, by (stock_retry_ms, external id).
  [[nodiscard]] virtual Result<std::vector<Listing>> DirtyListings(const StoreKey& store,
                                                                   std::int64_t now_ms,
                                                                   int limit) const = 0;
  // Smallest stock_retry_ms of the dirty ones; none when nothing is dirty.
  [[nodiscard]] virtual Result<std::optional<std::int64_t>> NextDirtyMs(
      const StoreKey& store) const = 0;
  virtual Status PutListing(const Listing& listing) = 0;
  // Writes all of a listing but its parent, product and hash of content; nothing when it is gone.
  virtual Status PutListingStock(const Listing& listing) = 0;
  // Writes the attempt of a listing that is dirty, and that it is open: a write of that quantity
  // may reach the store from now on. Nothing when the listing is gone, or not dirty.
  virtual Status NoteAttempt(const Listing& listing) = 0;
  // Writes that the store accepted known_quantity, at known_ms, confirmed at confirm_ms, and
  // stock_dirty. The attempt is not open any more, and nothing puts the next one off. False, and
  // nothing written, when the listing is gone, of another product, or has a stock_error.
  virtual Result<bool> NoteAccepted(const Listing& listing) = 0;
  virtual Status RemoveListing(const StoreKey& store, std::string_view external_id) = 0;
};

// Why pieces of a product are not free.
enum class ClaimKind {
  kSeen,      // The store took them for an order that is not reserved here: DRAFT, PENDING,
              // AWAITING_PAYMENT.
  kReserved,  // Reserved here; still on the shelf.
  kPicked,    // Deducted from the shelf, and the store was not told of the shipment yet.
};

// Pieces of one product that an order claims; at least one.
struct Claim {
  // 13-character id of the product.
  std::string product = {};
  ClaimKind kind = ClaimKind::kSeen;
  std::int64_t quantity = 0;
};

// Sum of the claims of one store's orders on one product.
struct ClaimTotal {
  std::string store = {};
  ClaimKind kind = ClaimKind::kSeen;
  std::int64_t quantity = 0;
};

// Adds to the total of the same store and kind, or takes from it. One that becomes 0 goes.
inline void AddTo(std::vector<ClaimTotal>& totals, const ClaimTotal& difference) {
  const auto same = std::find_if(totals.begin(), totals.end(), [&](const ClaimTotal& one) {
    return one.store == difference.store && one.kind == difference.kind;
  });
  if (same == totals.end()) {
    if (difference.quantity != 0) {
      totals.push_back(difference);
    }
    return;
  }
  same->quantity += difference.quantity;
  if (same->quantity == 0) {
    totals.erase(same);
  }
}

// What is on the shelf.
struct StockLevel {
  std::optional<std::int64_t> on_hand = {};
  // Counts changes of on_hand; the etag.
  std::int64_t version = 0;
  std::int64_t update_ms = 0;
};

// A line in the stock ledger.
struct StockEntry {
  std::string product = {};
  std::int64_t delta = 0;
  std::int64_t on_hand = 0;
  std::string reason = {};
  std::int64_t time_ms = 0;
  // Its place among the entries of the product, above that of the one before; AddEntry gives it.
  std::int64_t number = 0;
};

struct StockPosition {
  StockLevel level = {};
  std::vector<ClaimTotal> totals = {};
};

class StockRepository {
 public:
  virtual ~StockRepository() = default;
  // Whether anything on the shelf was ever counted for a merchant.
  [[nodiscard]] virtual Result<bool> HasAny(std::string_view merchant) const = 0;
  // An empty level when there is none.
  [[nodiscard]] virtual Result<StockLevel> Get(std::string_view merchant,
                                               std::string_view product) const = 0;
  virtual Status Put(std::string_view merchant,
                     std::string_view product,
                     const StockLevel& level) = 0;
  virtual Status AddEntry(std::string_view merchant, const StockEntry& entry) = 0;
  // Of one product, the newest first: those before `number`, or all when it is 0.
  [[nodiscard]] virtual Result<std::vector<StockEntry>> ListEntries(std::string_view merchant,
                                                                    std::string_view product,
                                                                    std::int64_t number,
                                                                    int limit) const = 0;

  // The level and what is claimed, by store and kind.
  [[nodiscard]] virtual Result<StockPosition> Position(std::string_view merchant,
                                                       std::string_view product) const = 0;
  // Adds to a total, or takes from it when the quantity is below 0; one of 0 is not kept. Who puts
  // an order with other claims than before adds the difference in the same transaction.
  virtual Status AddToTotal(std::string_view merchant,
                            std::string_view product,
                            const ClaimTotal& difference) = 0;
};

// An order with what is needed to compare it with the store.
struct OrderRecord {
  v1::Order order = {};
  // Hash of the last observation; 0 when the order was put back, and is to be read again.
  std::uint64_t content_hash = 0;
  // The connector's change mark of that observation.
  std::string mark = {};
  std::int64_t store_modified_ms = 0;
  // What the order claims of its merchant's stock.
  std::vector<Claim> claims = {};
};

// An order without its document.
struct OrderHead {
  // 13-character id.
  std::string order = {};
  std::string external_id = {};
  v1::OrderState state = v1::ORDER_STATE_UNSPECIFIED;
  std::uint64_t content_hash = 0;
  std::string mark = {};
  std::int64_t store_modified_ms = 0;
};

// Which orders to list.
struct OrderFilter {
  // All merchants when empty.
  std::string merchant = {};
  // All states when empty.
  std::vector<v1::OrderState> states = {};
  // Store id; all stores when empty. Needs a merchant.
  std::string store = {};
  // All numbers when empty.
  std::string order_number = {};
  // From which create time on, and before which, in nanoseconds since 1970.
  std::int64_t create_from_ns = std::numeric_limits<std::int64_t>::min();
  std::int64_t create_before_ns = std::numeric_limits<std::int64_t>::max();
};

// Pieces of a product that an order claims.
struct OrderClaim {
  // 13-character id.
  std::string order = {};
  std::string order_number = {};
  ClaimKind kind = ClaimKind::kSeen;
  std::int64_t quantity = 0;
};

// Which claims to look for.
struct ClaimQuery {
  StoreKey store = {};
  // 13-character id.
  std::string product = {};
  ClaimKind kind = ClaimKind::kSeen;
  // In orders of these states, one after the other.
  std::vector<v1::OrderState> states = {};
  // That many pieces are claimed in all: with them the look ends.
  std::int64_t quantity = 0;
};

struct OrderClaims {
  // In each state the oldest first.
  std::vector<OrderClaim> claims = {};
  // Orders that were looked at.
  int looked_at = 0;
};

class OrderRepository {
 public:
  virtual ~OrderRepository() = default;
  [[nodiscard]] virtual Result<OrderRecord> Get(std::string_view merchant,
                                                std::string_view order) const = 0;
  // Whether any has an id from `first` to `last`.
  [[nodiscard]] virtual Result<bool> HasAny(std::string_view merchant,
                                            std::string_view first,
                                            std::string_view last) const = 0;
  // The bytes of the order's message, as it was put; its fields are not parsed.
  [[nodiscard]] virtual Result<std::string> GetBytes(std::string_view merchant,
                                                     std::string_view order) const = 0;
  // None when there is none.
  [[nodiscard]] virtual Result<std::optional<OrderHead>> FindHead(
      const StoreKey& store, std::string_view external_id) const = 0;
  // At most 3 ids of orders with that number.
  [[nodiscard]] virtual Result<std::vector<std::string>> FindByNumber(
      std::string_view merchant, std::string_view number) const = 0;
  // Newest first by (create time, id). `after` is {merchant, id} of the last one of the page
  // before.
  [[nodiscard]] virtual Result<std::vector<v1::Order>> List(const OrderFilter& filter,
                                                            const domain::MerchantChild& after,
                                                            int limit) const = 0;
  // Orders of a merchant in `state`, the oldest first, after the given id. For PENDING and DRAFT.
  [[nodiscard]] virtual Result<std::vector<std::string>> Oldest(std::string_view merchant,
                                                                v1::OrderState state,
                                                                std::string_view after,
                                                                int limit) const = 0;
  // Heads of a store's orders that are not SHIPPED, CANCELLED or RETURNED, by (state, create time,
  // id). `after` is the id of the last one before; kNotFound when there is no such order.
  [[nodiscard]] virtual Result<std::vector<OrderHead>> OpenHeads(const StoreKey& store,
                                                                 std::string_view after,
                                                                 int limit) const = 0;
  // Looks through orders for claims, `orders_max` of them at most.
  [[nodiscard]] virtual Result<OrderClaims> ClaimsOn(const ClaimQuery& wanted,
                                                     int orders_max) const = 0;
  // The order's id is the last part of its name. kAlreadyExists when the store has another one of
  // its external id; kInvalidArgument for a claim of less than one piece.
  virtual Status Put(std::string_view merchant, const OrderRecord& record) = 0;
};

// A shipment that a store has to be told.
struct OutboxRow {
  // 13-character id of the shipment; our marker in the store.
  std::string shipment = {};
  StoreKey store = {};
  std::string order = {};
  // SENDING: a request that writes was begun and its outcome is not known. Committed before the
  // first byte of that request.
  enum class State { kWaiting, kSending, kDone, kRefused } state = State::kWaiting;
  // Times that writing was begun.
  int attempts = 0;
  // Not before this.
  std::int64_t due_ms = 0;
  // When the last write began.
  std::int64_t sending_ms = 0;
  std::string last_error = {};
  // Times that telling failed, for the pauses between them.
  int failures = 0;
  // From then on what was last written is visible in the store if it arrived; 0 before the first
  // write.
  std::int64_t settled_ms = 0;
};

class OutboxRepository {
 public:
  virtual ~OutboxRepository() = default;
  [[nodiscard]] virtual Result<OutboxRow> Get(std::string_view merchant,
                                              std::string_view shipment) const = 0;
  // WAITING and SENDING rows with due_ms <= now_ms, in the order in which the shipments left.
  [[nodiscard]] virtual Result<std::vector<OutboxRow>> Due(const StoreKey& store,
                                                           std::int64_t now_ms,
                                                           int limit) const = 0;
  // Smallest due_ms of WAITING and SENDING rows; none when there is none.
  [[nodiscard]] virtual Result<std::optional<std::int64_t>> NextDueMs(
      const StoreKey& store) const = 0;
  virtual Status Put(const OutboxRow& row) = 0;
};

// Finds an issue again: one record has at most one issue of a reason.
struct IssueKey {
  StoreKey store = {};
  v1::Issue::RecordType record_type = v1::Issue::RECORD_TYPE_UNSPECIFIED;
  // The store's id of the record.
  std::string record_key = {};
};

class IssueRepository {
 public:
  virtual ~IssueRepository() = default;
  [[nodiscard]] virtual Result<v1::Issue> Get(std::string_view merchant,
                                              std::string_view issue) const = 0;
  // Store's id of the record that an issue is about.
  [[nodiscard]] virtual Result<IssueKey> KeyOf(std::string_view merchant,
                                               std::string_view issue) const = 0;
  // Open ones of a record.
  [[nodiscard]] virtual Result<std::vector<v1::Issue>> OpenOf(const IssueKey& key) const = 0;
  // Whether a store has any open issue of a record type: spares the look-up per record.
  [[nodiscard]] virtual Result<bool> AnyOpen(const StoreKey& store,
                                             v1::Issue::RecordType record_type) const = 0;
  // Record keys of a store's open issues of a reason.
  [[nodiscard]] virtual Result<std::vector<std::string>> OpenKeys(const StoreKey& store,
                                                                  v1::Issue::RecordType record_type,
                                                                  std::string_view reason,
                                                                  int limit) const = 0;
  // Newest first by id; all merchants when `merchant` is empty. `after` is {merchant, id}.
  [[nodiscard]] virtual Result<std::vector<v1::Issue>> List(std::string_view merchant,
                                                            bool with_resolved,
                                                            const domain::MerchantChild& after,
                                                            int limit) const = 0;
  // The issue's id is the last part of its name.
  virtual Status Put(const IssueKey& key, const v1::Issue& issue) = 0;
};

class SyncRunRepository {
 public:
  virtual ~SyncRunRepository() = default;
  [[nodiscard]] virtual Result<v1::SyncRun> Get(const StoreKey& store,
                                                std::string_view run) const = 0;
  // Newest first, after the given run id.
  [[nodiscard]] virtual Result<std::vector<v1::SyncRun>> List(const StoreKey& store,
                                                              std::string_view after,
                                                              int limit) const = 0;
  // Those of all stores that were RUNNING when they were put.
  [[nodiscard]] virtual Result<std::vector<v1::SyncRun>> Running(int limit) const = 0;
  // Keeps the newest 200 of a store.
  virtual Status Put(const StoreKey& store, const v1::SyncRun& run) = 0;
};

// Which changes of a merchant are kept: those after `floor`, up to `head`.
struct ChangeLogEnds {
  std::string merchant = {};
  std::int64_t head = 0;
  std::int64_t floor = 0;
};

class ChangeRepository {
 public:
  virtual ~ChangeRepository() = default;
  // Oldest first, those with a sequence above `after`.
  [[nodiscard]] virtual Result<std::vector<v1::Change>> List(std::string_view merchant,
                                                             std::int64_t after,
                                                             int limit) const = 0;
  // Sequence of the newest change; 0 when there is none.
  [[nodiscard]] virtual Result<std::int64_t> Head(std::string_view merchant) const = 0;
  // Sequence of the newest change that was forgotten; 0 when none was.
  [[nodiscard]] virtual Result<std::int64_t> Floor(std::string_view merchant) const = 0;
  // Head and Floor of all merchants that exist, by merchant, those after `after`.
  [[nodiscard]] virtual Result<std::vector<ChangeLogEnds>> ListEnds(std::string_view after,
                                                                    int limit) const = 0;
  // Notes a change. One resource is noted once per transaction; the sequence is taken at its end.
  virtual void Add(std::string_view merchant, v1::Change::Type type, std::string_view resource) = 0;
};

// The answer that a request id was given.
struct KeptAnswer {
  // Hash of method and request without the request id.
  std::uint64_t request_hash = 0;
  // Serialized answer.
  std::string answer = {};
};

class RequestRepository {
 public:
  virtual ~RequestRepository() = default;
  // None when there is none or it is older than 24 hours.
  [[nodiscard]] virtual Result<std::optional<KeptAnswer>> Find(
      std::string_view merchant, std::string_view request_id) const = 0;
  virtual Status Put(std::string_view merchant,
                     std::string_view request_id,
                     const KeptAnswer& answer) = 0;
};

// How much work there is, of all merchants. For those who watch the server.
struct WorkCounts {
  // Orders that are not SHIPPED, CANCELLED or RETURNED, by state; without states that none has.
  std::map<v1::OrderState, std::int64_t> open_orders = {};
  // By reason.
  std::map<std::string, std::int64_t> open_issues = {};
  // Shipments of which the store is not told yet.
  std::int64_t waiting_shipments = 0;
  // Those of them that could not be told when it was last tried.
  std::int64_t failing_shipments = 0;
  // Listings whose stock the store may show wrongly, as far as is known here.
  std::int64_t waiting_listings = 0;
};

class WorkCountRepository {
 public:
  virtual ~WorkCountRepository() = default;
  // Takes a time that grows with the numbers that it gives.
  [[nodiscard]] virtual Result<WorkCounts> Count() const = 0;
};

// What is kept for a time only. Sync runs are not among them: the newest of each store are kept.
enum class Kept {
  kSentShipments,   // Outbox rows that are DONE, by the time of their last attempt.
  kResolvedIssues,  // By the time when they were resolved.
  kStockEntries,    // Lines of the stock ledger. The balances stay.
  kChanges,         // The change log, from its beginning. Sequences go on.
  kAnswers,         // Of request ids.
};

inline constexpr std::array kAllKept = {Kept::kSentShipments,
                                        Kept::kResolvedIssues,
                                        Kept::kStockEntries,
                                        Kept::kChanges,
                                        Kept::kAnswers};

// What one step of forgetting came to.
struct Forgotten {
  std::int64_t rows = 0;
  // Whether another step may find more.
  bool more = false;
  // Give it to that step.
  std::string last = {};
};

class RetentionRepository {
 public:
  virtual ~RetentionRepository() = default;
  // Forgets at most `limit` rows that are older than `before_ms`, the oldest first. `after` is
  // `last` of the step before.
  virtual Result<Forgotten> Forget(Kept kind,
                                   std::int64_t before_ms,
                                   std::string_view after,
                                   int limit) = 0;
};

}  // namespace storebridge::ports
