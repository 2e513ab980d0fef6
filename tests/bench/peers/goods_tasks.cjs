// Products in and stock out.
'use strict';

const pageSize = 100;
const productFields = 'id,type,sku,global_unique_id,name,description,short_description,price,status,virtual,manage_stock,' +
  'stock_quantity,weight,dimensions,images,permalink,date_modified_gmt,parent_id,categories';
const variationFields = 'id,sku,global_unique_id,name,description,price,status,virtual,manage_stock,stock_quantity,weight,' +
  'dimensions,image,permalink,attributes,date_modified_gmt,parent_id';

function openGoods(Database, file) {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`
    CREATE TABLE IF NOT EXISTS products(id INTEGER PRIMARY KEY, code TEXT, doc TEXT);
    CREATE INDEX IF NOT EXISTS products_by_code ON products(code);
    CREATE TABLE IF NOT EXISTS stock(id INTEGER PRIMARY KEY, wanted INTEGER, known INTEGER, dirty INTEGER);
    CREATE INDEX IF NOT EXISTS stock_dirty ON stock(id) WHERE dirty = 1;
    CREATE TABLE IF NOT EXISTS changes(seq INTEGER PRIMARY KEY, product_id INTEGER);`);
  return db;
}

function normalise(row, parent) {
  const from = parent || row;
  return {
    id: row.id, code: row.sku, ean: row.global_unique_id, title: from.name, description: row.description || from.description,
    short: from.short_description, price: row.price, active: row.status === 'publish', weight: row.weight,
    dimensions: row.dimensions, images: row.images ? row.images.map((image) => image.src) : [row.image.src],
    url: row.permalink, modified: row.date_modified_gmt, stock: row.manage_stock === true ? row.stock_quantity : null,
    group: from.categories && from.categories.length > 0 ? from.categories[0].name : '',
    options: row.attributes ? row.attributes.map((a) => `${a.name}: ${a.option}`) : [],
  };
}

// Takes the whole catalogue over: products, then the list of all variations.
exports.catalogue = async ({ client, Database, file }) => {
  const db = openGoods(Database, file);
  const put = db.prepare('INSERT INTO products VALUES(?, ?, ?) ON CONFLICT(id) DO UPDATE SET code = excluded.code, doc = excluded.doc');
  const putStock = db.prepare('INSERT INTO stock VALUES(?, NULL, ?, 0) ON CONFLICT(id) DO UPDATE SET known = excluded.known');
  const addChange = db.prepare('INSERT INTO changes(product_id) VALUES(?)');
  const write = db.transaction((products) => {
    for (const product of products) {
      put.run(product.id, product.code, JSON.stringify(product));
      putStock.run(product.id, product.stock);
      addChange.run(product.id);
    }
  });
  return async () => {
    const parents = new Map();
    let done = 0;
    for (let page = 1; ; page++) {
      const rows = await client.get('products', {
        per_page: pageSize, page, orderby: 'id', order: 'asc', status: 'any', _fields: productFields,
      });
      const simple = rows.filter((row) => row.type !== 'variable').map((row) => normalise(row, null));
      for (const row of rows) if (row.type === 'variable') parents.set(row.id, row);
      if (simple.length > 0) write(simple);
      done += simple.length;
      if (rows.length < pageSize) break;
    }
    for (let page = 1; parents.size > 0; page++) {
      const rows = await client.get('variations', { per_page: pageSize, page, orderby: 'id', order: 'asc', _fields: variationFields });
      if (rows.length > 0) write(rows.map((row) => normalise(row, parents.get(row.parent_id))));
      done += rows.length;
      if (rows.length < pageSize) break;
    }
    return done;
  };
};

// Writes the stock of `count` products, all of which changed, to the store.
exports.stock = async ({ client, Database, file, count }) => {
  const db = openGoods(Database, file);
  const fill = db.prepare('INSERT INTO stock VALUES(?, ?, NULL, 1)');
  db.transaction(() => { for (let i = 0; i < count; i++) fill.run(1000 + i, i); })();
  const dirty = db.prepare('SELECT id, wanted FROM stock WHERE dirty = 1 ORDER BY id LIMIT 100');
  const told = db.prepare('UPDATE stock SET known = ?, dirty = wanted <> ? WHERE id = ?');
  const record = db.transaction((items) => { for (const item of items) told.run(item.stock_quantity, item.stock_quantity, item.id); });
  return async () => {
    let done = 0;
    for (;;) {
      const rows = dirty.all();
      if (rows.length === 0) return done;
      const update = rows.map((row) => ({ id: row.id, manage_stock: true, stock_quantity: row.wanted }));
      const answer = await client.post('products/batch', { update });
      record(answer.update);
      done += answer.update.length;
    }
  };
};
