// Starts a real Medusa store on 127.0.0.1, and its PostgreSQL, for the end-to-end tests.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { createRequire } = require('node:module');
const { Announce, StartFlags, StartOptions } = require('../npm_store/start.cjs');
const { kMaxProducts } = require('../vendure_store/catalogue.cjs');
const { Merchant } = require('./client.cjs');
const { Populate } = require('./populate.cjs');
const { Postgres } = require('./postgres.cjs');
const { FindSeed, KeepSeed, ReadKeys, WriteKeys } = require('./seed.cjs');

const kHost = '127.0.0.1';
const kAdministrator = { email: 'merchant@example.com', password: 'merchant' };
const kUsage = `Usage: node medusa.cjs [options]
  --modules DIR          folder that holds node_modules (default: where tools/medusa_store/install puts it)
  --port N               port on ${kHost}; 0, the default, takes any free one
  --products N           products of a new store, default 200, at most ${kMaxProducts}
  --stock N              stocked quantity of each variant of a new store, default 100
  --prices-include-tax   the prices of a new store include tax; default: they do not
  --data DIR             keep the store in DIR and continue it at the next start; default: a folder that
                         goes away with the store. As root, the user postgres must be able to reach DIR
  --seed-only            fill a new store, keep that for the next starts, and end
  --ready-file FILE      write the JSON line that is printed when ready here too`;

// Medusa writes what it does to the standard output, which is for our one line.
const PrintLine = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
process.noDeprecation = true;

function Note(text) {
  process.stderr.write(`medusa: ${text}\n`);
}

function Options(argv) {
  const options = StartOptions(StartFlags(argv, 'medusa'), kMaxProducts);
  const { products, stock, pricesIncludeTax } = options;
  return { ...options, content: { products, stock, pricesIncludeTax } };
}

function SetEnvironment(postgres) {
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    MEDUSA_DISABLE_TELEMETRY: 'true',
    NODE_ENV: 'production',
  });
}

// Runs a command of Medusa's own.
function RunCli(modules, args) {
  const cli = path.join(modules, 'node_modules/@medusajs/cli/cli.js');
  const result = spawnSync(process.execPath, [cli, ...args], { cwd: modules, encoding: 'utf8' });
  if (result.status === 0) return;
  process.stderr.write(result.stdout + result.stderr);
  throw new Error(`medusa ${args[0]} failed, see above`);
}

// Makes Medusa's tables and its administrator; they are the same in every store.
async function MakeEmptyStore(postgres, modules) {
  postgres.Create();
  await postgres.Start();
  SetEnvironment(postgres);
  RunCli(modules, ['db:migrate']);
  RunCli(modules, ['user', '-e', kAdministrator.email, '-p', kAdministrator.password]);
  await postgres.Stop(true);
  KeepSeed(modules, null, postgres.data);
}

// Medusa does not say which port it got: the server that it makes does.
function NextServer() {
  return new Promise((resolve, reject) => {
    const listen = http.Server.prototype.listen;
    http.Server.prototype.listen = function Listen(...args) {
      http.Server.prototype.listen = listen;
      this.once('listening', () => resolve(this));
      this.once('error', reject);
      return listen.apply(this, args);
    };
  });
}

async function StartMedusa(options) {
  process.chdir(options.modules);
  const load = createRequire(path.join(options.modules, 'package.json'));
  const { default: start } = load('@medusajs/medusa/commands/start');
  const listening = NextServer();
  await start({ directory: options.modules, host: kHost, port: options.port });
  const server = await listening;
  return `http://${kHost}:${server.address().port}`;
}

// Without it PostgreSQL reads the tables that were just filled in the slowest way.
async function Analyze(postgres, modules) {
  const { Client } = createRequire(path.join(modules, 'package.json'))('pg');
  const client = new Client({ connectionString: postgres.url.replace(/\?.*/, '') });
  await client.connect();
  await client.query('VACUUM ANALYZE');
  await client.end();
}

// What Medusa does at these signals takes seconds, and leaves PostgreSQL.
function EndAtSignals(postgres) {
  let is_ending = false;
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (is_ending) return;
      is_ending = true;
      postgres.Stop(false).finally(() => {
        postgres.Remove();
        process.exit(0);
      });
    });
  }
}

// Answers whether the database that is there now has a filled store.
async function PrepareData(postgres, options) {
  if (options.data && fs.existsSync(options.data)) return true;
  const filled = FindSeed(options.modules, options.content);
  const seed = filled ?? FindSeed(options.modules, null);
  if (seed) postgres.CopyFrom(seed);
  else await MakeEmptyStore(postgres, options.modules);
  return filled !== null;
}

function Ready(url, keys) {
  return {
    url,
    admin_api: `${url}/admin`,
    store_api: `${url}/store`,
    ...keys,
    admin_email: kAdministrator.email,
    admin_password: kAdministrator.password,
  };
}

async function Run(postgres, options) {
  const is_filled = await PrepareData(postgres, options);
  if (is_filled && options.seedOnly) return;
  await postgres.Start();
  SetEnvironment(postgres);
  const url = await StartMedusa(options);
  EndAtSignals(postgres);
  if (!is_filled) {
    const { email, password } = kAdministrator;
    WriteKeys(postgres.data, await Populate(await Merchant(url, email, password), options.content));
    await Analyze(postgres, options.modules);
  }
  if (options.seedOnly) {
    await postgres.Stop(true);
    KeepSeed(options.modules, options.content, postgres.data);
    return;
  }
  Announce(Ready(url, ReadKeys(postgres.data)), options.readyFile, PrintLine);
  Note(`ready in ${process.uptime().toFixed(1)} s, pid ${process.pid}`);
  await new Promise(() => {}); // until a signal
}

async function Main() {
  const options = Options(process.argv.slice(2));
  if (options.help) return void PrintLine(`${kUsage}\n`);
  if (!fs.existsSync(path.join(options.modules, 'node_modules/@medusajs/medusa'))) {
    throw new Error(`${options.modules} has no Medusa: run tools/medusa_store/install`);
  }
  const postgres = new Postgres(options.modules, options.data);
  EndAtSignals(postgres);
  process.once('exit', () => postgres.Remove());
  await Run(postgres, options);
  process.exit(0);
}

Main().catch((error) => {
  Note(`error: ${error.message}`);
  process.exit(1);
});
