// Acts as the customers and as the merchant of a Vendure store, from the command line.
'use strict';

const fs = require('node:fs');
const { parseArgs } = require('node:util');
const { Merchant } = require('./client.cjs');
const { PlaceOrder, Salable } = require('./customer.cjs');
const admin = require('./merchant.cjs');

const kMaxCount = 100000;
const kMaxParallel = 64;
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

function Needed(values, name) {
  if (values[name] !== undefined) return values[name];
  throw new Error(`--${name} is missing`);
}

function WholeNumber(values, name, { least = 0, most = 2147483647 } = {}) {
  if (values[name] === undefined) return undefined;
  const number = Number(values[name]);
  if (values[name] !== '' && Number.isInteger(number) && number >= least && number <= most)
    return number;
  throw new Error(`--${name} ${values[name]}: give a whole number from ${least} to ${most}`);
}

// The SKU may hold colons: the last one is ours.
function Lines(values) {
  if (values.lines === undefined) return undefined;
  return values.lines.split(',').map((text) => {
    const [, sku, quantity] = /^(.+):(\d+)$/u.exec(text.trim()) || [];
    if (!sku) throw new Error(`--lines ${text}: write SKU:QUANTITY`);
    return { sku, quantity: Number(quantity) };
  });
}

function Json(values, name) {
  if (values[name] === undefined) return {};
  try {
    return JSON.parse(values[name]);
  } catch (error) {
    throw new Error(`--${name} is not JSON: ${error.message}`);
  }
}

function OneOf(values, name, choices) {
  const value = values[name] ?? choices[0];
  if (choices.includes(value)) return value;
  throw new Error(`--${name} ${value}: give one of ${choices.join(', ')}`);
}

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
    address: Json(values, 'address'),
    email: values.email,
    phone: values.phone,
    pay: OneOf(values, 'pay', ['settled', 'authorized', 'none']),
    shipping: values.shipping ?? 'posti',
  };
  const count = WholeNumber(values, 'count', { least: 1, most: kMaxCount }) ?? 1;
  const parallel = WholeNumber(values, 'parallel', { least: 1, most: kMaxParallel }) ?? 8;
  const orders = [];
  const failures = [];
  let started = 0;
  const Buy = async () => {
    while (started < count) {
      started += 1;
      await PlaceOrder(url, order).then(
        (done) => orders.push(done),
        (error) => failures.push(error.message),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, Buy));
  if (orders.length === 0) throw new Error(failures[0]);
  return { orders, failures };
}

function Edit(values) {
  return {
    title: values.title,
    price: WholeNumber(values, 'price'),
    ean: values.ean,
    description: values.description,
    enabled:
      values.enabled === undefined
        ? undefined
        : OneOf(values, 'enabled', ['true', 'false']) === 'true',
    newSku: values['new-sku'],
  };
}

function Address(values) {
  const address = Json(values, 'address');
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
    admin.EditProduct(client, Needed(values, 'sku'), Edit(values)),
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

async function Main() {
  const [name, ...rest] = process.argv.slice(2);
  if (name === undefined || name === '--help' || name === '-h') return kUsage;
  const command = Object.hasOwn(kCommands, name) ? kCommands[name] : null;
  if (!command) throw new Error(`there is no command ${name}: see --help`);
  const options = Object.fromEntries(kTexts.map((text) => [text, { type: 'string' }]));
  const { values } = parseArgs({ args: rest, options: { ...options, all: { type: 'boolean' } } });
  const url = Url(values);
  const client = await Merchant(url, values.user ?? 'merchant', values.password ?? 'merchant');
  return JSON.stringify(await command(url, client, values));
}

process.stdout.on('error', () => {}); // nobody reads the line: not our fault
Main().then(
  (line) => process.stdout.write(`${line}\n`),
  (error) => {
    process.stderr.write(`shop: ${error.message.split('\n')[0]}\n`);
    process.exitCode = 1;
  },
);
