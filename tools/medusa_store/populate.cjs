// Fills a new store over its own admin API: regions, taxes, shipping, one stock location, the catalogue
// that the Vendure store has too, and the keys.
'use strict';

const { Catalogue, Variants } = require('../vendure_store/catalogue.cjs');

const kBatch = 50;
const kLevels = 500;
const kGrams = 500;
const kPicture = 'https://shop.example/muki.png';
const kTaxRates = { standard: 25.5, reduced: 13.5 };
const kUnion = (
  'at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk'
).split(' ');
const kWorld = 'ca ch gb is no us'.split(' ');
const kShipping = [
  { code: 'posti', label: 'Postin paketti', cents: 590 },
  { code: 'express', label: 'Express', cents: 1290 },
];
const kPaymentProvider = 'pp_system_default';
const kFulfillmentProvider = 'manual_manual';
const kTaxProvider = 'tp_system';

// Medusa's amounts are decimals in major units.
function Prices(cents) {
  return [{ currency_code: 'eur', amount: cents / 100 }];
}

async function NameStore(client) {
  const { stores } = await client.Get('/admin/stores');
  const currencies = [{ currency_code: 'eur', is_default: true }];
  await client.Post(`/admin/stores/${stores[0].id}`, {
    name: 'Storebridge',
    supported_currencies: currencies,
  });
}

// Whether the plain prices of the currency include tax. A region's own word counts for its own prices only.
async function SetTaxPreference(client, includeTax) {
  const query = 'attribute=currency_code&value=eur';
  const { price_preferences: found } = await client.Get(`/admin/price-preferences?${query}`);
  const path = found.length > 0 ? `/${found[0].id}` : '';
  await client.Post(`/admin/price-preferences${path}`, {
    attribute: 'currency_code',
    value: 'eur',
    is_tax_inclusive: includeTax,
  });
}

async function AddRegions(client) {
  const ids = {};
  for (const [name, countries] of [
    ['EU', kUnion],
    ['World', kWorld],
  ]) {
    const { region } = await client.Post('/admin/regions', {
      name,
      currency_code: 'eur',
      countries,
      payment_providers: [kPaymentProvider],
      automatic_taxes: true,
    });
    ids[name] = region.id;
  }
  return ids;
}

// Each country of the union has the same two rates; elsewhere there is no tax.
async function AddTaxes(client, reducedType) {
  for (const country of kUnion) {
    const { tax_region: region } = await client.Post('/admin/tax-regions', {
      country_code: country,
      provider_id: kTaxProvider,
      default_tax_rate: { name: 'Standard', code: 'standard', rate: kTaxRates.standard },
    });
    await client.Post('/admin/tax-rates', {
      tax_region_id: region.id,
      name: 'Reduced',
      code: 'reduced',
      rate: kTaxRates.reduced,
      rules: [{ reference: 'product_type', reference_id: reducedType }],
    });
  }
}

async function AddLocation(client, name, channel) {
  const { stock_location: location } = await client.Post('/admin/stock-locations', {
    name,
    address: { address_1: 'Varastokatu 1', city: 'Tampere', postal_code: '33100', country_code: 'fi' },
  });
  const path = `/admin/stock-locations/${location.id}`;
  await client.Post(`${path}/sales-channels`, { add: [channel] });
  await client.Post(`${path}/fulfillment-providers`, { add: [kFulfillmentProvider] });
  return location.id;
}

async function AddShipping(client, location) {
  const profile = await ShippingProfile(client);
  const { stock_location: filled } = await client.Post(
    `/admin/stock-locations/${location}/fulfillment-sets?fields=*fulfillment_sets`,
    { name: 'Shipping', type: 'shipping' },
  );
  const set = filled.fulfillment_sets[0].id;
  const { fulfillment_set: zoned } = await client.Post(
    `/admin/fulfillment-sets/${set}/service-zones`,
    {
      name: 'Everywhere',
      geo_zones: [...kUnion, ...kWorld].map((code) => ({ type: 'country', country_code: code })),
    },
  );
  for (const { code, label, cents } of kShipping) {
    await client.Post('/admin/shipping-options', {
      name: label,
      service_zone_id: zoned.service_zones[0].id,
      shipping_profile_id: profile,
      provider_id: kFulfillmentProvider,
      price_type: 'flat',
      type: { label, description: label, code },
      prices: Prices(cents),
    });
  }
  return profile;
}

async function ShippingProfile(client) {
  const { shipping_profiles: profiles } = await client.Get('/admin/shipping-profiles');
  if (profiles.length > 0) return profiles[0].id;
  const made = await client.Post('/admin/shipping-profiles', { name: 'Default', type: 'default' });
  return made.shipping_profile.id;
}

// A product without options is as Medusa's admin makes it.
function Options(product) {
  if (product.options) return { title: 'Koko', values: product.options };
  return { title: 'Default option', values: ['Default option value'] };
}

function ProductInput(product, { channel, profile, reducedType, category }) {
  const options = Options(product);
  return {
    title: product.title,
    handle: `tuote-${product.number}`,
    description: product.description,
    status: 'published',
    weight: kGrams,
    images: product.sku === 'MUKI-1' ? [{ url: kPicture }] : [],
    categories: product.options ? [{ id: category }] : [],
    type_id: product.tax === 'reduced' ? reducedType : undefined,
    shipping_profile_id: profile,
    sales_channels: [{ id: channel }],
    options: [options],
    variants: Variants(product).map(({ sku, ean, option }) => ({
      title: option ?? 'Default variant',
      sku,
      ean: ean || undefined,
      barcode: ean || undefined,
      manage_inventory: true,
      prices: Prices(product.price),
      options: { [options.title]: option ?? options.values[0] },
    })),
  };
}

async function AddCatalogue(client, count, shop) {
  const inputs = Catalogue(count).map((product) => ProductInput(product, shop));
  for (let i = 0; i < inputs.length; i += kBatch)
    await client.Post('/admin/products/batch?fields=id', { create: inputs.slice(i, i + kBatch) });
}

async function AddStock(client, location, quantity) {
  for (let offset = 0; ; offset += kLevels) {
    const page = `limit=${kLevels}&offset=${offset}&order=id&fields=id`;
    const { inventory_items: items } = await client.Get(`/admin/inventory-items?${page}`);
    if (items.length === 0) return;
    const create = items.map(({ id }) => ({
      inventory_item_id: id,
      location_id: location,
      stocked_quantity: quantity,
    }));
    await client.Post('/admin/inventory-items/location-levels/batch', { create });
  }
}

async function AddKeys(client, channel) {
  const secret = await client.Post('/admin/api-keys', { title: 'Storebridge', type: 'secret' });
  const open = await client.Post('/admin/api-keys', { title: 'Web shop', type: 'publishable' });
  await client.Post(`/admin/api-keys/${open.api_key.id}/sales-channels`, { add: [channel] });
  return { api_key: secret.api_key.token, publishable_key: open.api_key.token };
}

// Answers what a client of the store has to know: its keys and ids.
async function Populate(client, { products, stock, pricesIncludeTax }) {
  await NameStore(client);
  const { sales_channel: made } = await client.Post('/admin/sales-channels', { name: 'Web shop' });
  const channel = made.id;
  const { product_category: category } = await client.Post('/admin/product-categories', {
    name: 'Vaatteet',
    is_active: true,
  });
  const { product_type: reduced } = await client.Post('/admin/product-types', { value: 'reduced' });
  await SetTaxPreference(client, pricesIncludeTax);
  const regions = await AddRegions(client);
  await AddTaxes(client, reduced.id);
  const location = await AddLocation(client, 'Default Stock Location', channel);
  const profile = await AddShipping(client, location);
  const shop = { channel, profile, reducedType: reduced.id, category: category.id };
  await AddCatalogue(client, products, shop);
  await AddStock(client, location, stock);
  const keys = await AddKeys(client, channel);
  return { ...keys, location, region: regions.EU, sales_channel: channel };
}

module.exports = { AddLocation, Populate };
