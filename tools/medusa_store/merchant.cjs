// What the merchant does in the store's own admin: looks, edits, captures, cancels, refunds, ships.
'use strict';

const kPage = 200;
const kMaxOrders = 10000;
// What Medusa's fractions of a cent leave over.
const kLeastAmount = 0.0001;
const kOrderFields = [
  'id,display_id,status,version,created_at,updated_at,canceled_at,currency_code,email,total,metadata',
  '*shipping_address,*billing_address,*shipping_methods,*credit_lines',
  '*payment_collections,*payment_collections.payments,*payment_collections.payments.captures',
  '*payment_collections.payments.refunds',
  '*fulfillments,*fulfillments.labels,*fulfillments.items',
].join(',');
const kVariantFields =
  'id,sku,title,ean,barcode,manage_inventory,allow_backorder,product_id,product.title,' +
  'product.description,product.status,*prices,*options,*inventory_items';
const kLevelFields = 'id,sku,*location_levels';

// Medusa sends every number twice, the second time as `raw_` and its name: nothing that differs.
function WithoutRaw(value) {
  if (Array.isArray(value)) return value.map(WithoutRaw);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([name]) => !name.startsWith('raw_'));
  return Object.fromEntries(kept.map(([name, one]) => [name, WithoutRaw(one)]));
}

async function OnlyOne(client, path, field, what) {
  const { [field]: found } = await client.Get(path);
  if (found.length === 1) return found[0];
  throw new Error(`the store has ${found.length} ${what}`);
}

async function FindVariant(client, sku) {
  const query = `sku=${encodeURIComponent(sku)}&fields=${kVariantFields}`;
  const path = `/admin/product-variants?${query}`;
  return WithoutRaw(await OnlyOne(client, path, 'variants', `variants with SKU ${sku}`));
}

// Medusa does not filter by the number that people see. Numbers rise, with gaps where drafts are.
async function IdOfNumber(client, number) {
  const at = async (offset) => {
    const page = `order=display_id&limit=1&offset=${offset}&fields=id,display_id`;
    return client.Get(`/admin/orders?${page}`);
  };
  let low = 0;
  let high = Math.min(number, (await at(0)).count) - 1;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const [order] = (await at(middle)).orders;
    if (order?.display_id === number) return order.id;
    if (order && order.display_id < number) low = middle + 1;
    else high = middle - 1;
  }
  throw new Error(`the store has no order ${number}`);
}

// `code` is the number that people see, or the id.
async function FindOrder(client, code) {
  const id = /^\d+$/.test(code) ? await IdOfNumber(client, Number(code)) : code;
  const path = `/admin/orders?id[]=${encodeURIComponent(id)}&fields=${kOrderFields}`;
  return WithoutRaw(await OnlyOne(client, path, 'orders', `orders ${code}`));
}

// Answers placed orders, newest last. `statuses` are Medusa's: pending, completed, canceled ...
async function ListOrders(client, statuses) {
  const filter = statuses.map((status) => `&status[]=${status}`).join('');
  const found = [];
  while (found.length < kMaxOrders) {
    const page = `limit=${kPage}&offset=${found.length}&order=display_id`;
    const answer = await client.Get(`/admin/orders?${page}&fields=${kOrderFields}${filter}`);
    found.push(...answer.orders.map(WithoutRaw));
    if (answer.orders.length === 0 || found.length >= answer.count) break;
  }
  return found;
}

async function OwnItem(client, sku) {
  const { inventory_items: items } = await FindVariant(client, sku);
  if (items.length !== 1) throw new Error(`${sku} has ${items.length} inventory items`);
  const path = `/admin/inventory-items?id[]=${items[0].inventory_item_id}&fields=${kLevelFields}`;
  return OnlyOne(client, path, 'inventory_items', 'such inventory items');
}

async function StockOf(client, sku) {
  const { id, location_levels: levels } = WithoutRaw(await OwnItem(client, sku));
  const sum = (field) => levels.reduce((total, level) => total + level[field], 0);
  return {
    sku,
    stocked: sum('stocked_quantity'),
    reserved: sum('reserved_quantity'),
    available: sum('available_quantity'),
    inventory_item_id: id,
    levels,
  };
}

// Sets the stock at a location where it is kept, or begins to keep it there.
async function SetStock(client, sku, quantity, location) {
  const { id, location_levels: levels } = await OwnItem(client, sku);
  const place = location ?? levels[0].location_id;
  const level = { inventory_item_id: id, location_id: place, stocked_quantity: quantity };
  const is_there = levels.some((one) => one.location_id === place);
  const body = is_there ? { update: [level] } : { create: [level] };
  await client.Post('/admin/inventory-items/location-levels/batch', body);
  return StockOf(client, sku);
}

// Makes a product of one variant. `parts` [{ sku, quantity }] make it a kit of other variants.
async function AddProduct(client, shop, sku, { name, price, kind, parts, quantity, location }) {
  const { shipping_profiles: profiles } = await client.Get('/admin/shipping-profiles?limit=1');
  const inventory = [];
  for (const part of parts ?? []) {
    const { id } = await OwnItem(client, part.sku);
    inventory.push({ inventory_item_id: id, required_quantity: part.quantity });
  }
  await client.Post('/admin/products', {
    title: name,
    handle: `uusi-${Date.now()}-${process.pid}`,
    status: 'published',
    shipping_profile_id: profiles[0].id,
    sales_channels: [{ id: shop.sales_channel }],
    options: [{ title: 'Default option', values: ['Default option value'] }],
    variants: [
      {
        title: 'Default variant',
        sku,
        manage_inventory: kind !== 'unmanaged',
        allow_backorder: kind === 'backorder',
        inventory_items: parts ? inventory : undefined,
        prices: [{ currency_code: 'eur', amount: price / 100 }],
        options: { 'Default option': 'Default option value' },
      },
    ],
  });
  if (kind !== 'unmanaged' && !parts) {
    const { id } = (await client.Get(`/admin/inventory-items?sku=${encodeURIComponent(sku)}`))
      .inventory_items[0];
    const level = { location_id: location ?? shop.location, stocked_quantity: quantity ?? 0 };
    await client.Post(`/admin/inventory-items/${id}/location-levels`, level);
  }
  return FindVariant(client, sku);
}

// The members that have a value, or null if none has.
function Given(object) {
  const given = Object.entries(object).filter(([, value]) => value !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : null;
}

// Edits a variant's code, EAN (barcode too) and price, and its product's title, description, status.
async function EditProduct(client, sku, edit) {
  const variant = await FindVariant(client, sku);
  const path = `/admin/products/${variant.product_id}`;
  const price = variant.prices.find((one) => Object.keys(one.rules).length === 0);
  const amount = edit.price === undefined ? undefined : edit.price / 100;
  const of_variant = Given({
    sku: edit.newSku,
    ean: edit.ean,
    barcode: edit.ean,
    prices:
      amount === undefined
        ? undefined
        : [{ id: price?.id, currency_code: price?.currency_code ?? 'eur', amount }],
  });
  const enabled = edit.enabled === undefined ? undefined : edit.enabled ? 'published' : 'draft';
  const of_product = Given({ title: edit.title, description: edit.description, status: enabled });
  if (of_variant) await client.Post(`${path}/variants/${variant.id}`, of_variant);
  if (of_product) await client.Post(path, of_product);
  return FindVariant(client, edit.newSku ?? sku);
}

async function DeleteProduct(client, sku) {
  const { product_id: id } = await FindVariant(client, sku);
  return client.Delete(`/admin/products/${id}`);
}

async function EditAddress(client, code, address) {
  const { id } = await FindOrder(client, code);
  await client.Post(`/admin/orders/${id}`, { shipping_address: address });
  return FindOrder(client, id);
}

function OrderLines(order, quantities) {
  return quantities.map(({ sku, quantity }) => {
    const line = order.items.find((one) => one.variant_sku === sku);
    if (!line) throw new Error(`order ${order.display_id} has no line with SKU ${sku}`);
    return { id: line.id, quantity };
  });
}

// Begins an edit and leaves it so: the order shows nothing of it, and no fulfilment can be made.
async function BeginEdit(client, code, quantities) {
  const order = await FindOrder(client, code);
  const lines = OrderLines(order, quantities ?? []);
  await client.Post('/admin/order-edits', { order_id: order.id });
  for (const { id, quantity } of lines)
    await client.Post(`/admin/order-edits/${order.id}/items/item/${id}`, { quantity });
  return FindOrder(client, order.id);
}

async function EndEdit(client, code) {
  const { id } = await FindOrder(client, code);
  await client.Post(`/admin/order-edits/${id}/request`);
  await client.Post(`/admin/order-edits/${id}/confirm`);
  return FindOrder(client, id);
}

async function DropEdit(client, code) {
  const { id } = await FindOrder(client, code);
  await client.Delete(`/admin/order-edits/${id}`);
  return FindOrder(client, id);
}

async function Difference(client, id) {
  const { order } = await client.Get(`/admin/orders/${id}?fields=id,*summary`);
  return order.summary.pending_difference;
}

// Sets the quantities of lines (0 takes one away). If it was paid, the difference is refunded or paid.
async function EditLines(client, code, quantities) {
  const before = await BeginEdit(client, code, quantities);
  await EndEdit(client, before.id);
  if (before.payment_status === 'captured') {
    const difference = await Difference(client, before.id);
    if (difference > 0) await PayRest(client, before.id);
    if (difference < 0) await Refund(client, before.id, -difference);
  }
  return FindOrder(client, before.id);
}

// Marks as paid what an order still costs, as a merchant does who got the money in another way.
async function PayRest(client, code) {
  const order = await FindOrder(client, code);
  const body = { order_id: order.id };
  let open = order.payment_collections.find((one) => one.status === 'not_paid');
  if (!open) {
    // An order that was a draft: what its summary says is due is without tax.
    const due = { ...body, amount: order.total };
    open = (await client.Post('/admin/payment-collections', due)).payment_collection;
  }
  await client.Post(`/admin/payment-collections/${open.id}/mark-as-paid`, body);
  return FindOrder(client, order.id);
}

function Payments(order) {
  return order.payment_collections.flatMap((one) => one.payments);
}

// Captures an authorised payment, or `amount` of it in major units.
async function CaptureOrder(client, code, amount) {
  const order = await FindOrder(client, code);
  const payment = Payments(order).find((one) => !one.captured_at && !one.canceled_at);
  if (!payment) throw new Error(`order ${code} has no authorised payment to capture`);
  await client.Post(`/admin/payments/${payment.id}/capture`, Given({ amount }) ?? {});
  return FindOrder(client, order.id);
}

// Cancels the whole order: what was captured Medusa refunds by itself.
async function CancelOrder(client, code) {
  const { id } = await FindOrder(client, code);
  await client.Post(`/admin/orders/${id}/cancel`);
  return FindOrder(client, id);
}

async function CompleteOrder(client, code) {
  const { id } = await FindOrder(client, code);
  await client.Post(`/admin/orders/${id}/complete`);
  return FindOrder(client, id);
}

// Refunds `amount` in major units, from one payment after the other; without it, all that is left. It
// does not cancel.
async function Refund(client, code, amount) {
  const order = await FindOrder(client, code);
  const sum = (parts) => parts.reduce((total, one) => total + one.amount, 0);
  let wanted = amount ?? Infinity;
  let refunded = 0;
  for (const payment of Payments(order)) {
    const part = Math.min(wanted, sum(payment.captures) - sum(payment.refunds));
    if (part < kLeastAmount) continue;
    await client.Post(`/admin/payments/${payment.id}/refund`, { amount: part });
    wanted -= part;
    refunded += part;
  }
  if (refunded === 0) throw new Error(`order ${code} has no captured payment: capture it first`);
  return FindOrder(client, order.id);
}

// Packs by hand: all that is left, or the given quantities. Answers the order and the fulfilment's id.
async function Fulfill(client, shop, code, quantities, { location, metadata } = {}) {
  const order = await FindOrder(client, code);
  const all = order.items.map(({ id, quantity, detail }) => ({
    id,
    quantity: quantity - detail.fulfilled_quantity,
  }));
  const items = quantities ? OrderLines(order, quantities) : all.filter((one) => one.quantity > 0);
  await client.Post(`/admin/orders/${order.id}/fulfillments`, {
    items,
    location_id: location ?? shop.location,
    metadata,
  });
  const known = order.fulfillments.map(({ id }) => id);
  const done = await FindOrder(client, order.id);
  return { order: done, made: done.fulfillments.find(({ id }) => !known.includes(id)) };
}

// The quantities of the order's lines in a fulfilment; a kit has a row for each of its parts.
function LinesOf(fulfillment) {
  const lines = new Map(fulfillment.items.map((one) => [one.line_item_id, one.quantity]));
  return [...lines].map(([id, quantity]) => ({ id, quantity }));
}

// Packs and ships by hand.
async function ShipOrder(client, shop, code, quantities, tracking) {
  const { order, made } = await Fulfill(client, shop, code, quantities);
  const label = { tracking_number: tracking, tracking_url: '', label_url: '' };
  await client.Post(`/admin/orders/${order.id}/fulfillments/${made.id}/shipments`, {
    items: LinesOf(made),
    labels: tracking ? [label] : [],
  });
  return FindOrder(client, order.id);
}

// Does `what` (mark-as-delivered, cancel) to a fulfilment, or to the order's only one that stands.
async function MoveFulfillment(client, code, fulfillment, what) {
  const order = await FindOrder(client, code);
  const standing = order.fulfillments.filter((one) => !one.canceled_at);
  if (!fulfillment && standing.length !== 1)
    throw new Error(`order ${code} has ${standing.length} fulfilments: give --fulfillment`);
  const id = fulfillment ?? standing[0].id;
  await client.Post(`/admin/orders/${order.id}/fulfillments/${id}/${what}`);
  return FindOrder(client, order.id);
}

// A promotion of some per cent on all lines, for `place --promotion`.
async function AddPromotion(client, code, percent) {
  return client.Post('/admin/promotions', {
    code,
    type: 'standard',
    status: 'active',
    application_method: {
      type: 'percentage',
      target_type: 'items',
      allocation: 'across',
      value: percent,
      currency_code: 'eur',
    },
  });
}

// An order of nobody who paid: a draft of the merchant's, made an order.
async function PlaceUnpaid(client, shop, { lines, address, email }) {
  const { draft_order: draft } = await client.Post('/admin/draft-orders', {
    email,
    region_id: shop.region,
    sales_channel_id: shop.sales_channel,
    items: lines,
    shipping_address: address,
  });
  await client.Post(`/admin/draft-orders/${draft.id}/convert-to-order`);
  return draft;
}

module.exports = {
  AddProduct,
  AddPromotion,
  BeginEdit,
  CancelOrder,
  CaptureOrder,
  CompleteOrder,
  DeleteProduct,
  DropEdit,
  EditAddress,
  EditLines,
  EditProduct,
  EndEdit,
  FindOrder,
  FindVariant,
  Fulfill,
  ListOrders,
  MoveFulfillment,
  PayRest,
  PlaceUnpaid,
  Refund,
  SetStock,
  ShipOrder,
  StockOf,
};
