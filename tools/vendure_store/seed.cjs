// Keeps the filled database of a new store: the second start of the same store takes a third of the time.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { WriteAtomically } = require('../npm_store/start.cjs');

const kMaxSeeds = 8;
const kMadeBy = ['catalogue.cjs', 'populate.cjs', 'vendure.cjs', 'package-lock.json'];

// A seed is named by everything that decides its content.
function SeedFile(options) {
  const hash = crypto.createHash('sha256');
  for (const name of kMadeBy) hash.update(fs.readFileSync(path.join(__dirname, name)));
  hash.update(
    JSON.stringify([options.products, options.stock, options.pricesIncludeTax, options.slowHashes]),
  );
  return path.join(options.modules, 'seeds', `${hash.digest('hex').slice(0, 16)}.sqlite`);
}

// Answers the database of a new store, or null if none was kept.
function LoadSeed(options) {
  const file = SeedFile(options);
  return fs.existsSync(file) ? fs.readFileSync(file) : null;
}

// Keeps `image` and the newest few others. A folder that cannot be written costs time only.
function SaveSeed(options, image) {
  const file = SeedFile(options);
  const folder = path.dirname(file);
  try {
    fs.mkdirSync(folder, { recursive: true });
    WriteAtomically(file, image);
    const age = (name) => fs.statSync(path.join(folder, name)).mtimeMs;
    const old = fs
      .readdirSync(folder)
      .sort((a, b) => age(b) - age(a))
      .slice(kMaxSeeds);
    for (const name of old) fs.rmSync(path.join(folder, name), { force: true });
  } catch (error) {
    process.stderr.write(`vendure: warning: ${folder} is not writable: ${error.message}\n`);
  }
}

module.exports = { LoadSeed, SaveSeed };
