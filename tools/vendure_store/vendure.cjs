// Starts a real Vendure store on 127.0.0.1 for the quickstart and the end-to-end tests.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');
const { Announce, StartFlags, StartOptions, WriteAtomically } = require('../npm_store/start.cjs');
const { kMaxProducts } = require('./catalogue.cjs');
const { Populate } = require('./populate.cjs');
const { LoadSeed, SaveSeed } = require('./seed.cjs');
const { Turns, TakeTurnsPerRequest } = require('./turns.cjs');

const kHost = '127.0.0.1';
const kAdministrator = { identifier: 'merchant', password: 'merchant' };
const kRole = 'storebridge';
const kPermissions = [
  'ReadCatalog',
  'UpdateCatalog',
  'ReadOrder',
  'UpdateOrder',
  'ReadStockLocation',
  'ReadSettings',
  'ReadChannel',
  'ReadCustomer',
];
const kSaveDelayMs = 200;
const kMaxOrderQuantity = 1000000;
// A picture of one transparent dot.
const kPicture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA' +
    'AABJRU5ErkJggg==',
  'base64',
);
const kUsage = `Usage: node vendure.cjs [options]
  --modules DIR          folder that holds node_modules (default: where tools/vendure_store/install puts it)
  --port N               port on ${kHost}; 0, the default, takes any free one
  --products N           products of a new store, default 200, at most ${kMaxProducts}
  --stock N              stock on hand of each variant of a new store, default 100
  --prices-include-tax   the prices of a new store include tax; default: they do not
  --slow-hashes          check API keys and passwords with bcrypt as Vendure does by itself (0.2 s a call with
                         a key); default: SHA-256
  --data FILE            keep the store in FILE and continue it at the next start; default: memory only
  --seed-only            fill a new store, keep that for the next starts, and end
  --ready-file FILE      write the JSON line that is printed when ready here too`;

function Note(text) {
  process.stderr.write(`vendure: ${text}\n`);
}

function Options(argv) {
  const values = StartFlags(argv, 'vendure', {
    'slow-hashes': { type: 'boolean', default: false },
  });
  return {
    ...StartOptions(values, kMaxProducts),
    slowHashes: values['slow-hashes'],
    administrator: kAdministrator,
  };
}

const kLogger = {
  error: (message, context) => Note(`error: ${context ? `[${context}] ` : ''}${message}`),
  warn: (message, context) => {
    if (/scheduler|scheduled/i.test(message)) return; // no task here needs one
    Note(`warning: ${context ? `[${context}] ` : ''}${message}`);
  },
  info() {},
  verbose() {},
  debug() {},
};

function ServePicture(request, response) {
  response.set('content-type', 'image/png').send(kPicture);
}

// Vendure leaves the choice of this hash to the shop. Its own choice takes 0.2 s of processor for each
// request, and looks at the first 72 of the 89 characters of a key only.
const kQuickHash = {
  async hash(text) {
    return crypto.createHash('sha256').update(text).digest('hex');
  },
  async check(text, hash) {
    return (await this.hash(text)) === hash;
  },
};

function Authentication(vendure, options) {
  const authentication = {
    tokenMethod: ['bearer', 'api-key'],
    superadminCredentials: kAdministrator,
  };
  if (options.slowHashes) return authentication;
  const adminApiKeyStrategy = new vendure.RandomBytesApiKeyStrategy({
    hashingStrategy: kQuickHash,
  });
  return { ...authentication, adminApiKeyStrategy, passwordHashingStrategy: kQuickHash };
}

function Configuration(vendure, options, { turns, database }) {
  const none = new vendure.defaultConfig.assetOptions.assetStorageStrategy.constructor();
  none.toAbsoluteUrl = (request, name) => `http://${request.headers.host}/assets/${name}`;
  const turn = TakeTurnsPerRequest(turns);
  return {
    logger: kLogger,
    apiOptions: {
      hostname: kHost,
      port: options.port,
      cors: false,
      middleware: [
        { route: 'admin-api', handler: turn },
        { route: 'shop-api', handler: turn },
        { route: 'assets', handler: ServePicture, beforeListen: true },
      ],
    },
    authOptions: Authentication(vendure, options),
    dbConnectionOptions: {
      type: 'sqljs',
      synchronize: !database,
      logging: false,
      database,
    },
    // shop.cjs asks for a million to learn what can be bought.
    orderOptions: { orderItemsLimit: kMaxOrderQuantity, orderLineItemsLimit: kMaxOrderQuantity },
    taxOptions: { taxZoneStrategy: new vendure.AddressBasedTaxZoneStrategy() },
    assetOptions: { assetStorageStrategy: none },
    paymentOptions: { paymentMethodHandlers: [vendure.dummyPaymentHandler] },
    customFields: {
      ProductVariant: [
        { name: 'ean', type: 'string', label: [{ languageCode: 'en', value: 'EAN' }] },
      ],
    },
    plugins: [vendure.DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: false })],
  };
}

// Writes the database to a file shortly after it changed. sql.js forgets its pragmas when it exports.
class Saver {
  constructor(dataSource, file) {
    this.dataSource_ = dataSource;
    this.file_ = file;
    this.timer_ = null;
  }

  Later(turns) {
    if (!this.file_ || this.timer_) return;
    this.timer_ = setTimeout(() => {
      this.timer_ = null;
      turns
        .Run(async () => this.Now())
        .catch((error) => Note(`error: cannot save: ${error.message}`));
    }, kSaveDelayMs);
  }

  Now() {
    const database = this.dataSource_.driver.databaseConnection;
    if (!this.file_ || database.exec('SELECT total_changes()')[0].values[0][0] === 0) return;
    WriteAtomically(this.file_, this.Export());
  }

  Export() {
    const database = this.dataSource_.driver.databaseConnection;
    const image = Buffer.from(database.export());
    database.exec('PRAGMA foreign_keys = ON');
    return image;
  }
}

// Jobs (the search index) write to the same single connection: they wait for their turn too.
async function StartJobs(app, vendure, turns) {
  const strategy = app.get(vendure.ConfigService).jobQueueOptions.jobQueueStrategy;
  const start = strategy.start.bind(strategy);
  strategy.start = (name, work) => start(name, (job) => turns.Run(() => work(job)));
  await app.get(vendure.JobQueueService).start();
}

async function Ask(url, headers, query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const body = await response.json();
  if (body.errors) throw new Error(body.errors[0].message);
  return { data: body.data, headers: response.headers };
}

async function CreateApiKey(adminApi) {
  const login = await Ask(
    adminApi,
    {},
    `mutation($u: String!, $p: String!) {
    login(username: $u, password: $p) { __typename } }`,
    { u: kAdministrator.identifier, p: kAdministrator.password },
  );
  const headers = { authorization: `Bearer ${login.headers.get('vendure-auth-token')}` };
  const role = await Ask(
    adminApi,
    headers,
    'mutation($input: CreateRoleInput!) { createRole(input: $input) { id } }',
    { input: { code: kRole, description: 'Storebridge', permissions: kPermissions } },
  );
  const key = await Ask(
    adminApi,
    headers,
    'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }',
    {
      input: {
        roleIds: [role.data.createRole.id],
        translations: [{ languageCode: 'en', name: kRole }],
      },
    },
  );
  return key.data.createApiKey.apiKey;
}

// A key is shown once only, so a store that is kept has its key beside it.
async function ApiKeyOf(options, adminApi) {
  const file = options.data && `${options.data}.key`;
  if (file && fs.existsSync(file)) return fs.readFileSync(file, 'utf8').trim();
  const key = await CreateApiKey(adminApi);
  if (file) WriteAtomically(file, `${key}\n`, 0o600);
  return key;
}

function Ready(app, apiKey) {
  const url = `http://${kHost}:${app.getHttpServer().address().port}`;
  return { url, admin_api: `${url}/admin-api`, shop_api: `${url}/shop-api`, api_key: apiKey };
}

function EndAtSignals(saver) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.removeAllListeners(signal);
    process.once(signal, () => {
      saver?.Now();
      process.exit(0);
    });
  }
}

async function Main() {
  const options = Options(process.argv.slice(2));
  if (options.help) return void process.stdout.write(`${kUsage}\n`);
  const load = createRequire(path.join(options.modules, 'package.json'));
  if (!fs.existsSync(path.join(options.modules, 'node_modules', '@vendure', 'core'))) {
    throw new Error(`${options.modules} has no Vendure: run tools/vendure_store/install`);
  }
  process.env.VENDURE_DISABLE_TELEMETRY = 'true';
  const vendure = load('@vendure/core');
  const began = process.uptime();
  EndAtSignals(null);
  const turns = new Turns();
  const kept = options.data && fs.existsSync(options.data) ? fs.readFileSync(options.data) : null;
  const database = kept || LoadSeed(options) || undefined;
  const app = await vendure.bootstrap(Configuration(vendure, options, { turns, database }));
  const dataSource = app.get(vendure.TransactionalConnection).rawConnection;
  const saver = new Saver(dataSource, options.data);
  EndAtSignals(saver);
  if (!database) {
    await turns.Run(() => Populate(app, vendure, options));
    SaveSeed(options, saver.Export());
  }
  if (options.seedOnly) process.exit(0);
  await StartJobs(app, vendure, turns);
  const key = await ApiKeyOf(
    options,
    `http://${kHost}:${app.getHttpServer().address().port}/admin-api`,
  );
  saver.Now();
  turns.OnIdle(() => saver.Later(turns));
  Announce(Ready(app, key), options.readyFile, (line) => process.stdout.write(line));
  Note(
    `ready in ${process.uptime().toFixed(1)} s (modules ${began.toFixed(1)} s), pid ${process.pid}`,
  );
}

Main().catch((error) => {
  Note(`error: ${error.message}`);
  process.exit(1);
});
