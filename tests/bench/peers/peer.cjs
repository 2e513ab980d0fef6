// A merchant's own script in Node: peer.cjs MODULES woo|undici TASK URL DATABASE COUNT. Does a task of tests/bench and prints what
// it took as JSON. Starting Node and opening the database are not counted.
'use strict';
const { make } = require('./client.cjs');
const tasks = { ...require('./orders_tasks.cjs'), ...require('./goods_tasks.cjs') };

async function main() {
  const [modules, kind, name, url, file, count] = process.argv.slice(2);
  const Database = require(`${modules}/better-sqlite3`);
  const client = make(modules, kind, url);
  const task = await tasks[name]({ client, Database, file, count: Number(count) });
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  const done = await task();
  const wall = process.hrtime.bigint() - began;
  const used = process.cpuUsage(cpu);
  console.log(JSON.stringify({
    cpu_us: used.user + used.system, wall_us: Number(wall / 1000n), done, peak_kib: process.resourceUsage().maxRSS,
  }));
  process.exit(0);
}

main().catch((error) => {
  console.error(`peer.cjs: ${error.stack}`);
  process.exit(1);
});
