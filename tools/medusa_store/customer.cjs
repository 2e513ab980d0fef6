// What customers do in the shop: they buy, and they learn how much they could buy.
'use strict';

const { Customer } = require('./client.cjs');

const kMostSalable = 1000000;
const kProductPage = 200;
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
  const address = AddressOf(options.address);
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

// Whether the shop lets a customer put so many into the basket.
async function Fits(client, cart, variant, quantity) {
  try {
    const path = `/store/carts/${cart}/line-items`;
    const { cart: filled } = await client.Post(path, { variant_id: variant, quantity });
    for (const { id } of filled.items) await client.Delete(`${path}/${id}`);
    return true;
  } catch (error) {
    if (/required inventory|not have enough|insufficient/i.test(error.message)) return false;
    throw error;
  }
}

// Answers how many of a variant the shop lets a new customer buy, null if any number. The number that
// the shop shows is tried first; baskets hold no stock, and this one is empty again.
async function Salable(url, key, variant) {
  const client = Customer(url, key);
  const { cart } = await client.Post('/store/carts', {
    region_id: await RegionOf(client, kAddress.country_code),
  });
  const fits = (quantity) => Fits(client, cart.id, variant.id, quantity);
  if (await fits(kMostSalable)) return null;
  const fields = 'fields=id,%2Bvariants.inventory_quantity';
  const { product } = await client.Get(`/store/products/${variant.product_id}?${fields}`);
  const shown = product.variants.find(({ id }) => id === variant.id)?.inventory_quantity ?? 0;
  let low = 0;
  let high = kMostSalable;
  const narrow = async (quantity) => {
    if (quantity <= low || quantity >= high) return;
    if (await fits(quantity)) low = quantity;
    else high = quantity;
  };
  await narrow(shown);
  await narrow(shown + 1);
  while (high - low > 1) await narrow(Math.floor((low + high) / 2));
  return low;
}

// Everything that the shop shows, one entry for each variant. Amounts are in major units, as a list of
// products shows them; `amount_with_tax` is what a Finnish customer pays.
async function ShownProducts(url, key) {
  const client = Customer(url, key);
  const region = await RegionOf(client, kAddress.country_code);
  const where = `region_id=${region}&country_code=${kAddress.country_code}`;
  const fields = 'fields=id,title,description,*variants,*variants.calculated_price,*variants.options';
  const shown = [];
  for (let offset = 0; ; offset += kProductPage) {
    const page = `limit=${kProductPage}&offset=${offset}&order=id`;
    const { products } = await client.Get(`/store/products?${page}&${where}&${fields}`);
    if (products.length === 0) return shown;
    for (const { title, description, variants } of products)
      for (const { sku, title: name, ean, calculated_price: price, options } of variants)
        shown.push({
          sku,
          title,
          variant_title: name,
          options: options.map(({ value }) => value),
          ean,
          description,
          currency_code: price.currency_code,
          amount: price.calculated_amount,
          amount_with_tax: price.calculated_amount_with_tax,
        });
  }
}

// Medusa writes its countries small.
function AddressOf(change) {
  const address = { ...kAddress, ...change };
  return { ...address, country_code: address.country_code.toLowerCase() };
}

module.exports = { AddressOf, OwnEmail, PlaceOrder, Salable, ShownProducts };
