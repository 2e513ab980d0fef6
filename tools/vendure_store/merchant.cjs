// What the merchant does in the store's own admin: looks, edits, settles, cancels, refunds, ships.
'use strict';

const kPage = 100;
const kMaxOrders = 10000;
const kError = '... on ErrorResult { errorCode message }';
const kStateError = `${kError} ... on OrderStateTransitionError { transitionError }`;
const kUpdateVariants = `mutation($input: [UpdateProductVariantInput!]!) {
  updateProductVariants(input: $input) { id } }`;
const kOrder = `id code state active orderPlacedAt updatedAt currencyCode totalWithTax
  customer { emailAddress }
  shippingAddress { fullName company streetLine1 streetLine2 city province postalCode countryCode
    phoneNumber }
  lines { id quantity orderPlacedQuantity productVariant { id sku }
    fulfillmentLines { quantity fulfillmentId } }
  payments { id state amount refunds { id state total } }
  fulfillments { id state method trackingCode lines { orderLineId quantity } }
  history(options: { filter: { type: { eq: "ORDER_FULFILLMENT_TRANSITION" } } }) { items { data } }`;

async function FindVariant(client, sku) {
  const data = await client.Ask(
    `query($sku: String!) {
    productVariants(options: { filter: { sku: { eq: $sku } } }) { items {
      id sku name price enabled customFields { ean } product { id name variants { id } }
      stockLevels { stockLocationId stockOnHand stockAllocated } } } }`,
    { sku },
  );
  if (data.productVariants.items.length === 1) return data.productVariants.items[0];
  throw new Error(`the store has ${data.productVariants.items.length} variants with SKU ${sku}`);
}

async function FindOrder(client, code) {
  const data = await client.Ask(
    `query($code: String!) {
    orders(options: { filter: { code: { eq: $code } } }) { items { ${kOrder} } } }`,
    { code },
  );
  if (data.orders.items.length === 1) return data.orders.items[0];
  throw new Error(`the store has no order ${code}`);
}

// Answers placed orders, newest last. `filter` is a Vendure OrderFilterParameter.
async function ListOrders(client, filter) {
  const found = [];
  while (found.length < kMaxOrders) {
    const data = await client.Ask(
      `query($options: OrderListOptions) {
      orders(options: $options) { totalItems items { ${kOrder} } } }`,
      { options: { skip: found.length, take: kPage, sort: { id: 'ASC' }, filter } },
    );
    found.push(...data.orders.items);
    if (data.orders.items.length === 0 || found.length >= data.orders.totalItems) break;
  }
  return found;
}

// Deprecated, and yet refundOrder of 3.7.3 fails in its database without them.
const kOldRefundFields = { lines: [], shipping: 0, adjustment: 0 };

function StockOf(variant) {
  const sum = (field) => variant.stockLevels.reduce((total, level) => total + level[field], 0);
  return {
    sku: variant.sku,
    stockOnHand: sum('stockOnHand'),
    stockAllocated: sum('stockAllocated'),
    levels: variant.stockLevels,
  };
}

async function AddLocation(client, name) {
  return client.Do(
    `mutation($input: CreateStockLocationInput!) {
    createStockLocation(input: $input) { id name } }`,
    { input: { name } },
  );
}

async function SetStock(client, sku, quantity, location) {
  const variant = await FindVariant(client, sku);
  const stockLocationId = location ?? variant.stockLevels[0].stockLocationId;
  const stockLevels = [{ stockLocationId, stockOnHand: quantity }];
  await client.Do(kUpdateVariants, { input: [{ id: variant.id, stockLevels }] });
  return StockOf(await FindVariant(client, sku));
}

// Makes a product of one variant, with stock at one location.
async function AddProduct(client, sku, { name, quantity, location }) {
  const text = { languageCode: 'en', name };
  const product = await client.Do(
    'mutation($input: CreateProductInput!) { createProduct(input: $input) { id } }',
    { input: { translations: [{ ...text, slug: sku.toLowerCase(), description: '' }] } },
  );
  const variant = {
    productId: product.id,
    sku,
    price: 1000,
    translations: [text],
    stockLevels: [{ stockLocationId: location, stockOnHand: quantity }],
  };
  await client.Do(
    `mutation($input: [CreateProductVariantInput!]!) {
    createProductVariants(input: $input) { id } }`,
    { input: [variant] },
  );
  return FindVariant(client, sku);
}

// Edits a variant, and the product's description; its title too if it has this one variant only.
async function EditProduct(client, sku, edit) {
  const variant = await FindVariant(client, sku);
  const input = { id: variant.id };
  if (edit.title !== undefined) input.translations = [{ languageCode: 'en', name: edit.title }];
  if (edit.price !== undefined) input.price = edit.price;
  if (edit.ean !== undefined) input.customFields = { ean: edit.ean };
  if (edit.enabled !== undefined) input.enabled = edit.enabled;
  if (edit.newSku !== undefined) input.sku = edit.newSku;
  if (Object.keys(input).length > 1) {
    await client.Do(kUpdateVariants, { input: [input] });
  }
  const texts = { languageCode: 'en' };
  if (edit.title !== undefined && variant.product.variants.length === 1) texts.name = edit.title;
  if (edit.description !== undefined) texts.description = edit.description;
  if (Object.keys(texts).length > 1) {
    await client.Do(
      'mutation($input: UpdateProductInput!) { updateProduct(input: $input) { id } }',
      { input: { id: variant.product.id, translations: [texts] } },
    );
  }
  return FindVariant(client, edit.newSku ?? sku);
}

async function MoveOrder(client, id, state) {
  return client.Do(
    `mutation($id: ID!, $state: String!) {
    transitionOrderToState(id: $id, state: $state) { ... on Order { id state } ${kStateError} } }`,
    { id, state },
  );
}

// Makes `change` (fields of ModifyOrderInput) to an order in Modifying. Answers whether it became
// dearer.
async function ChangeOrder(client, order, change) {
  const payment = order.payments.find((one) => one.state === 'Settled');
  const refunds =
    payment && change.cheaper ? [{ paymentId: payment.id, reason: 'order edited' }] : undefined;
  const { cheaper, ...fields } = change;
  const changed = await client.Do(
    `mutation($input: ModifyOrderInput!) {
    modifyOrder(input: $input) { ... on Order { id totalWithTax } ${kError} } }`,
    {
      input: {
        dryRun: false,
        orderId: order.id,
        options: { recalculateShipping: false },
        refunds,
        ...fields,
      },
    },
  );
  await SettleRefunds(client, order.code);
  return changed.totalWithTax > order.totalWithTax;
}

async function PayRest(client, id) {
  const input = { orderId: id, method: 'settled', transactionId: 'order edited', metadata: {} };
  return client.Do(
    `mutation($input: ManualPaymentInput!) {
    addManualPaymentToOrder(input: $input) { ... on Order { id state } ${kError} } }`,
    { input },
  );
}

// Makes `change` to a placed order. It must be in Modifying meanwhile; afterwards it goes back to the
// state it had, by way of a further payment where it became dearer.
async function ModifyOrder(client, code, change) {
  const order = await FindOrder(client, code);
  await MoveOrder(client, order.id, 'Modifying');
  let next = order.state;
  let refusal = null;
  try {
    if (await ChangeOrder(client, order, change)) next = 'ArrangingAdditionalPayment';
  } catch (error) {
    refusal = error;
  }
  await MoveOrder(client, order.id, next);
  if (refusal) throw refusal;
  if (next === 'ArrangingAdditionalPayment') {
    await PayRest(client, order.id);
    await MoveOrder(client, order.id, order.state);
  }
  return FindOrder(client, code);
}

async function EditAddress(client, code, address) {
  return ModifyOrder(client, code, { updateShippingAddress: address });
}

// The change that sets the quantities of lines by SKU. Vendure would let a quantity fall below what
// is shipped, and then keep the order in Modifying for ever.
function LineChange(order, quantities) {
  const lines = OrderLines(order, quantities);
  let less = false;
  for (const { orderLineId, quantity } of lines) {
    const line = order.lines.find((one) => one.id === orderLineId);
    const fulfilled = line.fulfillmentLines.reduce((total, part) => total + part.quantity, 0);
    if (quantity < fulfilled)
      throw new Error(`${fulfilled} of ${line.productVariant.sku} are already in shipments`);
    less ||= quantity < line.quantity;
  }
  return { adjustOrderLines: lines, cheaper: less };
}

// Sets the quantities of lines. The price difference is refunded or paid.
async function EditLines(client, code, quantities) {
  const change = LineChange(await FindOrder(client, code), quantities);
  return ModifyOrder(client, code, change);
}

// Begins an edit and leaves it so: in Modifying or, where the order became dearer, waiting for the
// money.
async function BeginEdit(client, code, quantities) {
  const order = await FindOrder(client, code);
  const change = quantities && LineChange(order, quantities);
  await MoveOrder(client, order.id, 'Modifying');
  if (change && (await ChangeOrder(client, order, change)))
    await MoveOrder(client, order.id, 'ArrangingAdditionalPayment');
  return FindOrder(client, code);
}

// Ends such an edit: what is due is paid.
async function EndEdit(client, code) {
  const order = await FindOrder(client, code);
  if (order.state === 'ArrangingAdditionalPayment') await PayRest(client, order.id);
  await MoveOrder(client, order.id, 'PaymentSettled');
  return FindOrder(client, code);
}

function OrderLines(order, quantities) {
  return quantities.map(({ sku, quantity }) => {
    const line = order.lines.find((one) => one.productVariant.sku === sku);
    if (!line) throw new Error(`order ${order.code} has no line with SKU ${sku}`);
    return { orderLineId: line.id, quantity };
  });
}

// Cancels the whole order, or the given quantities of it.
async function CancelOrder(client, code, quantities) {
  const order = await FindOrder(client, code);
  const lines = quantities && OrderLines(order, quantities);
  await client.Do(
    `mutation($input: CancelOrderInput!) {
    cancelOrder(input: $input) { ... on Order { id state } ${kStateError} } }`,
    {
      input: {
        orderId: order.id,
        lines,
        cancelShipping: !lines,
        reason: 'cancelled by the merchant',
      },
    },
  );
  return FindOrder(client, code);
}

// The dummy payment provider leaves refunds pending until somebody says that they were paid.
async function SettleRefunds(client, code) {
  const order = await FindOrder(client, code);
  const refunds = order.payments.flatMap((payment) => payment.refunds);
  for (const { id } of refunds.filter((refund) => refund.state === 'Pending')) {
    await client.Do(
      `mutation($input: SettleRefundInput!) {
      settleRefund(input: $input) { ... on Refund { id } ${kError} } }`,
      { input: { id, transactionId: `refund-${id}` } },
    );
  }
}

// Refunds `amount` of the order's payment in minor units; without it, all that is left. No state of
// the order changes: a refund does not cancel.
async function RefundOrder(client, code, amount) {
  const order = await FindOrder(client, code);
  const payment = order.payments.find((one) => one.state === 'Settled');
  if (!payment) throw new Error(`order ${code} has no settled payment: settle it first`);
  const left = payment.refunds.reduce((rest, refund) => rest - refund.total, payment.amount);
  await client.Do(
    `mutation($input: RefundOrderInput!) {
    refundOrder(input: $input) { ... on Refund { id } ${kError} } }`,
    {
      input: {
        paymentId: payment.id,
        amount: amount ?? left,
        reason: 'refunded by the merchant',
        ...kOldRefundFields,
      },
    },
  );
  await SettleRefunds(client, code);
  return FindOrder(client, code);
}

// Captures an authorised payment.
async function SettleOrder(client, code) {
  const order = await FindOrder(client, code);
  const payment = order.payments.find((one) => one.state === 'Authorized');
  if (!payment) throw new Error(`order ${code} has no authorised payment to settle`);
  await client.Do(
    `mutation($id: ID!) {
    settlePayment(id: $id) { ... on Payment { id state } ${kStateError}
      ... on SettlePaymentError { paymentErrorMessage } } }`,
    { id: payment.id },
  );
  return FindOrder(client, code);
}

// Ships by hand: all that is left, or the given quantities.
async function ShipOrder(client, code, quantities, tracking) {
  const order = await FindOrder(client, code);
  const left = (line) =>
    line.fulfillmentLines.reduce((rest, part) => rest - part.quantity, line.quantity);
  const all = order.lines.map((line) => ({ orderLineId: line.id, quantity: left(line) }));
  const lines = quantities
    ? OrderLines(order, quantities)
    : all.filter((line) => line.quantity > 0);
  const handler = {
    code: 'manual-fulfillment',
    arguments: [
      { name: 'method', value: 'by hand' },
      { name: 'trackingCode', value: tracking },
    ],
  };
  const fulfillment = await client.Do(
    `mutation($input: FulfillOrderInput!) {
    addFulfillmentToOrder(input: $input) { ... on Fulfillment { id } ${kError} } }`,
    { input: { lines, handler } },
  );
  await client.Do(
    `mutation($id: ID!) {
    transitionFulfillmentToState(id: $id, state: "Shipped") { ... on Fulfillment { id }
      ... on FulfillmentStateTransitionError { errorCode message transitionError } } }`,
    { id: fulfillment.id },
  );
  return FindOrder(client, code);
}

module.exports = {
  AddLocation,
  AddProduct,
  BeginEdit,
  CancelOrder,
  EditAddress,
  EditLines,
  EditProduct,
  EndEdit,
  FindOrder,
  FindVariant,
  ListOrders,
  RefundOrder,
  SetStock,
  SettleOrder,
  ShipOrder,
  StockOf,
};
