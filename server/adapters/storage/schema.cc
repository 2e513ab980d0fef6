#include <array>

#include "adapters/storage/migrations.h"

namespace storebridge::storage {
namespace {

// Once a version is published its text never changes (its checksum is kept in every database): add
// the next one. Tables of short rows are WITHOUT ROWID; those with documents are not, so that an
// index entry stays small.
constexpr std::string_view kVersion1 = R"sql(
CREATE TABLE merchant(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  doc BLOB NOT NULL CHECK(typeof(doc) = 'blob'),
  PRIMARY KEY(merchant_id));

CREATE TABLE store(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  doc BLOB NOT NULL CHECK(typeof(doc) = 'blob'),
  PRIMARY KEY(merchant_id, store_id));

CREATE TABLE flow_state(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  flow INTEGER NOT NULL CHECK(typeof(flow) = 'integer'),
  cursor BLOB NOT NULL CHECK(typeof(cursor) = 'blob'),
  full_ms INTEGER NOT NULL CHECK(typeof(full_ms) = 'integer'),
  health BLOB NOT NULL CHECK(typeof(health) = 'blob'),
  PRIMARY KEY(merchant_id, store_id, flow)) WITHOUT ROWID;

CREATE TABLE secret(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  name TEXT NOT NULL CHECK(typeof(name) = 'text'),
  sealed BLOB NOT NULL CHECK(typeof(sealed) = 'blob'),
  PRIMARY KEY(merchant_id, store_id, name)) WITHOUT ROWID;

CREATE TABLE product(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  product_id TEXT NOT NULL CHECK(typeof(product_id) = 'text'),
  product_code TEXT NOT NULL CHECK(typeof(product_code) = 'text'),
  doc BLOB NOT NULL CHECK(typeof(doc) = 'blob'),
  PRIMARY KEY(merchant_id, product_id),
  UNIQUE(merchant_id, product_code));

CREATE TABLE listing(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  external_id TEXT NOT NULL CHECK(typeof(external_id) = 'text'),
  external_parent_id TEXT NOT NULL CHECK(typeof(external_parent_id) = 'text'),
  product_id TEXT NOT NULL CHECK(typeof(product_id) = 'text'),
  content_hash INTEGER NOT NULL CHECK(typeof(content_hash) = 'integer'),
  known_quantity INTEGER CHECK(typeof(known_quantity) IN ('integer', 'null')),
  known_ms INTEGER NOT NULL CHECK(typeof(known_ms) = 'integer'),
  stock_dirty INTEGER NOT NULL CHECK(stock_dirty IN (0, 1)),
  stock_error TEXT NOT NULL CHECK(typeof(stock_error) = 'text'),
  stock_retry_ms INTEGER NOT NULL CHECK(typeof(stock_retry_ms) = 'integer'),
  PRIMARY KEY(merchant_id, store_id, external_id)) WITHOUT ROWID;
CREATE INDEX listing_by_product ON listing(merchant_id, product_id, store_id, external_id);
CREATE INDEX listing_dirty ON listing(merchant_id, store_id, external_id, stock_retry_ms)
  WHERE stock_dirty = 1;
CREATE INDEX listing_dirty_due ON listing(merchant_id, store_id, stock_retry_ms)
  WHERE stock_dirty = 1;

CREATE TABLE stock(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  product_id TEXT NOT NULL CHECK(typeof(product_id) = 'text'),
  on_hand INTEGER CHECK(typeof(on_hand) IN ('integer', 'null')),
  version INTEGER NOT NULL CHECK(typeof(version) = 'integer'),
  update_ms INTEGER NOT NULL CHECK(typeof(update_ms) = 'integer'),
  PRIMARY KEY(merchant_id, product_id)) WITHOUT ROWID;

CREATE TABLE stock_entry(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  product_id TEXT NOT NULL CHECK(typeof(product_id) = 'text'),
  number INTEGER NOT NULL CHECK(typeof(number) = 'integer'),
  delta INTEGER NOT NULL CHECK(typeof(delta) = 'integer'),
  on_hand INTEGER NOT NULL CHECK(typeof(on_hand) = 'integer'),
  reason TEXT NOT NULL CHECK(typeof(reason) = 'text'),
  time_ms INTEGER NOT NULL CHECK(typeof(time_ms) = 'integer'),
  PRIMARY KEY(merchant_id, product_id, number)) WITHOUT ROWID;

CREATE TABLE claim(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  order_id TEXT NOT NULL CHECK(typeof(order_id) = 'text'),
  position INTEGER NOT NULL CHECK(typeof(position) = 'integer'),
  product_id TEXT NOT NULL CHECK(typeof(product_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  kind INTEGER NOT NULL CHECK(kind IN (0, 1, 2)),
  quantity INTEGER NOT NULL CHECK(typeof(quantity) = 'integer' AND quantity > 0),
  PRIMARY KEY(merchant_id, order_id, position)) WITHOUT ROWID;

CREATE TABLE claim_total(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  product_id TEXT NOT NULL CHECK(typeof(product_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  kind INTEGER NOT NULL CHECK(kind IN (0, 1, 2)),
  quantity INTEGER NOT NULL CHECK(typeof(quantity) = 'integer' AND quantity >= 0),
  PRIMARY KEY(merchant_id, product_id, store_id, kind)) WITHOUT ROWID;

CREATE TABLE orders(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  order_id TEXT NOT NULL CHECK(typeof(order_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  external_id TEXT NOT NULL CHECK(typeof(external_id) = 'text'),
  order_number TEXT NOT NULL CHECK(typeof(order_number) = 'text'),
  state INTEGER NOT NULL CHECK(typeof(state) = 'integer'),
  create_ns INTEGER NOT NULL CHECK(typeof(create_ns) = 'integer'),
  content_hash INTEGER NOT NULL CHECK(typeof(content_hash) = 'integer'),
  mark TEXT NOT NULL CHECK(typeof(mark) = 'text'),
  store_modified_ms INTEGER NOT NULL CHECK(typeof(store_modified_ms) = 'integer'),
  doc BLOB NOT NULL CHECK(typeof(doc) = 'blob'),
  PRIMARY KEY(merchant_id, order_id),
  UNIQUE(merchant_id, store_id, external_id));
CREATE INDEX orders_of_merchant ON orders(merchant_id, state, create_ns, order_id);
CREATE INDEX orders_of_store ON orders(merchant_id, store_id, state, create_ns, order_id);
CREATE INDEX orders_of_all ON orders(state, create_ns, order_id, merchant_id);
CREATE INDEX orders_by_number ON orders(order_number, merchant_id, create_ns, order_id);
CREATE INDEX orders_open ON orders(merchant_id, store_id, external_id) WHERE state NOT IN (7, 8, 9);

CREATE TABLE outbox(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  shipment_id TEXT NOT NULL CHECK(typeof(shipment_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  order_id TEXT NOT NULL CHECK(typeof(order_id) = 'text'),
  state INTEGER NOT NULL CHECK(state IN (0, 1, 2, 3)),
  attempts INTEGER NOT NULL CHECK(typeof(attempts) = 'integer'),
  due_ms INTEGER NOT NULL CHECK(typeof(due_ms) = 'integer'),
  sending_ms INTEGER NOT NULL CHECK(typeof(sending_ms) = 'integer'),
  last_error TEXT NOT NULL CHECK(typeof(last_error) = 'text'),
  PRIMARY KEY(merchant_id, shipment_id)) WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox(merchant_id, store_id, due_ms, shipment_id) WHERE state < 2;

CREATE TABLE issue(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  issue_id TEXT NOT NULL CHECK(typeof(issue_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  record_type INTEGER NOT NULL CHECK(typeof(record_type) = 'integer'),
  record_key TEXT NOT NULL CHECK(typeof(record_key) = 'text'),
  reason TEXT NOT NULL CHECK(typeof(reason) = 'text'),
  state INTEGER NOT NULL CHECK(typeof(state) = 'integer'),
  doc BLOB NOT NULL CHECK(typeof(doc) = 'blob'),
  PRIMARY KEY(merchant_id, issue_id));
CREATE INDEX issue_of_all ON issue(issue_id, merchant_id);
CREATE INDEX issue_open ON issue(merchant_id, issue_id) WHERE state = 1;
CREATE INDEX issue_open_of_all ON issue(issue_id, merchant_id) WHERE state = 1;
CREATE UNIQUE INDEX issue_open_of_record
  ON issue(merchant_id, store_id, record_type, record_key, reason) WHERE state = 1;

CREATE TABLE sync_run(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  run_id TEXT NOT NULL CHECK(typeof(run_id) = 'text'),
  doc BLOB NOT NULL CHECK(typeof(doc) = 'blob'),
  PRIMARY KEY(merchant_id, store_id, run_id)) WITHOUT ROWID;

CREATE TABLE change_head(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  last_seq INTEGER NOT NULL CHECK(typeof(last_seq) = 'integer'),
  PRIMARY KEY(merchant_id)) WITHOUT ROWID;

CREATE TABLE change_log(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  seq INTEGER NOT NULL CHECK(typeof(seq) = 'integer'),
  type INTEGER NOT NULL CHECK(typeof(type) = 'integer'),
  resource TEXT NOT NULL CHECK(typeof(resource) = 'text'),
  time_ms INTEGER NOT NULL CHECK(typeof(time_ms) = 'integer'),
  PRIMARY KEY(merchant_id, seq)) WITHOUT ROWID;

CREATE TABLE request(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  request_id TEXT NOT NULL CHECK(typeof(request_id) = 'text'),
  request_hash INTEGER NOT NULL CHECK(typeof(request_hash) = 'integer'),
  answer BLOB NOT NULL CHECK(typeof(answer) = 'blob'),
  time_ms INTEGER NOT NULL CHECK(typeof(time_ms) = 'integer'),
  PRIMARY KEY(merchant_id, request_id));
CREATE INDEX request_by_time ON request(time_ms, merchant_id, request_id);
)sql";

// What is kept for a time only is found by its age.
constexpr std::string_view kVersion2 = R"sql(
ALTER TABLE issue ADD COLUMN
  update_ms INTEGER NOT NULL DEFAULT 0 CHECK(typeof(update_ms) = 'integer');
CREATE INDEX issue_resolved ON issue(update_ms) WHERE state = 2;
CREATE INDEX outbox_done ON outbox(sending_ms) WHERE state = 2;
CREATE INDEX stock_entry_by_time ON stock_entry(time_ms);
)sql";

// What was attempted and what was seen are facts of their own, beside what was accepted.
constexpr std::string_view kVersion3 = R"sql(
ALTER TABLE listing ADD COLUMN attempt_quantity INTEGER
  CHECK(typeof(attempt_quantity) IN ('integer', 'null'));
ALTER TABLE listing ADD COLUMN attempt_ms INTEGER NOT NULL DEFAULT 0
  CHECK(typeof(attempt_ms) = 'integer');
ALTER TABLE listing ADD COLUMN attempt_open INTEGER NOT NULL DEFAULT 0
  CHECK(attempt_open IN (0, 1));
ALTER TABLE listing ADD COLUMN accept_ms INTEGER NOT NULL DEFAULT 0
  CHECK(typeof(accept_ms) = 'integer');
ALTER TABLE listing ADD COLUMN confirm_ms INTEGER NOT NULL DEFAULT 0
  CHECK(typeof(confirm_ms) = 'integer');
ALTER TABLE outbox ADD COLUMN failures INTEGER NOT NULL DEFAULT 0
  CHECK(typeof(failures) = 'integer');
ALTER TABLE outbox ADD COLUMN settled_ms INTEGER NOT NULL DEFAULT 0
  CHECK(typeof(settled_ms) = 'integer');
)sql";

// What an order claims is read and written with the order only: it stands in its row. SQLite makes
// a table of its own each time it checks a value against a list of three or more, in a CHECK and in
// the condition of an index: those are ranges now (DECISIONS.md). Dirty listings are found by the
// time when they are due: one index for them is enough.
constexpr std::string_view kVersion4 = R"sql(
ALTER TABLE orders ADD COLUMN
  claims TEXT NOT NULL DEFAULT '' CHECK(typeof(claims) = 'text');
UPDATE orders SET claims = (
    SELECT group_concat(one, ' ') FROM (
      SELECT product_id || ':' || kind || ':' || quantity AS one FROM claim
      WHERE claim.merchant_id = orders.merchant_id AND claim.order_id = orders.order_id
      ORDER BY position))
  WHERE (merchant_id, order_id) IN (SELECT merchant_id, order_id FROM claim);

DROP INDEX orders_open;
CREATE INDEX orders_open ON orders(merchant_id, store_id, external_id) WHERE state < 7;

DROP INDEX listing_dirty;

DROP TABLE claim_total;
CREATE TABLE claim_total(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  product_id TEXT NOT NULL CHECK(typeof(product_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  kind INTEGER NOT NULL CHECK(typeof(kind) = 'integer' AND kind BETWEEN 0 AND 2),
  quantity INTEGER NOT NULL CHECK(typeof(quantity) = 'integer' AND quantity >= 0),
  PRIMARY KEY(merchant_id, product_id, store_id, kind)) WITHOUT ROWID;
INSERT INTO claim_total
  SELECT merchant_id, product_id, claim.store_id, kind, sum(quantity)
  FROM claim JOIN orders USING(merchant_id, order_id) GROUP BY 1, 2, 3, 4;
DROP TABLE claim;

ALTER TABLE outbox RENAME TO outbox_before;
CREATE TABLE outbox(
  merchant_id TEXT NOT NULL CHECK(typeof(merchant_id) = 'text'),
  shipment_id TEXT NOT NULL CHECK(typeof(shipment_id) = 'text'),
  store_id TEXT NOT NULL CHECK(typeof(store_id) = 'text'),
  order_id TEXT NOT NULL CHECK(typeof(order_id) = 'text'),
  state INTEGER NOT NULL CHECK(typeof(state) = 'integer' AND state BETWEEN 0 AND 3),
  attempts INTEGER NOT NULL CHECK(typeof(attempts) = 'integer'),
  due_ms INTEGER NOT NULL CHECK(typeof(due_ms) = 'integer'),
  sending_ms INTEGER NOT NULL CHECK(typeof(sending_ms) = 'integer'),
  last_error TEXT NOT NULL CHECK(typeof(last_error) = 'text'),
  failures INTEGER NOT NULL CHECK(typeof(failures) = 'integer'),
  settled_ms INTEGER NOT NULL CHECK(typeof(settled_ms) = 'integer'),
  PRIMARY KEY(merchant_id, shipment_id)) WITHOUT ROWID;
INSERT INTO outbox SELECT * FROM outbox_before;
DROP TABLE outbox_before;
CREATE INDEX outbox_due ON outbox(merchant_id, store_id, due_ms, shipment_id) WHERE state < 2;
CREATE INDEX outbox_done ON outbox(sending_ms) WHERE state = 2;
)sql";

// Each index is paid for by every order that comes. A merchant has few stores: its orders are
// listed as those of its stores, and what is open as orders of some states.
constexpr std::string_view kVersion5 = R"sql(
DROP INDEX orders_of_merchant;
DROP INDEX orders_open;
)sql";

// All tables of this version. SQLite checks the kinds of a STRICT table's values by itself; a CHECK
// of typeof for each column was 6,000 instructions of an order (DECISIONS.md).
constexpr std::string_view kVersion6 = R"sql(
ALTER TABLE merchant RENAME TO merchant_before;
CREATE TABLE merchant(
  merchant_id TEXT NOT NULL,
  doc BLOB NOT NULL,
  PRIMARY KEY(merchant_id)) STRICT;
INSERT INTO merchant SELECT merchant_id, doc FROM merchant_before;
DROP TABLE merchant_before;

ALTER TABLE store RENAME TO store_before;
CREATE TABLE store(
  merchant_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  doc BLOB NOT NULL,
  PRIMARY KEY(merchant_id, store_id)) STRICT;
INSERT INTO store SELECT merchant_id, store_id, doc FROM store_before;
DROP TABLE store_before;

ALTER TABLE flow_state RENAME TO flow_state_before;
CREATE TABLE flow_state(
  merchant_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  flow INTEGER NOT NULL,
  cursor BLOB NOT NULL,
  full_ms INTEGER NOT NULL,
  health BLOB NOT NULL,
  PRIMARY KEY(merchant_id, store_id, flow)) STRICT, WITHOUT ROWID;
INSERT INTO flow_state SELECT merchant_id, store_id, flow, cursor, full_ms, health FROM
  flow_state_before;
DROP TABLE flow_state_before;

ALTER TABLE secret RENAME TO secret_before;
CREATE TABLE secret(
  merchant_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  name TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY(merchant_id, store_id, name)) STRICT, WITHOUT ROWID;
INSERT INTO secret SELECT merchant_id, store_id, name, sealed FROM secret_before;
DROP TABLE secret_before;

ALTER TABLE product RENAME TO product_before;
CREATE TABLE product(
  merchant_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  product_code TEXT NOT NULL,
  doc BLOB NOT NULL,
  PRIMARY KEY(merchant_id, product_id),
  UNIQUE(merchant_id, product_code)) STRICT;
INSERT INTO product SELECT merchant_id, product_id, product_code, doc FROM product_before;
DROP TABLE product_before;

ALTER TABLE listing RENAME TO listing_before;
CREATE TABLE listing(
  merchant_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  external_parent_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  content_hash INTEGER NOT NULL,
  known_quantity INTEGER,
  known_ms INTEGER NOT NULL,
  attempt_quantity INTEGER,
  attempt_ms INTEGER NOT NULL,
  attempt_open INTEGER NOT NULL CHECK(attempt_open BETWEEN 0 AND 1),
  accept_ms INTEGER NOT NULL,
  confirm_ms INTEGER NOT NULL,
  stock_dirty INTEGER NOT NULL CHECK(stock_dirty BETWEEN 0 AND 1),
  stock_error TEXT NOT NULL,
  stock_retry_ms INTEGER NOT NULL,
  PRIMARY KEY(merchant_id, store_id, external_id)) STRICT, WITHOUT ROWID;
INSERT INTO listing SELECT merchant_id, store_id, external_id, external_parent_id, product_id,
  content_hash, known_quantity, known_ms, attempt_quantity, attempt_ms, attempt_open, accept_ms,
  confirm_ms, stock_dirty, stock_error, stock_retry_ms FROM listing_before;
DROP TABLE listing_before;
CREATE INDEX listing_by_product ON listing(merchant_id, product_id, store_id, external_id);
CREATE INDEX listing_dirty_due ON listing(merchant_id, store_id, stock_retry_ms)
  WHERE stock_dirty = 1;

ALTER TABLE stock RENAME TO stock_before;
CREATE TABLE stock(
  merchant_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  on_hand INTEGER,
  version INTEGER NOT NULL,
  update_ms INTEGER NOT NULL,
  PRIMARY KEY(merchant_id, product_id)) STRICT, WITHOUT ROWID;
INSERT INTO stock SELECT merchant_id, product_id, on_hand, version, update_ms FROM stock_before;
DROP TABLE stock_before;

ALTER TABLE stock_entry RENAME TO stock_entry_before;
CREATE TABLE stock_entry(
  merchant_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  delta INTEGER NOT NULL,
  on_hand INTEGER NOT NULL,
  reason TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  PRIMARY KEY(merchant_id, product_id, number)) STRICT, WITHOUT ROWID;
INSERT INTO stock_entry SELECT merchant_id, product_id, number, delta, on_hand, reason, time_ms
  FROM stock_entry_before;
DROP TABLE stock_entry_before;
CREATE INDEX stock_entry_by_time ON stock_entry(time_ms);

ALTER TABLE claim_total RENAME TO claim_total_before;
CREATE TABLE claim_total(
  merchant_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  kind INTEGER NOT NULL CHECK(kind BETWEEN 0 AND 2),
  quantity INTEGER NOT NULL CHECK(quantity >= 0),
  PRIMARY KEY(merchant_id, product_id, store_id, kind)) STRICT, WITHOUT ROWID;
INSERT INTO claim_total SELECT merchant_id, product_id, store_id, kind, quantity FROM
  claim_total_before;
DROP TABLE claim_total_before;

ALTER TABLE orders RENAME TO orders_before;
CREATE TABLE orders(
  merchant_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  order_number TEXT NOT NULL,
  state INTEGER NOT NULL,
  create_ns INTEGER NOT NULL,
  content_hash INTEGER NOT NULL,
  mark TEXT NOT NULL,
  store_modified_ms INTEGER NOT NULL,
  claims TEXT NOT NULL,
  doc BLOB NOT NULL,
  PRIMARY KEY(merchant_id, order_id),
  UNIQUE(merchant_id, store_id, external_id)) STRICT;
INSERT INTO orders SELECT merchant_id, order_id, store_id, external_id, order_number, state,
  create_ns, content_hash, mark, store_modified_ms, claims, doc FROM orders_before;
DROP TABLE orders_before;
CREATE INDEX orders_of_store ON orders(merchant_id, store_id, state, create_ns, order_id);
CREATE INDEX orders_of_all ON orders(state, create_ns, order_id, merchant_id);
CREATE INDEX orders_by_number ON orders(order_number, merchant_id, create_ns, order_id);

ALTER TABLE outbox RENAME TO outbox_before;
CREATE TABLE outbox(
  merchant_id TEXT NOT NULL,
  shipment_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  state INTEGER NOT NULL CHECK(state BETWEEN 0 AND 3),
  attempts INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  sending_ms INTEGER NOT NULL,
  settled_ms INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  PRIMARY KEY(merchant_id, shipment_id)) STRICT, WITHOUT ROWID;
INSERT INTO outbox SELECT merchant_id, shipment_id, store_id, order_id, state, attempts,
  failures, due_ms, sending_ms, settled_ms, last_error FROM outbox_before;
DROP TABLE outbox_before;
CREATE INDEX outbox_due ON outbox(merchant_id, store_id, due_ms, shipment_id) WHERE state < 2;
CREATE INDEX outbox_done ON outbox(sending_ms) WHERE state = 2;

ALTER TABLE issue RENAME TO issue_before;
CREATE TABLE issue(
  merchant_id TEXT NOT NULL,
  issue_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  record_type INTEGER NOT NULL,
  record_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  state INTEGER NOT NULL,
  update_ms INTEGER NOT NULL,
  doc BLOB NOT NULL,
  PRIMARY KEY(merchant_id, issue_id)) STRICT;
INSERT INTO issue SELECT merchant_id, issue_id, store_id, record_type, record_key, reason,
  state, update_ms, doc FROM issue_before;
DROP TABLE issue_before;
CREATE INDEX issue_of_all ON issue(issue_id, merchant_id);
CREATE INDEX issue_open ON issue(merchant_id, issue_id) WHERE state = 1;
CREATE INDEX issue_open_of_all ON issue(issue_id, merchant_id) WHERE state = 1;
CREATE UNIQUE INDEX issue_open_of_record
  ON issue(merchant_id, store_id, record_type, record_key, reason) WHERE state = 1;
CREATE INDEX issue_resolved ON issue(update_ms) WHERE state = 2;

ALTER TABLE sync_run RENAME TO sync_run_before;
CREATE TABLE sync_run(
  merchant_id TEXT NOT NULL,
  store_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  doc BLOB NOT NULL,
  PRIMARY KEY(merchant_id, store_id, run_id)) STRICT, WITHOUT ROWID;
INSERT INTO sync_run SELECT merchant_id, store_id, run_id, doc FROM sync_run_before;
DROP TABLE sync_run_before;

ALTER TABLE change_head RENAME TO change_head_before;
CREATE TABLE change_head(
  merchant_id TEXT NOT NULL,
  last_seq INTEGER NOT NULL,
  PRIMARY KEY(merchant_id)) STRICT, WITHOUT ROWID;
INSERT INTO change_head SELECT merchant_id, last_seq FROM change_head_before;
DROP TABLE change_head_before;

ALTER TABLE change_log RENAME TO change_log_before;
CREATE TABLE change_log(
  merchant_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  type INTEGER NOT NULL,
  resource TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  PRIMARY KEY(merchant_id, seq)) STRICT, WITHOUT ROWID;
INSERT INTO change_log SELECT merchant_id, seq, type, resource, time_ms FROM change_log_before;
DROP TABLE change_log_before;

ALTER TABLE request RENAME TO request_before;
CREATE TABLE request(
  merchant_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  request_hash INTEGER NOT NULL,
  answer BLOB NOT NULL,
  time_ms INTEGER NOT NULL,
  PRIMARY KEY(merchant_id, request_id)) STRICT;
INSERT INTO request SELECT merchant_id, request_id, request_hash, answer, time_ms FROM
  request_before;
DROP TABLE request_before;
CREATE INDEX request_by_time ON request(time_ms, merchant_id, request_id);
)sql";

// Runs that were going on when their name was given away: after a crash they are found by it.
constexpr std::string_view kVersion7 = R"sql(
ALTER TABLE sync_run ADD COLUMN is_running INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sync_run_running ON sync_run(is_running) WHERE is_running = 1;
)sql";

constexpr std::array kMigrations{Migration{.version = 1, .sql = kVersion1},
                                 Migration{.version = 2, .sql = kVersion2},
                                 Migration{.version = 3, .sql = kVersion3},
                                 Migration{.version = 4, .sql = kVersion4},
                                 Migration{.version = 5, .sql = kVersion5},
                                 Migration{.version = 6, .sql = kVersion6},
                                 Migration{.version = 7, .sql = kVersion7}};

}  // namespace

std::span<const Migration> Migrations() {
  return kMigrations;
}

}  // namespace storebridge::storage
