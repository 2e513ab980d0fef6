// Orders in: a first import, and polls that find nothing.
'use strict';
const { open } = require('./orders_db.cjs');

const pageSize = 100;
const fields = 'id,number,status,currency,date_created_gmt,date_modified_gmt,date_paid_gmt,discount_total,discount_tax,' +
  'shipping_total,shipping_tax,total,total_tax,billing,shipping,payment_method,customer_note,line_items,shipping_lines,' +
  'fee_lines,coupon_lines,refunds,meta_data';

function query(page, after) {
  const asked = {
    status: 'any', orderby: 'modified', order: 'asc', dates_are_gmt: 'true', per_page: pageSize, page, _fields: fields,
  };
  if (after !== null) asked.modified_after = after;
  return asked;
}

async function pull(client, db) {
  const after = db.cursor();
  let changed = 0;
  for (let page = 1; ; page++) {
    const rows = await client.get('orders', query(page, after));
    changed += db.take(rows);
    if (rows.length < pageSize) return changed;
  }
}

// Takes every order over.
exports.import = async ({ client, Database, file }) => {
  const db = open(Database, file);
  return () => pull(client, db);
};

// Asks `count` times for what changed; nothing has.
exports.poll = async ({ client, Database, file, count }) => {
  const db = open(Database, file);
  await pull(client, db);
  return async () => {
    let changed = 0;
    for (let i = 0; i < count; i++) changed += await pull(client, db);
    return changed;
  };
};
