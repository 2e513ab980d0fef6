// Acts as the customers and as the merchant of a Medusa store, from the command line.
'use strict';

const fs = require('node:fs');
const { Json, Lines, Needed, OneOf, ProductEdit, WholeNumber } = require('../npm_store/flags.cjs');
const { PlaceMany, RunShop, Texts } = require('../npm_store/shop.cjs');
const { Merchant } = require('./client.cjs');
const { AddressOf, OwnEmail, PlaceOrder, Salable, ShownProducts } = require('./customer.cjs');
const admin = require('./merchant.cjs');
const { AddLocation } = require('./populate.cjs');

const kUsage = `Usage: node shop.cjs COMMAND --ready-file FILE [options]
Prints one line of JSON. --price is in minor units (1490 = 14.90), --amount in Medusa's major ones (14.90).
--code is the number that people see (display_id), or the id.
As a customer:
  place --lines SKU:QTY,... [--pay captured|authorized|none] [--address JSON] [--billing JSON] [--email E]
        [--shipping posti|express] [--promotion CODE] [--metadata JSON] [--count N] [--parallel P]
  salable --sku S | products      (what the shop sells, and what it shows)
As the merchant:
  order --code C | orders [--status S,S]
  capture --code C [--amount A] | pay --code C      (pay: what an order still costs, got in another way)
  cancel --code C | refund --code C [--amount A] | complete --code C
  edit-address --code C [--postal-code P] [--country-code CC] [--address JSON]
  edit-lines --code C --lines SKU:QTY,...      (what was paid is settled; 0 takes a line away)
  begin-edit --code C [--lines SKU:QTY,...] | end-edit --code C | drop-edit --code C
  fulfill --code C [--lines SKU:QTY,...] [--location ID] [--metadata JSON]
  ship --code C [--lines SKU:QTY,...] [--tracking T]      (packs and ships)
  deliver --code C [--fulfillment ID] | cancel-fulfillment --code C [--fulfillment ID]
  stock --sku S | set-stock --sku S --quantity N [--location ID] | add-location --name N
  product --sku S | delete-product --sku S
  add-product --sku S --name N [--price P] [--quantity N] [--location ID]
        [--kind managed|unmanaged|backorder] [--parts SKU:QTY,...]      (parts: it is a kit)
  edit-product --sku S [--title T] [--price P] [--ean E] [--description D] [--enabled true|false]
        [--new-sku S]
  add-promotion --promotion CODE --percent P`;
const kTexts = [
  'ready-file',
  'lines',
  'pay',
  'address',
  'billing',
  'email',
  'shipping',
  'promotion',
  'metadata',
  'count',
  'parallel',
  'sku',
  'code',
  'status',
  'amount',
  'postal-code',
  'country-code',
  'location',
  'tracking',
  'fulfillment',
  'quantity',
  'name',
  'price',
  'kind',
  'parts',
  'title',
  'ean',
  'description',
  'enabled',
  'new-sku',
  'percent',
];

function Amount(values) {
  if (values.amount === undefined) return undefined;
  const amount = Number(values.amount);
  if (values.amount !== '' && amount > 0) return amount;
  throw new Error(`--amount ${values.amount}: give an amount above 0, such as 14.90`);
}

// Places one order; the merchant captures it where that is wanted.
async function PlaceOne(shop, client, order, pay) {
  if (pay === 'none') {
    const address = AddressOf(order.address);
    const email = order.email ?? OwnEmail();
    return admin.PlaceUnpaid(client, shop, { ...order, address, email });
  }
  const placed = await PlaceOrder(shop.url, shop.publishable_key, order);
  if (pay === 'captured') await admin.CaptureOrder(client, placed.id);
  return placed;
}

async function Place(shop, client, values) {
  const lines = [];
  for (const { sku, quantity } of Lines({ lines: Needed(values, 'lines') })) {
    lines.push({ variant_id: (await admin.FindVariant(client, sku)).id, quantity });
  }
  const order = {
    lines,
    address: Json(values, 'address'),
    billing: values.billing && AddressOf(Json(values, 'billing')),
    email: values.email,
    shipping: values.shipping,
    promotions: values.promotion && [values.promotion],
    metadata: Json(values, 'metadata'),
  };
  const pay = OneOf(values, 'pay', ['captured', 'authorized', 'none']);
  return PlaceMany(values, 4, async () => {
    const { id, display_id: number, total } = await PlaceOne(shop, client, order, pay);
    return { id, display_id: number, total };
  });
}

function Address(values) {
  const address = Json(values, 'address') ?? {};
  if (values['postal-code'] !== undefined) address.postal_code = values['postal-code'];
  if (values['country-code'] !== undefined)
    address.country_code = values['country-code'].toLowerCase();
  if (Object.keys(address).length > 0) return address;
  throw new Error('give --postal-code, --country-code or --address');
}

function Product(values) {
  return {
    name: Needed(values, 'name'),
    price: WholeNumber(values, 'price') ?? 1000,
    kind: OneOf(values, 'kind', ['managed', 'unmanaged', 'backorder']),
    parts: Lines(values, 'parts'),
    quantity: WholeNumber(values, 'quantity'),
    location: values.location,
  };
}

const Code = (values) => Needed(values, 'code');
const Sku = (values) => Needed(values, 'sku');
const kCommands = {
  place: Place,
  salable: async (shop, client, values) => {
    const variant = await admin.FindVariant(client, Sku(values));
    const salable = await Salable(shop.url, shop.publishable_key, variant);
    return { sku: variant.sku, salable };
  },
  products: async (shop) => ({ products: await ShownProducts(shop.url, shop.publishable_key) }),
  order: (shop, client, values) => admin.FindOrder(client, Code(values)),
  orders: async (shop, client, values) => ({
    orders: await admin.ListOrders(client, values.status?.split(',') ?? []),
  }),
  capture: (shop, client, values) => admin.CaptureOrder(client, Code(values), Amount(values)),
  pay: (shop, client, values) => admin.PayRest(client, Code(values)),
  cancel: (shop, client, values) => admin.CancelOrder(client, Code(values)),
  refund: (shop, client, values) => admin.Refund(client, Code(values), Amount(values)),
  complete: (shop, client, values) => admin.CompleteOrder(client, Code(values)),
  'edit-address': (shop, client, values) =>
    admin.EditAddress(client, Code(values), Address(values)),
  'edit-lines': (shop, client, values) => {
    Needed(values, 'lines');
    return admin.EditLines(client, Code(values), Lines(values));
  },
  'begin-edit': (shop, client, values) => admin.BeginEdit(client, Code(values), Lines(values)),
  'end-edit': (shop, client, values) => admin.EndEdit(client, Code(values)),
  'drop-edit': (shop, client, values) => admin.DropEdit(client, Code(values)),
  fulfill: async (shop, client, values) => {
    const more = { location: values.location, metadata: Json(values, 'metadata') };
    return (await admin.Fulfill(client, shop, Code(values), Lines(values), more)).order;
  },
  ship: (shop, client, values) =>
    admin.ShipOrder(client, shop, Code(values), Lines(values), values.tracking ?? ''),
  deliver: (shop, client, values) =>
    admin.MoveFulfillment(client, Code(values), values.fulfillment, 'mark-as-delivered'),
  'cancel-fulfillment': (shop, client, values) =>
    admin.MoveFulfillment(client, Code(values), values.fulfillment, 'cancel'),
  stock: (shop, client, values) => admin.StockOf(client, Sku(values)),
  'set-stock': (shop, client, values) => {
    Needed(values, 'quantity');
    const quantity = WholeNumber(values, 'quantity');
    return admin.SetStock(client, Sku(values), quantity, values.location);
  },
  'add-location': async (shop, client, values) => ({
    id: await AddLocation(client, Needed(values, 'name'), shop.sales_channel),
  }),
  product: (shop, client, values) => admin.FindVariant(client, Sku(values)),
  'delete-product': (shop, client, values) => admin.DeleteProduct(client, Sku(values)),
  'add-product': (shop, client, values) =>
    admin.AddProduct(client, shop, Sku(values), Product(values)),
  'edit-product': (shop, client, values) => admin.EditProduct(client, Sku(values), ProductEdit(values)),
  'add-promotion': (shop, client, values) =>
    admin.AddPromotion(
      client,
      Needed(values, 'promotion'),
      WholeNumber(values, 'percent', { least: 1, most: 100 }) ?? 10,
    ),
};

RunShop({
  usage: kUsage,
  flags: Texts(kTexts),
  commands: kCommands,
  async Open(values) {
    const shop = JSON.parse(fs.readFileSync(Needed(values, 'ready-file'), 'utf8'));
    return { shop, client: await Merchant(shop.url, shop.admin_email, shop.admin_password) };
  },
});
