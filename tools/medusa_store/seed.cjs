// Keeps the database folders of new stores: a start copies one instead of filling another.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { WriteAtomically } = require('../npm_store/start.cjs');

const kMaxSeeds = 6;
const kMadeBy = [
  '../vendure_store/catalogue.cjs',
  'medusa-config.js',
  'medusa.cjs',
  'package-lock.json',
  'populate.cjs',
  'postgres.cjs',
];
const kKeys = 'storebridge.json';

// A seed is named by everything that decides its content. `content` is the empty store when null.
function SeedFolder(modules, content) {
  const hash = crypto.createHash('sha256');
  for (const name of kMadeBy) hash.update(fs.readFileSync(path.join(__dirname, name)));
  hash.update(
    JSON.stringify(content && [content.products, content.stock, content.pricesIncludeTax]),
  );
  return path.join(modules, 'seeds', hash.digest('hex').slice(0, 16));
}

// Answers the seed's folder, or null if none was kept.
function FindSeed(modules, content) {
  const folder = SeedFolder(modules, content);
  return fs.existsSync(folder) ? folder : null;
}

// Keeps a copy of the stopped database in `data`, and the newest few others. A cache that cannot be
// written costs time only.
function KeepSeed(modules, content, data) {
  const folder = SeedFolder(modules, content);
  const all = path.dirname(folder);
  const part = `${folder}.${process.pid}.part`;
  try {
    fs.mkdirSync(all, { recursive: true });
    fs.cpSync(data, part, { recursive: true });
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(part, folder);
    const age = (name) => fs.statSync(path.join(all, name)).mtimeMs;
    const old = fs
      .readdirSync(all)
      .sort((a, b) => age(b) - age(a))
      .slice(kMaxSeeds);
    for (const name of old) fs.rmSync(path.join(all, name), { recursive: true, force: true });
  } catch (error) {
    process.stderr.write(`medusa: warning: cannot keep a seed in ${all}: ${error.message}\n`);
    fs.rmSync(part, { recursive: true, force: true });
  }
}

// What a client has to know of a filled store is a file in its database folder: keys are shown once only.
function WriteKeys(data, keys) {
  WriteAtomically(path.join(data, kKeys), `${JSON.stringify(keys)}\n`, 0o600);
}

function ReadKeys(data) {
  const file = path.join(data, kKeys);
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
}

module.exports = { FindSeed, KeepSeed, ReadKeys, WriteKeys };
