// What customers do in the shop: they buy, and they learn how much they could buy.
'use strict';

const { Customer } = require('./client.cjs');

const kMoreThanAnyStock = 1000000;
const kPaymentProvider = 'pp_system_default';
const kAddress = {
  first_name: 'Åsa',
  last_name: 'Mäkinen',
  address_1: 'Hämeenkatu 1 A 2',
  city: 'Tampere',
  postal_code: '33100',
  country_code: 'fi',
  phone: '+358401234567',
};
let made = 0;

function OwnEmail() {
  made += 1;
  return `customer-${process.pid}-${Date.now()}-${made}@example.com`;
}

async function RegionOf(client, country) {
  const { regions } = await client.Get('/store/regions?fields=id,*countries');
  const found = regions.find((one) => one.countries.some(({ iso_2: code }) => code === country));
  if (found) return found.id;
  throw new Error(`--country ${country}: the store sells nothing there`);
}

async function ShippingOption(client, cart, code) {
  const query = `cart_id=${cart}&fields=id,name,type.code`;
  const { shipping_options: options } = await client.Get(`/store/shipping-options?${query}`);
  const found = options.find((one) => one.type.code === code);
  if (found) return found.id;
  const known = options.map((one) => one.type.code).join(', ');
  throw new Error(`--shipping ${code}: the store has ${known || 'none for this order'}`);
}

async function Pay(client, cart) {
  const { payment_collection: collection } = await client.Post('/store/payment-collections', {
    cart_id: cart,
  });
  await client.Post(`/store/payment-collections/${collection.id}/payment-sessions`, {
    provider_id: kPaymentProvider,
  });
}

// Places one order as a guest; its payment is authorised, the merchant captures. `options`: lines
// [{ variant_id, quantity }], address, email, shipping, promotions, metadata.
async function PlaceOrder(url, key, options) {
  const client = Customer(url, key);
  const address = { ...kAddress, ...options.address };
  const { cart } = await client.Post('/store/carts', {
    region_id: await RegionOf(client, address.country_code),
    email: options.email ?? OwnEmail(),
    shipping_address: address,
    billing_address: options.billing ?? undefined,
    items: options.lines,
    promo_codes: options.promotions,
    metadata: options.metadata,
  });
  const option = await ShippingOption(client, cart.id, options.shipping ?? 'posti');
  await client.Post(`/store/carts/${cart.id}/shipping-methods`, { option_id: option });
  await Pay(client, cart.id);
  const done = await client.Post(`/store/carts/${cart.id}/complete`);
  if (done.type === 'order') return done.order;
  throw new Error(`the order was not placed: ${done.error?.message ?? JSON.stringify(done)}`);
}

module.exports = { PlaceOrder, kMoreThanAnyStock };
