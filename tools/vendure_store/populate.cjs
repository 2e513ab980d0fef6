// Fills an empty Vendure database: countries, taxes, shipping, payments, products, stock.
'use strict';

const { Catalogue, Variants } = require('./catalogue.cjs');

const kLanguage = 'en';
const kEu = {
  AT: 'Austria',
  BE: 'Belgium',
  BG: 'Bulgaria',
  CY: 'Cyprus',
  CZ: 'Czechia',
  DE: 'Germany',
  DK: 'Denmark',
  EE: 'Estonia',
  ES: 'Spain',
  FI: 'Finland',
  FR: 'France',
  GR: 'Greece',
  HR: 'Croatia',
  HU: 'Hungary',
  IE: 'Ireland',
  IT: 'Italy',
  LT: 'Lithuania',
  LU: 'Luxembourg',
  LV: 'Latvia',
  MT: 'Malta',
  NL: 'Netherlands',
  PL: 'Poland',
  PT: 'Portugal',
  RO: 'Romania',
  SE: 'Sweden',
  SI: 'Slovenia',
  SK: 'Slovakia',
};
const kWorld = {
  CA: 'Canada',
  CH: 'Switzerland',
  GB: 'United Kingdom',
  IS: 'Iceland',
  NO: 'Norway',
  US: 'United States',
};
const kTaxes = { standard: 25.5, reduced: 13.5 };
const kShipping = [
  ['posti', 'Postin paketti', 590],
  ['express', 'Express – kotiovelle', 1290],
];
const kPayments = [
  ['settled', 'Paid at once', true],
  ['authorized', 'Authorised only', false],
];

function Named(name, extra) {
  return [{ languageCode: kLanguage, name, ...extra }];
}

async function CreateZone(app, vendure, ctx, { name, countries }) {
  const memberIds = [];
  for (const [code, country] of Object.entries(countries)) {
    const input = { code, enabled: true, translations: Named(country) };
    memberIds.push((await app.get(vendure.CountryService).create(ctx, input)).id);
  }
  return app.get(vendure.ZoneService).create(ctx, { name, memberIds });
}

async function CreateTaxes(app, vendure, ctx, zones) {
  const categories = {};
  for (const [name, percent] of Object.entries(kTaxes)) {
    const category = await app.get(vendure.TaxCategoryService).create(ctx, { name });
    categories[name] = category.id;
    for (const { zone, taxed } of zones) {
      await app.get(vendure.TaxRateService).create(ctx, {
        name: `${name} ${zone.name}`,
        enabled: true,
        value: taxed ? percent : 0,
        categoryId: category.id,
        zoneId: zone.id,
      });
    }
  }
  return categories;
}

async function CreateMethods(app, vendure, ctx) {
  for (const [code, name, rate] of kShipping) {
    await app.get(vendure.ShippingMethodService).create(ctx, {
      code,
      fulfillmentHandler: vendure.manualFulfillmentHandler.code,
      checker: {
        code: vendure.defaultShippingEligibilityChecker.code,
        arguments: [{ name: 'orderMinimum', value: '0' }],
      },
      calculator: {
        code: vendure.defaultShippingCalculator.code,
        arguments: [
          { name: 'rate', value: String(rate) },
          { name: 'taxRate', value: String(kTaxes.standard) },
          { name: 'includesTax', value: 'auto' },
        ],
      },
      translations: Named(name, { description: '' }),
    });
  }
  for (const [code, name, settle] of kPayments) {
    await app.get(vendure.PaymentMethodService).create(ctx, {
      code,
      enabled: true,
      handler: {
        code: vendure.dummyPaymentHandler.code,
        arguments: [{ name: 'automaticSettle', value: String(settle) }],
      },
      translations: Named(name, { description: '' }),
    });
  }
}

async function CreateOptions(importer, product, productId) {
  const code = `size-${product.number}`;
  const group = await importer.createProductOptionGroup({ code, translations: Named('Koko') });
  await importer.addOptionGroupToProduct(productId, group);
  const ids = [];
  for (const [i, option] of product.options.entries()) {
    ids.push(
      await importer.createProductOption({
        code: `${code}-${i + 1}`,
        productOptionGroupId: group,
        translations: Named(option),
      }),
    );
  }
  return ids;
}

async function CreateProduct(importer, product, shared) {
  const productId = await importer.createProduct({
    enabled: true,
    featuredAssetId: product.number <= shared.pictured ? shared.assetId : undefined,
    translations: Named(product.title, {
      description: product.description,
      slug: `tuote-${product.number}`,
    }),
  });
  const optionIds = product.options ? await CreateOptions(importer, product, productId) : [];
  for (const [i, variant] of Variants(product).entries()) {
    await importer.createProductVariant({
      productId,
      sku: variant.sku,
      price: product.price,
      taxCategoryId: shared.categories[product.tax],
      optionIds: optionIds.slice(i, i + 1),
      stockOnHand: shared.stock,
      trackInventory: 'TRUE',
      translations: Named(variant.name),
      customFields: { ean: variant.ean },
    });
  }
}

// Fills the database behind `app`. `options`: products, stock, pricesIncludeTax.
async function Populate(app, vendure, options) {
  const connection = app.get(vendure.TransactionalConnection);
  const user = await connection.rawConnection
    .getRepository(vendure.User)
    .findOneOrFail({ where: { identifier: options.administrator.identifier } });
  const channel = await app.get(vendure.ChannelService).getDefaultChannel();
  const ctx = await app
    .get(vendure.RequestContextService)
    .create({ user, apiType: 'admin', channelOrToken: channel });

  const eu = await CreateZone(app, vendure, ctx, { name: 'EU', countries: kEu });
  const world = await CreateZone(app, vendure, ctx, { name: 'World', countries: kWorld });
  const zones = [
    { zone: eu, taxed: true },
    { zone: world, taxed: false },
  ];
  const categories = await CreateTaxes(app, vendure, ctx, zones);
  await app.get(vendure.ChannelService).update(vendure.RequestContext.empty(), {
    id: channel.id,
    defaultCurrencyCode: 'EUR',
    availableCurrencyCodes: ['EUR'],
    pricesIncludeTax: options.pricesIncludeTax,
    defaultTaxZoneId: eu.id,
    defaultShippingZoneId: eu.id,
  });
  await CreateMethods(app, vendure, ctx);

  const asset = await connection.getRepository(ctx, vendure.Asset).save(
    new vendure.Asset({
      type: 'IMAGE',
      name: 'picture.png',
      mimeType: 'image/png',
      fileSize: 70,
      width: 1,
      height: 1,
      source: 'picture.png',
      preview: 'picture.png',
      channels: [channel],
    }),
  );
  const importer = app.get(vendure.FastImporterService);
  await importer.initialize(await app.get(vendure.ChannelService).getDefaultChannel());
  const shared = { categories, stock: options.stock, assetId: asset.id, pictured: 6 };
  for (const product of Catalogue(options.products)) await CreateProduct(importer, product, shared);
}

module.exports = { Populate };
