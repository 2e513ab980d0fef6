// A PostgreSQL of one store: on a socket in the store's own folder, for as long as the store runs.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');

const kUser = 'medusa';
const kDatabase = 'medusa';
const kStartMs = 60000;
const kLookMs = 20;
const kOldestVersion = 13;
const kLongestSocketFolder = 80;
const kFolderPrefix = 'storebridge-medusa-';
const kLeftoverMs = 3600000;
// Whom root lets run PostgreSQL, which refuses to run as root.
const kServants = ['postgres', 'nobody'];
// Nothing that a test leaves has to outlive the machine: no waiting for disks.
const kSettings = [
  'listen_addresses=',
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=256MB',
  'min_wal_size=4MB',
  'shared_buffers=32MB',
  'max_connections=40',
  'dynamic_shared_memory_type=mmap',
  'autovacuum=off',
  'jit=off',
  'log_min_messages=error',
];

function Debian(root) {
  const folder = path.join(root, 'usr/lib/postgresql');
  const versions = fs.existsSync(folder) ? fs.readdirSync(folder).map(Number) : [];
  return versions
    .filter((version) => version >= kOldestVersion)
    .sort((a, b) => b - a)
    .map((version) => ({ root, bin: path.join(folder, String(version), 'bin') }))
    .find(({ bin }) => fs.existsSync(path.join(bin, 'postgres')));
}

// Answers where PostgreSQL's programs are: the machine's, or those that `install` put into the cache.
function Programs(modules) {
  const found = Debian('/') ?? Debian(path.join(modules, 'postgresql'));
  if (found) return found;
  throw new Error('there is no PostgreSQL: run tools/medusa_store/install');
}

function Servant() {
  if (process.getuid() !== 0) return null;
  for (const name of kServants) {
    const ids = ['-u', '-g'].map((option) => spawnSync('id', [option, name], { encoding: 'utf8' }));
    if (ids.every(({ status }) => status === 0)) {
      const [uid, gid] = ids.map(({ stdout }) => Number(stdout));
      return { uid, gid };
    }
  }
  throw new Error(`PostgreSQL does not run as root, and there is no user ${kServants.join(', ')}`);
}

function IsAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// A store that was killed could not remove its folder. The age is for stores in containers that share
// the folder: their processes cannot be seen.
function RemoveLeftovers(parent) {
  for (const name of fs.readdirSync(parent)) {
    const [, pid] = /^storebridge-medusa-(\d+)-\w+$/.exec(name) ?? [];
    if (!pid || IsAlive(Number(pid))) continue;
    const folder = path.join(parent, name);
    try {
      if (Date.now() - fs.statSync(folder).mtimeMs < kLeftoverMs) continue;
      fs.rmSync(folder, { recursive: true, force: true });
    } catch {
      // somebody else's, or somebody else was quicker
    }
  }
}

class Postgres {
  // `data` is the folder of the database, made where it is not there; without it the store lives in
  // a folder that goes away with it.
  constructor(modules, data) {
    const parent = os.tmpdir().length <= kLongestSocketFolder ? os.tmpdir() : '/tmp';
    RemoveLeftovers(parent);
    this.programs_ = Programs(modules);
    this.servant_ = Servant();
    this.folder_ = fs.mkdtempSync(path.join(parent, `${kFolderPrefix}${process.pid}-`));
    this.data_ = data ?? path.join(this.folder_, 'data');
    this.is_kept_ = data !== undefined;
    this.child_ = null;
    this.Own(this.folder_);
  }

  get data() {
    return this.data_;
  }

  // As Medusa wants to have it. Not TLS: it is a socket.
  get url() {
    return `postgres://${kUser}@${encodeURIComponent(this.folder_)}/${kDatabase}?ssl_mode=disable`;
  }

  Own(folder) {
    if (!this.servant_) return;
    const owner = `${this.servant_.uid}:${this.servant_.gid}`;
    Must(spawnSync('chown', ['-R', owner, folder], { encoding: 'utf8' }), 'chown');
  }

  // The words before a program's name that make it run as the right user, and end with this process.
  Prefix(signal) {
    const death = signal ? ['--pdeathsig', signal] : [];
    if (!this.servant_) return ['setpriv', ...death];
    const { uid, gid } = this.servant_;
    return ['setpriv', '--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups', ...death];
  }

  get environment() {
    if (this.programs_.root === '/') return process.env;
    const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'];
    const all = libraries.map((name) => path.join(this.programs_.root, name));
    return { ...process.env, LD_LIBRARY_PATH: all.join(':') };
  }

  Run(program, args) {
    const [command, ...prefix] = this.Prefix(null);
    const options = { encoding: 'utf8', cwd: this.folder_, env: this.environment };
    const path_ = path.join(this.programs_.bin, program);
    return Must(spawnSync(command, [...prefix, path_, ...args], options), program);
  }

  // Makes an empty database.
  Create() {
    fs.mkdirSync(this.data_, { recursive: true });
    this.Own(this.data_);
    const texts = ['--locale=C.UTF-8', '-E', 'UTF8', '-U', kUser, '-A', 'trust'];
    this.Run('initdb', ['-D', this.data_, '--no-sync', '--wal-segsize=1', ...texts]);
    const input = `CREATE DATABASE ${kDatabase};\n`;
    const [command, ...prefix] = this.Prefix(null);
    const options = { encoding: 'utf8', cwd: this.folder_, env: this.environment, input };
    const program = path.join(this.programs_.bin, 'postgres');
    const args = [...prefix, program, '--single', '-D', this.data_, 'postgres'];
    Must(spawnSync(command, args, options), 'postgres --single');
  }

  // Takes the database of another store. A file system that can shares the blocks.
  CopyFrom(seed) {
    fs.mkdirSync(path.dirname(this.data_), { recursive: true });
    Must(spawnSync('cp', ['-r', '--reflink=auto', seed, this.data_], { encoding: 'utf8' }), 'cp');
    fs.chmodSync(this.data_, 0o700);
    this.Own(this.data_);
  }

  async Start() {
    const file = path.join(this.data_, 'postmaster.pid');
    fs.rmSync(file, { force: true });
    const settings = kSettings.flatMap((setting) => ['-c', setting]);
    const [command, ...prefix] = this.Prefix('QUIT');
    const program = path.join(this.programs_.bin, 'postgres');
    const args = [...prefix, program, '-D', this.data_, '-k', this.folder_, ...settings];
    const log = path.join(this.folder_, 'postgres.log');
    const out = fs.openSync(log, 'a');
    const stdio = ['ignore', out, out];
    this.child_ = spawn(command, args, { stdio, cwd: this.folder_, env: this.environment });
    fs.closeSync(out);
    let has_ended = false;
    this.ended_ = new Promise((resolve) => {
      this.child_.once('error', resolve);
      this.child_.once('exit', resolve);
    }).then(() => {
      has_ended = true;
    });
    for (let waited = 0; waited < kStartMs && !has_ended; waited += kLookMs) {
      if (fs.existsSync(file) && /^ready/m.test(fs.readFileSync(file, 'utf8'))) return;
      await new Promise((resolve) => setTimeout(resolve, kLookMs));
    }
    process.stderr.write(fs.readFileSync(log));
    throw new Error('PostgreSQL did not start, see above');
  }

  // `thorough`: everything is written to its files, as a seed or a kept store needs it.
  async Stop(thorough) {
    if (!this.child_) return;
    this.child_.kill(thorough || this.is_kept_ ? 'SIGINT' : 'SIGQUIT');
    await this.ended_;
    this.child_ = null;
  }

  Remove() {
    this.child_?.kill('SIGQUIT');
    fs.rmSync(this.folder_, { recursive: true, force: true });
  }
}

function Must(result, what) {
  if (result.status === 0) return result.stdout;
  const why = result.error?.message ?? result.stderr.trim().split('\n').pop();
  throw new Error(`${what} failed: ${why}`);
}

module.exports = { Postgres };
