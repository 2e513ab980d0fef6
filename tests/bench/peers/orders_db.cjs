// What a merchant's own script keeps of orders: the order, each line, what changed, with the durability of Storebridge, in one
// transaction for each page. Storebridge keeps the lines in the order, and writes what is claimed once per product of a page.
'use strict';

function normalise(order) {
  const address = (a) => ({
    name: `${a.first_name} ${a.last_name}`.trim(), company: a.company, lines: [a.address_1, a.address_2].filter(Boolean),
    postcode: a.postcode, city: a.city, country: a.country, phone: a.phone,
  });
  return {
    id: String(order.id), number: order.number, state: order.status, currency: order.currency, total: order.total,
    totalTax: order.total_tax, shippingTotal: order.shipping_total, placed: order.date_created_gmt, paid: order.date_paid_gmt,
    modified: order.date_modified_gmt, billing: address(order.billing), shipping: address(order.shipping),
    note: order.customer_note, payment: order.payment_method,
    method: order.shipping_lines.length > 0 ? order.shipping_lines[0].method_title : '',
    lines: order.line_items.map((line) => ({
      id: String(line.id), code: line.sku, title: line.name, quantity: line.quantity, total: line.total, tax: line.total_tax,
    })),
  };
}

exports.open = (Database, file) => {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`
    CREATE TABLE IF NOT EXISTS orders(id TEXT PRIMARY KEY, number TEXT, state TEXT, placed TEXT, modified TEXT, doc TEXT) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS orders_by_state ON orders(state, placed);
    CREATE TABLE IF NOT EXISTS order_lines(order_id TEXT, line_id TEXT, code TEXT, quantity INTEGER, PRIMARY KEY(order_id, line_id))
      WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS changes(seq INTEGER PRIMARY KEY, order_id TEXT);
    CREATE TABLE IF NOT EXISTS cursor(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;`);
  const known = db.prepare('SELECT modified, state FROM orders WHERE id = ?');
  const putOrder = db.prepare(`INSERT INTO orders VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET number = excluded.number,
    state = excluded.state, placed = excluded.placed, modified = excluded.modified, doc = excluded.doc`);
  const putLine = db.prepare(`INSERT INTO order_lines VALUES(?, ?, ?, ?) ON CONFLICT(order_id, line_id) DO UPDATE SET
    code = excluded.code, quantity = excluded.quantity`);
  const addChange = db.prepare('INSERT INTO changes(order_id) VALUES(?)');
  const putCursor = db.prepare("INSERT INTO cursor VALUES('orders', ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value");
  const getCursor = db.prepare("SELECT value FROM cursor WHERE name = 'orders'");
  const isChanged = (row) => {
    const have = known.get(String(row.id));
    return have === undefined || have.modified !== row.date_modified_gmt || have.state !== row.status;
  };
  const write = db.transaction((rows) => {
    for (const row of rows) {
      const order = normalise(row);
      putOrder.run(order.id, order.number, order.state, order.placed, order.modified, JSON.stringify(order));
      for (const line of order.lines) putLine.run(order.id, line.id, line.code, line.quantity);
      addChange.run(order.id);
    }
    putCursor.run(rows[rows.length - 1].date_modified_gmt);
  });
  return {
    cursor: () => { const row = getCursor.get(); return row === undefined ? null : row.value; },
    // Writes what is new or changed; how many those were. Nothing is committed when there are none.
    take: (rows) => {
      const changed = rows.filter(isChanged);
      if (changed.length > 0) write(changed);
      return changed.length;
    },
    count: () => db.prepare('SELECT count(*) AS n FROM orders').get().n,
  };
};
