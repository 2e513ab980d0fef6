// What customers do in the shop: they buy, and they learn how much they could buy.
'use strict';

const { Customer } = require('./client.cjs');

const kMoreThanAnyStock = 1000000;
const kAddress = {
  fullName: 'Åsa Mäkinen',
  streetLine1: 'Hämeenkatu 1 A 2',
  city: 'Tampere',
  postalCode: '33100',
  countryCode: 'FI',
  phoneNumber: '+358401234567',
};
const kError = '... on ErrorResult { errorCode message }';
let made = 0;

function Person(options, address) {
  const [firstName, ...rest] = (address.fullName || 'Guest Customer').split(' ');
  made += 1;
  const own = `customer-${process.pid}-${Date.now()}-${made}@example.com`;
  return {
    firstName,
    lastName: rest.join(' ') || '-',
    emailAddress: options.email || own,
    phoneNumber: options.phone,
  };
}

async function FillBasket(client, lines) {
  const result = await client.Ask(
    `mutation($lines: [AddItemInput!]!) {
    addItemsToOrder(inputs: $lines) { errorResults { ${kError} } } }`,
    { lines },
  );
  const [error] = result.addItemsToOrder.errorResults;
  if (error) throw new Error(`addItemsToOrder: ${error.errorCode}: ${error.message}`);
}

async function ShippingMethod(client, code) {
  const data = await client.Ask('{ eligibleShippingMethods { id code } }');
  const found = data.eligibleShippingMethods.find((method) => method.code === code);
  if (found) return found.id;
  const known = data.eligibleShippingMethods.map((method) => method.code).join(', ');
  throw new Error(`--shipping ${code}: the store has ${known || 'none for this order'}`);
}

async function Pay(client, method) {
  return client.Do(
    `mutation($input: PaymentInput!) {
    addPaymentToOrder(input: $input) { ... on Order { id code state totalWithTax } ${kError}
      ... on PaymentFailedError { paymentErrorMessage } } }`,
    { input: { method, metadata: {} } },
  );
}

// Places one order as a guest. `options`: lines [{ productVariantId, quantity }], address, email,
// phone, pay (settled, authorized or none), shipping. With none the order waits unpaid in
// ArrangingPayment.
async function PlaceOrder(url, options) {
  const client = Customer(url);
  const address = { ...kAddress, ...options.address };
  await FillBasket(client, options.lines);
  await client.Do(
    `mutation($person: CreateCustomerInput!, $address: CreateAddressInput!) {
    setCustomerForOrder(input: $person) { ... on Order { id } ${kError} }
    setOrderShippingAddress(input: $address) { ... on Order { id } ${kError} } }`,
    { person: Person(options, address), address },
  );
  const method = await ShippingMethod(client, options.shipping);
  await client.Do(
    `mutation($method: [ID!]!) {
    setOrderShippingMethod(shippingMethodId: $method) { ... on Order { id } ${kError} } }`,
    { method: [method] },
  );
  const order = await client.Do(`mutation {
    transitionOrderToState(state: "ArrangingPayment") { ... on Order { id code state totalWithTax }
      ${kError} ... on OrderStateTransitionError { transitionError } } }`);
  return options.pay === 'none' ? order : Pay(client, options.pay);
}

// Answers how many of a variant the shop lets a new customer buy. The basket used for it is emptied
// again: it stays in AddingItems, holds no stock and is never placed.
async function Salable(url, productVariantId) {
  const client = Customer(url);
  const { addItemToOrder: result } = await client.Ask(
    `mutation($id: ID!, $quantity: Int!) {
    addItemToOrder(productVariantId: $id, quantity: $quantity) { __typename ${kError}
      ... on InsufficientStockError { quantityAvailable } } }`,
    { id: productVariantId, quantity: kMoreThanAnyStock },
  );
  if (result.__typename === 'Order') return null;
  if (result.errorCode !== 'INSUFFICIENT_STOCK_ERROR') {
    throw new Error(`addItemToOrder: ${result.errorCode}: ${result.message}`);
  }
  if (result.quantityAvailable > 0)
    await client.Do('mutation { removeAllOrderLines { ... on Order { id } } }');
  return result.quantityAvailable;
}

module.exports = { PlaceOrder, Salable };
