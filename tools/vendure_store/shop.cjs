// Acts as the customers and as the merchant of a Vendure store, from the command line.
'use strict';

const fs = require('node:fs');
const { Json, Lines, Needed, OneOf, ProductEdit, WholeNumber } = require('../npm_store/flags.cjs');
const { PlaceMany, RunShop, Texts } = require('../npm_store/shop.cjs');
const { Merchant } = require('./client.cjs');
const { PlaceOrder, Salable } = require('./customer.cjs');
const admin = require('./merchant.cjs');

const kUsage = `Usage: node shop.cjs COMMAND (--url URL | --ready-file FILE) [options]
Prints one line of JSON. Money is in minor units (1490 = 14.90).
As a customer:
  place --lines SKU:QTY,... [--address JSON] [--pay settled|authorized|none] [--email E]
        [--phone P] [--shipping posti|express] [--count N] [--parallel P]
  salable --sku S
As the merchant (--user and --password, both "merchant" by default):
  order --code C | orders [--state S,S] [--all]
  stock --sku S | set-stock --sku S --quantity N [--location ID]      (below zero: --quantity=-3)
  add-location --name N
  add-product --sku S --name N --location ID --quantity N
  edit-product --sku S [--title T] [--price P] [--ean E] [--description D] [--enabled true|false]
        [--new-sku S]
  edit-address --code C [--postal-code P] [--country-code CC] [--address JSON]
  edit-lines --code C --lines SKU:QTY,...
  begin-edit --code C [--lines SKU:QTY,...]      (stays in Modifying, or waits for the money)
  end-edit --code C
  settle --code C | cancel --code C [--lines SKU:QTY,...] | refund --code C [--amount N]
  ship --code C [--lines SKU:QTY,...] [--tracking T]`;
const kTexts = [
  'url',
  'ready-file',
  'user',
  'password',
  'lines',
  'address',
  'pay',
  'email',
  'phone',
  'shipping',
  'count',
  'parallel',
  'sku',
  'code',
  'state',
  'quantity',
  'location',
  'name',
  'title',
  'price',
  'ean',
  'description',
  'enabled',
  'new-sku',
  'postal-code',
  'country-code',
  'amount',
  'tracking',
];

function Url(values) {
  if (values.url) return values.url.replace(/\/+$/, '');
  return JSON.parse(fs.readFileSync(Needed(values, 'ready-file'), 'utf8')).url;
}

async function Place(url, client, values) {
  const lines = [];
  for (const { sku, quantity } of Lines({ lines: Needed(values, 'lines') })) {
    lines.push({ productVariantId: (await admin.FindVariant(client, sku)).id, quantity });
  }
  const order = {
    lines,
    address: Json(values, 'address', {}),
    email: values.email,
    phone: values.phone,
    pay: OneOf(values, 'pay', ['settled', 'authorized', 'none']),
    shipping: values.shipping ?? 'posti',
  };
  return PlaceMany(values, 8, () => PlaceOrder(url, order));
}

function Address(values) {
  const address = Json(values, 'address', {});
  if (values['postal-code'] !== undefined) address.postalCode = values['postal-code'];
  if (values['country-code'] !== undefined) address.countryCode = values['country-code'];
  if (Object.keys(address).length > 0) return address;
  throw new Error('give --postal-code, --country-code or --address');
}

function OrderFilter(values) {
  const filter = values.all ? {} : { active: { eq: false } };
  if (values.state !== undefined) filter.state = { in: values.state.split(',') };
  return filter;
}

const kCommands = {
  place: Place,
  salable: async (url, client, values) => {
    const variant = await admin.FindVariant(client, Needed(values, 'sku'));
    return { sku: variant.sku, salable: await Salable(url, variant.id) };
  },
  order: (url, client, values) => admin.FindOrder(client, Needed(values, 'code')),
  orders: async (url, client, values) => ({
    orders: await admin.ListOrders(client, OrderFilter(values)),
  }),
  stock: async (url, client, values) =>
    admin.StockOf(await admin.FindVariant(client, Needed(values, 'sku'))),
  'set-stock': (url, client, values) => {
    Needed(values, 'quantity');
    return admin.SetStock(
      client,
      Needed(values, 'sku'),
      WholeNumber(values, 'quantity', { least: -1000000 }),
      values.location,
    );
  },
  'add-location': (url, client, values) => admin.AddLocation(client, Needed(values, 'name')),
  'add-product': (url, client, values) =>
    admin.AddProduct(client, Needed(values, 'sku'), {
      name: Needed(values, 'name'),
      quantity: WholeNumber(values, 'quantity'),
      location: Needed(values, 'location'),
    }),
  'edit-product': (url, client, values) =>
    admin.EditProduct(client, Needed(values, 'sku'), ProductEdit(values)),
  'edit-address': (url, client, values) =>
    admin.EditAddress(client, Needed(values, 'code'), Address(values)),
  'edit-lines': (url, client, values) => {
    Needed(values, 'lines');
    return admin.EditLines(client, Needed(values, 'code'), Lines(values));
  },
  'begin-edit': (url, client, values) =>
    admin.BeginEdit(client, Needed(values, 'code'), Lines(values)),
  'end-edit': (url, client, values) => admin.EndEdit(client, Needed(values, 'code')),
  settle: (url, client, values) => admin.SettleOrder(client, Needed(values, 'code')),
  cancel: (url, client, values) => admin.CancelOrder(client, Needed(values, 'code'), Lines(values)),
  refund: (url, client, values) =>
    admin.RefundOrder(client, Needed(values, 'code'), WholeNumber(values, 'amount', { least: 1 })),
  ship: (url, client, values) =>
    admin.ShipOrder(client, Needed(values, 'code'), Lines(values), values.tracking ?? ''),
};

RunShop({
  usage: kUsage,
  flags: { ...Texts(kTexts), all: { type: 'boolean' } },
  commands: kCommands,
  async Open(values) {
    const url = Url(values);
    const client = await Merchant(url, values.user ?? 'merchant', values.password ?? 'merchant');
    return { shop: url, client };
  },
});
