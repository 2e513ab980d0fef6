#include "adapters/storage/sql.h"

namespace storebridge::storage {
namespace {

#define SB_LISTING_COLUMNS                                                             \
  "merchant_id, store_id, external_id, external_parent_id, product_id, content_hash, " \
  "known_quantity, known_ms, stock_dirty, stock_error, stock_retry_ms, "               \
  "attempt_quantity, attempt_ms, attempt_open, accept_ms, confirm_ms"
#define SB_HEAD_COLUMNS "order_id, external_id, state, content_hash, mark, store_modified_ms"
#define SB_OUTBOX_COLUMNS                                                               \
  "shipment_id, merchant_id, store_id, order_id, state, attempts, due_ms, sending_ms, " \
  "last_error, "                                                                        \
  "failures, settled_ms"

// Literal conditions such as `stock_dirty = 1` repeat the condition of a partial index word by
// word, so that it is used. A plus before a column keeps an index from being chosen for it.
constexpr std::array<SqlText, kSqlCount> kTexts{{
    {Sql::kBegin, "begin", "BEGIN"},
    {Sql::kCommit, "commit", "COMMIT"},
    {Sql::kRollback, "rollback", "ROLLBACK"},
    {Sql::kSavepoint, "savepoint", "SAVEPOINT work"},
    {Sql::kRelease, "release savepoint", "RELEASE SAVEPOINT work"},
    {Sql::kRollbackTo, "rollback to savepoint", "ROLLBACK TO SAVEPOINT work"},

    {Sql::kMerchantGet, "get merchant", "SELECT doc FROM merchant WHERE merchant_id = $1"},
    {Sql::kMerchantList,
     "list merchants",
     "SELECT doc FROM merchant WHERE merchant_id > $1 ORDER BY merchant_id LIMIT $2"},
    {Sql::kMerchantPut,
     "put merchant",
     "INSERT INTO merchant(merchant_id, doc) VALUES($1, $2) "
     "ON CONFLICT(merchant_id) DO UPDATE SET doc = excluded.doc"},

    {Sql::kStoreGet, "get store", "SELECT doc FROM store WHERE merchant_id = $1 AND store_id = $2"},
    {Sql::kStoreListOf,
     "list stores of a merchant",
     "SELECT doc FROM store WHERE merchant_id = $1 AND store_id > $2 ORDER BY store_id LIMIT $3"},
    {Sql::kStoreListAll,
     "list stores",
     "SELECT doc FROM store WHERE (merchant_id, store_id) > ($1, $2) "
     "ORDER BY merchant_id, store_id LIMIT $3"},
    {Sql::kStorePut,
     "put store",
     "INSERT INTO store(merchant_id, store_id, doc) VALUES($1, $2, $3) "
     "ON CONFLICT(merchant_id, store_id) DO UPDATE SET doc = excluded.doc"},
    {Sql::kFlowGet,
     "get flow state",
     "SELECT cursor, full_ms, health FROM flow_state "
     "WHERE merchant_id = $1 AND store_id = $2 AND flow = $3"},
    {Sql::kFlowPut,
     "put flow state",
     "INSERT INTO flow_state(merchant_id, store_id, flow, cursor, full_ms, health) "
     "VALUES($1, $2, $3, $4, $5, $6) ON CONFLICT(merchant_id, store_id, flow) "
     "DO UPDATE SET cursor = excluded.cursor, full_ms = excluded.full_ms, health = "
     "excluded.health"},
    {Sql::kSecretList,
     "list secrets",
     "SELECT name, sealed FROM secret WHERE merchant_id = $1 AND store_id = $2 ORDER BY name"},
    {Sql::kSecretPut,
     "put secret",
     "INSERT INTO secret(merchant_id, store_id, name, sealed) VALUES($1, $2, $3, $4) "
     "ON CONFLICT(merchant_id, store_id, name) DO UPDATE SET sealed = excluded.sealed"},
    {Sql::kSecretAny, "find any secret", "SELECT 1 FROM secret WHERE merchant_id > '' LIMIT 1"},

    {Sql::kProductGet,
     "get product",
     "SELECT doc FROM product WHERE merchant_id = $1 AND product_id = $2"},
    {Sql::kProductHasAny,
     "find any product",
     "SELECT 1 FROM product WHERE merchant_id = $1 AND product_id BETWEEN $2 AND $3 LIMIT 1"},
    {Sql::kProductByCode,
     "get product by code",
     "SELECT doc, product_id FROM product WHERE merchant_id = $1 AND product_code = $2"},
    {Sql::kProductCode,
     "get product code",
     "SELECT product_code FROM product WHERE merchant_id = $1 AND product_id = $2"},
    {Sql::kProductListOf,
     "list products of a merchant",
     "SELECT doc FROM product WHERE merchant_id = $1 AND product_code > $2 "
     "ORDER BY product_code LIMIT $3"},
    {Sql::kProductListAll,
     "list products",
     "SELECT doc FROM product WHERE (merchant_id, product_code) > ($1, $2) "
     "ORDER BY merchant_id, product_code LIMIT $3"},
    {Sql::kProductPut,
     "put product",
     "INSERT INTO product(merchant_id, product_id, product_code, doc) VALUES($1, $2, $3, $4) "
     "ON CONFLICT(merchant_id, product_id) "
     "DO UPDATE SET product_code = excluded.product_code, doc = excluded.doc"},
    {Sql::kProductAdd,
     "add product",
     "INSERT INTO product(merchant_id, product_id, product_code, doc) VALUES($1, $2, $3, $4) "
     "ON CONFLICT(merchant_id, product_code) DO NOTHING"},
    {Sql::kListingFind,
     "find listing",
     "SELECT " SB_LISTING_COLUMNS
     " FROM listing WHERE merchant_id = $1 AND store_id = $2 AND external_id = $3"},
    {Sql::kListingsOfProduct,
     "list listings of a product",
     "SELECT " SB_LISTING_COLUMNS " FROM listing INDEXED BY listing_by_product "
     "WHERE merchant_id = $1 AND product_id = $2 ORDER BY store_id, external_id"},
    {Sql::kListingsOfStore,
     "list listings of a store",
     "SELECT " SB_LISTING_COLUMNS
     " FROM listing WHERE merchant_id = $1 AND store_id = $2 AND external_id > $3 "
     "ORDER BY external_id LIMIT $4"},
    {Sql::kListingIdsOfStore,
     "list ids of a store's listings",
     "SELECT external_id FROM listing WHERE merchant_id = $1 AND store_id = $2 "
     "AND external_id > $3 ORDER BY external_id LIMIT $4"},
    {Sql::kListingsDirty,
     "list dirty listings",
     "SELECT " SB_LISTING_COLUMNS
     " FROM listing INDEXED BY listing_dirty_due WHERE merchant_id = $1 AND store_id = $2 "
     "AND stock_dirty = 1 AND stock_retry_ms <= $3 "
     "ORDER BY stock_retry_ms, external_id LIMIT $4"},
    {Sql::kListingNextDirty,
     "find next dirty listing",
     "SELECT stock_retry_ms FROM listing "
     "WHERE merchant_id = $1 AND store_id = $2 AND stock_dirty = 1 ORDER BY stock_retry_ms LIMIT "
     "1"},
    {Sql::kListingPut,
     "put listing",
     "INSERT INTO listing(" SB_LISTING_COLUMNS
     ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) "
     "ON CONFLICT(merchant_id, store_id, external_id) DO UPDATE SET "
     "external_parent_id = excluded.external_parent_id, product_id = excluded.product_id, "
     "content_hash = excluded.content_hash, known_quantity = excluded.known_quantity, "
     "known_ms = excluded.known_ms, stock_dirty = excluded.stock_dirty, "
     "stock_error = excluded.stock_error, stock_retry_ms = excluded.stock_retry_ms, "
     "attempt_quantity = excluded.attempt_quantity, attempt_ms = excluded.attempt_ms, "
     "attempt_open = excluded.attempt_open, accept_ms = excluded.accept_ms, "
     "confirm_ms = excluded.confirm_ms"},
    {Sql::kListingPutStock,
     "put stock of listing",
     "UPDATE listing SET known_quantity = $4, known_ms = $5, stock_dirty = $6, stock_error = $7, "
     "stock_retry_ms = $8, attempt_quantity = $9, attempt_ms = $10, attempt_open = $11, "
     "accept_ms = $12, confirm_ms = $13 "
     "WHERE merchant_id = $1 AND store_id = $2 AND external_id = $3"},
    {Sql::kListingNoteAttempt,
     "note attempt at listing",
     "UPDATE listing SET attempt_quantity = $4, attempt_ms = $5, attempt_open = 1 "
     "WHERE merchant_id = $1 AND store_id = $2 AND external_id = $3 AND stock_dirty = 1"},
    {Sql::kListingNoteAccepted,
     "note acceptance at listing",
     "UPDATE listing SET known_quantity = $5, known_ms = $6, accept_ms = $6, confirm_ms = $7, "
     "stock_dirty = $8, attempt_open = 0, stock_retry_ms = 0 WHERE merchant_id = $1 "
     "AND store_id = $2 AND external_id = $3 AND product_id = $4 AND stock_error = ''"},
    {Sql::kListingRemove,
     "remove listing",
     "DELETE FROM listing WHERE merchant_id = $1 AND store_id = $2 AND external_id = $3"},
    {Sql::kListingCountDirty,
     "count dirty listings",
     "SELECT COUNT(*) FROM listing WHERE stock_dirty = 1"},

    {Sql::kStockAny, "look for stock", "SELECT 1 FROM stock WHERE merchant_id = $1 LIMIT 1"},
    {Sql::kStockGet,
     "get stock",
     "SELECT on_hand, version, update_ms FROM stock WHERE merchant_id = $1 AND product_id = $2"},
    {Sql::kStockPut,
     "put stock",
     "INSERT INTO stock(merchant_id, product_id, on_hand, version, update_ms) "
     "VALUES($1, $2, $3, $4, $5) ON CONFLICT(merchant_id, product_id) DO UPDATE SET "
     "on_hand = excluded.on_hand, version = excluded.version, update_ms = excluded.update_ms"},
    {Sql::kStockEntryAdd,
     "add stock entry",
     "INSERT INTO stock_entry(merchant_id, product_id, number, delta, on_hand, reason, time_ms) "
     "SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6 FROM stock_entry "
     "WHERE merchant_id = $1 AND product_id = $2"},
    {Sql::kStockEntryList,
     "list stock entries",
     "SELECT number, delta, on_hand, reason, time_ms FROM stock_entry "
     "WHERE merchant_id = $1 AND product_id = $2 AND number < $3 ORDER BY number DESC LIMIT $4"},
    {Sql::kStockEntryForget,
     "forget stock entries",
     "DELETE FROM stock_entry WHERE (merchant_id, product_id, number) IN "
     "(SELECT merchant_id, product_id, number FROM stock_entry WHERE time_ms < $1 "
     "ORDER BY time_ms LIMIT $2)"},
    {Sql::kStockPosition,
     "get stock with claim totals",
     "SELECT NULL, 0, on_hand, version, update_ms FROM stock "
     "WHERE merchant_id = $1 AND product_id = $2 "
     "UNION ALL SELECT store_id, kind, quantity, 0, 0 FROM claim_total "
     "WHERE merchant_id = $1 AND product_id = $2"},
    {Sql::kClaimTotalAdd,
     "add claim total",
     "INSERT INTO claim_total(merchant_id, product_id, store_id, kind, quantity) "
     "VALUES($1, $2, $3, $4, $5)"},
    {Sql::kClaimTotalSet,
     "set claim total",
     "UPDATE claim_total SET quantity = $5 WHERE merchant_id = $1 AND product_id = $2 "
     "AND store_id = $3 AND kind = $4"},
    {Sql::kClaimTotalRemove,
     "remove claim total",
     "DELETE FROM claim_total WHERE merchant_id = $1 AND product_id = $2 AND store_id = $3 "
     "AND kind = $4"},

    {Sql::kOrderGet,
     "get order",
     "SELECT content_hash, mark, store_modified_ms, doc, claims FROM orders "
     "WHERE merchant_id = $1 AND order_id = $2"},
    {Sql::kOrderDoc,
     "get order document",
     "SELECT doc FROM orders WHERE merchant_id = $1 AND order_id = $2"},
    {Sql::kOrderPlace,
     "find place of order",
     "SELECT create_ns, state FROM orders WHERE merchant_id = $1 AND order_id = $2"},
    {Sql::kOrderHasAny,
     "find any order",
     "SELECT 1 FROM orders WHERE merchant_id = $1 AND order_id BETWEEN $2 AND $3 LIMIT 1"},
    {Sql::kOrderHead,
     "find order head",
     "SELECT " SB_HEAD_COLUMNS
     " FROM orders WHERE merchant_id = $1 AND store_id = $2 AND external_id = $3"},
    {Sql::kOrderByNumber,
     "find order by number",
     "SELECT order_id FROM orders WHERE order_number = $1 AND merchant_id = $2 "
     "ORDER BY create_ns DESC, order_id DESC LIMIT 3"},
    {Sql::kOrderNextStore,
     "find next store with orders",
     "SELECT store_id FROM orders INDEXED BY orders_of_store "
     "WHERE merchant_id = $1 AND store_id > $2 ORDER BY store_id LIMIT 1"},
    {Sql::kOrderPageOfStore,
     "list orders of a store",
     "SELECT create_ns, order_id, merchant_id FROM orders WHERE merchant_id = $1 AND store_id = $2 "
     "AND state = $3 AND (create_ns, order_id) < ($4, $5) AND create_ns >= $6 "
     "ORDER BY create_ns DESC, order_id DESC LIMIT $7"},
    {Sql::kOrderPageAll,
     "list orders",
     "SELECT create_ns, order_id, merchant_id FROM orders WHERE state = $1 "
     "AND (create_ns, order_id, merchant_id) < ($2, $3, $4) AND create_ns >= $5 "
     "ORDER BY create_ns DESC, order_id DESC, merchant_id DESC LIMIT $6"},
    {Sql::kOrderPageByNumber,
     "list orders of a merchant by number",
     "SELECT create_ns, order_id, merchant_id, store_id, state FROM orders "
     "WHERE order_number = $1 AND merchant_id = $2 AND (create_ns, order_id) < ($3, $4) "
     "AND create_ns >= $5 ORDER BY create_ns DESC, order_id DESC"},
    {Sql::kOrderPageAllByNumber,
     "list orders by number",
     "SELECT create_ns, order_id, merchant_id, store_id, state FROM orders "
     "WHERE order_number = $1 AND (create_ns, order_id, merchant_id) < ($2, $3, $4) "
     "AND create_ns >= $5 ORDER BY create_ns DESC, order_id DESC, merchant_id DESC"},
    {Sql::kOrderOldest,
     "list oldest orders",
     "SELECT create_ns, order_id, merchant_id FROM orders WHERE merchant_id = $1 AND store_id = $2 "
     "AND state = $3 AND (create_ns, order_id) > ($4, $5) ORDER BY create_ns, order_id LIMIT $6"},
    {Sql::kOrderClaims,
     "list claims of open orders",
     "SELECT order_id, order_number, claims FROM orders WHERE merchant_id = $1 AND store_id = $2 "
     "AND state = $3 ORDER BY create_ns, order_id LIMIT $4"},
    {Sql::kOrderOpenHeads,
     "list heads of open orders",
     "SELECT " SB_HEAD_COLUMNS
     " FROM orders WHERE merchant_id = $1 AND store_id = $2 AND state = $3 "
     "AND (create_ns, order_id) > ($4, $5) ORDER BY create_ns, order_id LIMIT $6"},
    {Sql::kOrderPut,
     "put order",
     "INSERT INTO orders(merchant_id, order_id, store_id, external_id, order_number, state, "
     "create_ns, content_hash, mark, store_modified_ms, doc, claims) "
     "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
     "ON CONFLICT(merchant_id, order_id) DO UPDATE SET store_id = excluded.store_id, "
     "external_id = excluded.external_id, order_number = excluded.order_number, "
     "state = excluded.state, create_ns = excluded.create_ns, "
     "content_hash = excluded.content_hash, mark = excluded.mark, "
     "store_modified_ms = excluded.store_modified_ms, doc = excluded.doc, "
     "claims = excluded.claims"},
    {Sql::kOrderCountOpen,
     "count open orders",
     "SELECT state, COUNT(*) FROM orders WHERE state < 7 GROUP BY state"},

    {Sql::kOutboxGet,
     "get outbox row",
     "SELECT " SB_OUTBOX_COLUMNS " FROM outbox WHERE merchant_id = $1 AND shipment_id = $2"},
    {Sql::kOutboxDue,
     "list due outbox rows",
     "SELECT " SB_OUTBOX_COLUMNS
     " FROM outbox WHERE merchant_id = $1 AND store_id = $2 AND state < 2 AND due_ms <= $3 "
     // With || the few that are due are sorted, instead of all rows read in the order of their key.
     "ORDER BY shipment_id || '' LIMIT $4"},
    {Sql::kOutboxNextDue,
     "find next due outbox row",
     "SELECT due_ms FROM outbox WHERE merchant_id = $1 AND store_id = $2 AND state < 2 "
     "ORDER BY due_ms LIMIT 1"},
    {Sql::kOutboxPut,
     "put outbox row",
     "INSERT INTO outbox(" SB_OUTBOX_COLUMNS
     ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
     "ON CONFLICT(merchant_id, shipment_id) DO UPDATE SET store_id = excluded.store_id, "
     "order_id = excluded.order_id, state = excluded.state, attempts = excluded.attempts, "
     "due_ms = excluded.due_ms, sending_ms = excluded.sending_ms, last_error = "
     "excluded.last_error, failures = excluded.failures, "
     "settled_ms = excluded.settled_ms"},
    {Sql::kOutboxForget,
     "forget outbox rows",
     "DELETE FROM outbox WHERE (merchant_id, shipment_id) IN "
     "(SELECT merchant_id, shipment_id FROM outbox WHERE state = 2 AND sending_ms < $1 "
     "ORDER BY sending_ms LIMIT $2)"},
    {Sql::kOutboxCountWaiting,
     "count waiting outbox rows",
     "SELECT COUNT(*), COUNT(CASE WHEN failures > 0 THEN 1 END) FROM outbox WHERE state < 2"},

    {Sql::kIssueGet, "get issue", "SELECT doc FROM issue WHERE merchant_id = $1 AND issue_id = $2"},
    {Sql::kIssueKeyOf,
     "get key of issue",
     "SELECT store_id, record_type, record_key FROM issue WHERE merchant_id = $1 AND issue_id = "
     "$2"},
    {Sql::kIssueOpenOf,
     "list open issues of a record",
     "SELECT doc FROM issue WHERE merchant_id = $1 AND store_id = $2 AND record_type = $3 "
     "AND record_key = $4 AND state = 1 ORDER BY reason"},
    {Sql::kIssueAnyOpen,
     "find any open issue",
     "SELECT 1 FROM issue WHERE merchant_id = $1 AND store_id = $2 AND record_type = $3 "
     "AND state = 1 LIMIT 1"},
    {Sql::kIssueOpenKeys,
     "list records with an open issue of a reason",
     "SELECT record_key FROM issue WHERE merchant_id = $1 AND store_id = $2 AND record_type = $3 "
     "AND reason = $4 AND state = 1 LIMIT $5"},
    {Sql::kIssueCountOpen,
     "count open issues",
     "SELECT reason, COUNT(*) FROM issue WHERE state = 1 GROUP BY reason"},
    {Sql::kIssueListOf,
     "list issues of a merchant",
     "SELECT doc FROM issue WHERE merchant_id = $1 AND issue_id < $2 "
     "ORDER BY issue_id DESC LIMIT $3"},
    {Sql::kIssueListAll,
     "list issues",
     "SELECT doc FROM issue WHERE (issue_id, merchant_id) < ($1, $2) "
     "ORDER BY issue_id DESC, merchant_id DESC LIMIT $3"},
    {Sql::kIssueListOpenOf,
     "list open issues of a merchant",
     "SELECT doc FROM issue WHERE merchant_id = $1 AND issue_id < $2 AND state = 1 "
     "ORDER BY issue_id DESC LIMIT $3"},
    {Sql::kIssueListOpenAll,
     "list open issues",
     "SELECT doc FROM issue WHERE (issue_id, merchant_id) < ($1, $2) AND state = 1 "
     "ORDER BY issue_id DESC, merchant_id DESC LIMIT $3"},
    {Sql::kIssuePut,
     "put issue",
     "INSERT INTO issue(merchant_id, issue_id, store_id, record_type, record_key, reason, state, "
     "update_ms, doc) "
     "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT(merchant_id, issue_id) DO UPDATE SET "
     "store_id = excluded.store_id, record_type = excluded.record_type, "
     "record_key = excluded.record_key, reason = excluded.reason, state = excluded.state, "
     "update_ms = excluded.update_ms, doc = excluded.doc"},
    {Sql::kIssueForget,
     "forget resolved issues",
     "DELETE FROM issue WHERE (merchant_id, issue_id) IN "
     "(SELECT merchant_id, issue_id FROM issue WHERE state = 2 AND update_ms < $1 "
     "ORDER BY update_ms LIMIT $2)"},

    {Sql::kRunGet,
     "get sync run",
     "SELECT doc FROM sync_run WHERE merchant_id = $1 AND store_id = $2 AND run_id = $3"},
    {Sql::kRunList,
     "list sync runs",
     "SELECT doc FROM sync_run WHERE merchant_id = $1 AND store_id = $2 AND run_id < $3 "
     "ORDER BY run_id DESC LIMIT $4"},
    {Sql::kRunPut,
     "put sync run",
     "INSERT INTO sync_run(merchant_id, store_id, run_id, is_running, doc) "
     "VALUES($1, $2, $3, $4, $5) ON CONFLICT(merchant_id, store_id, run_id) "
     "DO UPDATE SET is_running = excluded.is_running, doc = excluded.doc"},
    {Sql::kRunRunning,
     "list running sync runs",
     "SELECT doc FROM sync_run WHERE is_running = 1 LIMIT $1"},
    {Sql::kRunPrune,
     "prune sync runs",
     "DELETE FROM sync_run WHERE merchant_id = $1 AND store_id = $2 AND run_id <= "
     "(SELECT run_id FROM sync_run WHERE merchant_id = $1 AND store_id = $2 "
     "ORDER BY run_id DESC LIMIT 1 OFFSET $3)"},

    {Sql::kChangeList,
     "list changes",
     "SELECT seq, type, resource, time_ms FROM change_log WHERE merchant_id = $1 AND seq > $2 "
     "ORDER BY seq LIMIT $3"},
    {Sql::kChangeHead,
     "get change head",
     "SELECT last_seq FROM change_head WHERE merchant_id = $1"},
    {Sql::kChangeListEnds,
     "list ends of change logs",
     "SELECT m.merchant_id, COALESCE(h.last_seq, 0), COALESCE((SELECT l.seq FROM change_log l "
     "WHERE l.merchant_id = m.merchant_id ORDER BY l.seq LIMIT 1) - 1, h.last_seq, 0) "
     "FROM merchant m LEFT JOIN change_head h ON h.merchant_id = m.merchant_id "
     "WHERE m.merchant_id > $1 ORDER BY m.merchant_id LIMIT $2"},
    {Sql::kChangeTake,
     "take change sequence",
     "INSERT INTO change_head(merchant_id, last_seq) VALUES($1, $2) ON CONFLICT(merchant_id) "
     "DO UPDATE SET last_seq = change_head.last_seq + excluded.last_seq RETURNING last_seq"},
    {Sql::kChangeAdd,
     "add change",
     "INSERT INTO change_log(merchant_id, seq, type, resource, time_ms) VALUES($1, $2, $3, $4, "
     "$5)"},
    {Sql::kChangeOldest,
     "list oldest changes",
     "SELECT seq, time_ms FROM change_log WHERE merchant_id = $1 ORDER BY seq LIMIT $2"},
    {Sql::kChangeForget,
     "forget changes",
     "DELETE FROM change_log WHERE merchant_id = $1 AND seq <= $2"},
    {Sql::kChangeNextMerchant,
     "find next change log",
     "SELECT merchant_id FROM change_head WHERE merchant_id > $1 ORDER BY merchant_id LIMIT 1"},

    {Sql::kRequestFind,
     "find answer of a request",
     "SELECT request_hash, answer FROM request "
     "WHERE merchant_id = $1 AND request_id = $2 AND time_ms >= $3"},
    {Sql::kRequestPut,
     "put answer of a request",
     "INSERT INTO request(merchant_id, request_id, request_hash, answer, time_ms) "
     "VALUES($1, $2, $3, $4, $5) ON CONFLICT(merchant_id, request_id) DO UPDATE SET "
     "request_hash = excluded.request_hash, answer = excluded.answer, time_ms = excluded.time_ms"},
    {Sql::kRequestForget,
     "forget answers of requests",
     "DELETE FROM request WHERE (merchant_id, request_id) IN "
     "(SELECT merchant_id, request_id FROM request WHERE time_ms < $1 ORDER BY time_ms LIMIT $2)"},

    {Sql::kMerchantRemove, "remove merchant", "DELETE FROM merchant WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveProducts,
     "remove products of a merchant",
     "DELETE FROM product WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveListings,
     "remove listings of a merchant",
     "DELETE FROM listing WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveStock,
     "remove stock of a merchant",
     "DELETE FROM stock WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveStockEntries,
     "remove stock entries of a merchant",
     "DELETE FROM stock_entry WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveClaimTotals,
     "remove claim totals of a merchant",
     "DELETE FROM claim_total WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveOrders,
     "remove orders of a merchant",
     "DELETE FROM orders WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveStores,
     "remove stores of a merchant",
     "DELETE FROM store WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveSecrets,
     "remove secrets of a merchant",
     "DELETE FROM secret WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveFlows,
     "remove flow states of a merchant",
     "DELETE FROM flow_state WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveOutbox,
     "remove outbox of a merchant",
     "DELETE FROM outbox WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveIssues,
     "remove issues of a merchant",
     "DELETE FROM issue WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveRuns,
     "remove sync runs of a merchant",
     "DELETE FROM sync_run WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveRequests,
     "remove answers of a merchant",
     "DELETE FROM request WHERE merchant_id = $1"},
    {Sql::kMerchantRemoveChanges,
     "remove changes of a merchant",
     "DELETE FROM change_log WHERE merchant_id = $1"},
    {Sql::kMerchantEndChanges,
     "end changes of a merchant",
     "UPDATE change_head SET last_seq = last_seq + 1 WHERE merchant_id = $1"},

    {Sql::kStoreRemove,
     "remove store",
     "DELETE FROM store WHERE merchant_id = $1 AND store_id = $2"},
    {Sql::kStoreRemoveSecrets,
     "remove secrets of a store",
     "DELETE FROM secret WHERE merchant_id = $1 AND store_id = $2"},
    {Sql::kStoreRemoveFlows,
     "remove flow states of a store",
     "DELETE FROM flow_state WHERE merchant_id = $1 AND store_id = $2"},
    {Sql::kStoreRemoveListings,
     "remove listings of a store",
     "DELETE FROM listing WHERE merchant_id = $1 AND store_id = $2"},
    {Sql::kStoreRemoveOutbox,
     "remove outbox of a store",
     "DELETE FROM outbox WHERE merchant_id = $1 AND store_id = $2"},
    {Sql::kStoreRemoveIssues,
     "remove issues of a store",
     "DELETE FROM issue WHERE merchant_id = $1 AND store_id = $2"},
    {Sql::kStoreRemoveRuns,
     "remove sync runs of a store",
     "DELETE FROM sync_run WHERE merchant_id = $1 AND store_id = $2"},
}};

#undef SB_LISTING_COLUMNS
#undef SB_HEAD_COLUMNS
#undef SB_OUTBOX_COLUMNS

constexpr bool IsInOrder() {
  for (std::size_t i = 0; i < kSqlCount; ++i) {
    if (static_cast<std::size_t>(kTexts[i].id) != i || kTexts[i].text.empty()) {
      return false;
    }
  }
  return true;
}
static_assert(IsInOrder(), "a text is missing or at the wrong place");

}  // namespace

const std::array<SqlText, kSqlCount>& SqlTexts() {
  return kTexts;
}

const SqlText& TextOf(Sql sql) {
  return kTexts.at(static_cast<std::size_t>(sql));
}

}  // namespace storebridge::storage
