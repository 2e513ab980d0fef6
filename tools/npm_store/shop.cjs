// Runs one command of a shop: one line of JSON, or one line of error and exit code 1.
'use strict';

const { parseArgs } = require('node:util');
const { WholeNumber } = require('./flags.cjs');

const kMaxCount = 100000;
const kMaxParallel = 64;

// Places --count orders, --parallel at a time. Some may fail; all may not.
async function PlaceMany(values, usualParallel, PlaceOne) {
  const count = WholeNumber(values, 'count', { least: 1, most: kMaxCount }) ?? 1;
  const parallel =
    WholeNumber(values, 'parallel', { least: 1, most: kMaxParallel }) ?? usualParallel;
  const orders = [];
  const failures = [];
  let started = 0;
  const Buy = async () => {
    while (started < count) {
      started += 1;
      await PlaceOne().then(
        (done) => orders.push(done),
        (error) => failures.push(error.message),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, Buy));
  if (orders.length === 0) throw new Error(failures[0]);
  return { orders, failures };
}

async function Answer({ usage, flags, commands, Open }) {
  const [name, ...rest] = process.argv.slice(2);
  if (name === undefined || name === '--help' || name === '-h') return usage;
  const command = Object.hasOwn(commands, name) ? commands[name] : null;
  if (!command) throw new Error(`there is no command ${name}: see --help`);
  const { values } = parseArgs({ args: rest, options: flags });
  const { shop, client } = await Open(values);
  return JSON.stringify(await command(shop, client, values));
}

// `Open` answers, from the flags, the shop and the client with which a command is called.
function RunShop(what) {
  process.stdout.on('error', () => {}); // nobody reads the line: not our fault
  Answer(what).then(
    (line) => process.stdout.write(`${line}\n`),
    (error) => {
      process.stderr.write(`shop: ${error.message.split('\n')[0]}\n`);
      process.exitCode = 1;
    },
  );
}

// The flags of these names that take a text.
function Texts(names) {
  return Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
}

module.exports = { PlaceMany, RunShop, Texts };
