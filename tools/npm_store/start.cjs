// What the start of a store takes from its command line, and how it says that it is ready.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { WholeNumber } = require('./flags.cjs');

function DefaultModules(folder) {
  const cache = process.env.XDG_CACHE_HOME || path.join(process.env.HOME || '/tmp', '.cache');
  return path.join(process.env.STOREBRIDGE_CACHE || path.join(cache, 'storebridge'), folder);
}

// `folder` is where the store's packages are in our cache, `more` its own flags.
function StartFlags(argv, folder, more = {}) {
  const { values } = parseArgs({
    args: argv,
    options: {
      modules: { type: 'string', default: DefaultModules(folder) },
      port: { type: 'string', default: '0' },
      products: { type: 'string', default: '200' },
      stock: { type: 'string', default: '100' },
      'prices-include-tax': { type: 'boolean', default: false },
      data: { type: 'string' },
      'seed-only': { type: 'boolean', default: false },
      'ready-file': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
      ...more,
    },
  });
  return values;
}

function StartOptions(values, maxProducts) {
  // An empty text is 0 here; a shop command refuses it.
  const UpTo = (name, most) => (values[name] === '' ? 0 : WholeNumber(values, name, { most }));
  return {
    help: values.help,
    modules: path.resolve(values.modules),
    port: UpTo('port', 65535),
    products: UpTo('products', maxProducts),
    stock: UpTo('stock', 1000000),
    pricesIncludeTax: values['prices-include-tax'],
    data: values.data && path.resolve(values.data),
    seedOnly: values['seed-only'],
    readyFile: values['ready-file'] && path.resolve(values['ready-file']),
  };
}

function WriteAtomically(file, content, mode) {
  const part = `${file}.${process.pid}.part`;
  fs.writeFileSync(part, content, { mode });
  fs.renameSync(part, file);
}

// Hands out the line that says where the ready store is; it holds keys.
function Announce(facts, readyFile, Print) {
  const line = `${JSON.stringify(facts)}\n`;
  if (readyFile) WriteAtomically(readyFile, line, 0o600);
  Print(line);
}

module.exports = { Announce, StartFlags, StartOptions, WriteAtomically };
