// Makes small TUF repositories, good ones and attacked ones, runs tuf-js on each and writes what it did to cases.json.
//
//   npm install --prefix DIR tuf-js@3.1.0     (Node.js 20)
//   NODE_PATH=DIR/node_modules node make_cases.cjs
//
// Ed25519 keys follow from their names: the same bytes on every machine. Files lie in the JSON as text, or as base64.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');

const NOW = '2026-06-01T00:00:00Z';
const GOOD = '2046-06-01T00:00:00Z';
const PAST = '2026-05-01T00:00:00Z';
const TARGET = 'leafseg/1.0.0/model.onnx';
const TOP = ['root', 'timestamp', 'snapshot', 'targets'];

// tuf-js asks the clock, which is held before it is loaded.
const RealDate = Date;
global.Date = class extends RealDate {
  constructor(...given) { super(...(given.length ? given : [NOW])); }
};
const { canonicalize } = require('@tufjs/canonical-json');
const { Updater } = require('tuf-js');
const { TrustedMetadataStore } = require('tuf-js/dist/store');
const { BaseFetcher } = require('tuf-js/dist/fetcher');

const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

function key(name) {
  const seed = crypto.createHash('sha256').update(`leafseg test ${name}`).digest();
  const secret = crypto.createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
  const raw = crypto.createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32);
  const listed = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw.toString('hex') } };
  return { listed, id: sha256(canonicalize(listed)), sign: (bytes) => crypto.sign(null, bytes, secret).toString('hex') };
}

class Repository {
  constructor() {
    this.files = {};
    this.signers = {};
    this.signed = {
      root: { ...this.head('root'), consistent_snapshot: true, keys: {}, roles: {} },
      timestamp: { ...this.head('timestamp'), meta: { 'snapshot.json': { version: 0 } } },
      snapshot: { ...this.head('snapshot'), meta: {} },
      targets: { ...this.head('targets'), targets: {} },
    };
    for (const role of TOP) this.give(role, 1, key(role));
    this.target('targets', TARGET, 'the first model');
  }

  head(type) { return { _type: type, spec_version: '1.0.31', version: 0, expires: GOOD }; }

  give(role, threshold, ...keys) {
    for (const k of keys) this.signed.root.keys[k.id] = k.listed;
    this.signed.root.roles[role] = { keyids: keys.map((k) => k.id), threshold };
    this.signers[role] = keys;
    return this;
  }

  delegate(from, to, paths, terminating = false) {
    this.signed[to] ??= { ...this.head('targets'), targets: {} };
    this.signers[to] ??= [key(to)];
    const held = (this.signed[from].delegations ??= { keys: {}, roles: [] });
    for (const k of this.signers[to]) held.keys[k.id] = k.listed;
    held.roles.push({ name: to, keyids: this.signers[to].map((k) => k.id), threshold: 1, terminating, paths });
    return this;
  }

  target(role, name, content, listed = {}) {
    const hash = sha256(content);
    this.signed[role].targets[name] = { length: Buffer.byteLength(content), hashes: { sha256: hash }, ...listed };
    const { dir, base } = path.posix.parse(name);
    this.files[`targets/${dir ? `${dir}/` : ''}${hash}.${base}`] = Buffer.from(content);
    return this;
  }

  sign(role, keys = this.signers[role]) {
    const bytes = Buffer.from(canonicalize(this.signed[role]));
    const signatures = keys.map((k) => ({ keyid: k.id, sig: k.sign(bytes) }));
    return Buffer.from(JSON.stringify({ signatures, signed: this.signed[role] }));
  }

  // Each role a version on, listed where it is to be listed.
  publish(...roles) {
    for (const role of roles) {
      const version = ++this.signed[role].version;
      const bytes = this.sign(role);
      this.files[`metadata/${role === 'timestamp' ? 'timestamp.json' : `${version}.${role}.json`}`] = bytes;
      if (role === 'snapshot') this.signed.timestamp.meta['snapshot.json'].version = version;
      else if (role !== 'root' && role !== 'timestamp') this.signed.snapshot.meta[`${role}.json`] = { version };
      if (role === 'root' && version === 1) this.files['root/1.root.json'] = bytes;
    }
    return this;
  }

  all() { return this.publish('root', ...Object.keys(this.signed).filter((r) => !TOP.includes(r)).reverse(), 'targets', 'snapshot', 'timestamp'); }

  again(...more) { return this.publish(...more, 'targets', 'snapshot', 'timestamp'); }

  // The client has seen all of it so far.
  seen() {
    const newest = (role) => this.files[`metadata/${role === 'timestamp' ? role : `${this.signed[role].version}.${role}`}.json`];
    for (const role of Object.keys(this.signed)) if (newest(role)) this.files[`local/${role}.json`] = newest(role);
    return this;
  }

  put(name, change) { this.files[name] = Buffer.from(change(this.files[name])); return this; }
}

const fresh = () => new Repository();
const text = (change) => (bytes) => change(bytes.toString());
const flip = (bytes) => text((t) => t.replace(/"sig":"(.)/, (_, d) => `"sig":"${(parseInt(d, 16) ^ 1).toString(16)}`))(bytes);
const resigned = (r, role, name, change) => { change(r.signed[role]); r.files[name] = r.sign(role); return r; };

// name: [what it shows, how it is made, what is asked for]
const cases = {
  'valid': ['The smallest repository.', () => fresh().all()],
  'valid-update': ['The client has version 1 of all and takes version 2.', () => fresh().all().seen().target('targets', TARGET, 'the second model').again()],
  'valid-up-to-date': ['The client has all metadata and the target.', () => { const r = fresh().all().seen(); r.files[`local_targets/${TARGET}`] = Buffer.from('the first model'); return r; }],
  'valid-cached-target-damaged': ['The client has the target with other bytes.', () => { const r = fresh().all().seen(); r.files[`local_targets/${TARGET}`] = Buffer.from('the worst model'); return r; }],
  'valid-root-rotation': ['Root 2 and 3, each with a new root key.', () => {
    const r = fresh().all();
    for (const n of [2, 3]) {
      const old = r.signers.root;
      r.give('root', 1, key(`root ${n}`));
      r.signed.root.version++;
      r.files[`metadata/${n}.root.json`] = r.sign('root', [...old, ...r.signers.root]);
    }
    return r;
  }],
  'valid-delegation': ['Targets delegates leafseg/ghent/* to ghent.', () => fresh().delegate('targets', 'ghent', ['leafseg/ghent/*']).target('ghent', 'leafseg/ghent/model.onnx', "ghent's").all(), 'leafseg/ghent/model.onnx'],
  'valid-delegation-backtracking': ['The first role does not list it, the second does.', () => fresh().delegate('targets', 'ghent', ['leafseg/*/*']).delegate('targets', 'lab', ['leafseg/*/*']).target('lab', 'leafseg/x/model.onnx', "the lab's").all(), 'leafseg/x/model.onnx'],
  'valid-delegation-order': ['Two roles list it; the first one counts.', () => fresh().delegate('targets', 'ghent', ['*/*/*'], true).delegate('targets', 'lab', ['*/*/*']).target('ghent', 'a/b/c', 'first').target('lab', 'a/b/c', 'second').all(), 'a/b/c'],
  'delegation-terminating': ['The first role ends the search; the second would have it.', () => fresh().delegate('targets', 'ghent', ['*/*/*'], true).delegate('targets', 'lab', ['*/*/*']).target('lab', 'a/b/c', 'second').all(), 'a/b/c'],
  'delegation-path-not-allowed': ['ghent lists what it may not sign for.', () => fresh().delegate('targets', 'ghent', ['leafseg/ghent/*']).target('ghent', 'leafseg/other/model.onnx', "ghent's").all(), 'leafseg/other/model.onnx'],
  'delegation-star-is-one-level': ['The star matches no slash.', () => fresh().delegate('targets', 'ghent', ['leafseg/*']).target('ghent', 'leafseg/ghent/model.onnx', "ghent's").all(), 'leafseg/ghent/model.onnx'],
  'delegation-signed-by-delegator': ['ghent.json is signed with the key of targets.', () => { const r = fresh().delegate('targets', 'ghent', ['g/*']).target('ghent', 'g/m', 'x').all(); r.files['metadata/1.ghent.json'] = r.sign('ghent', r.signers.targets); return r; }, 'g/m'],
  'expired-delegated': ['The delegated role has expired.', () => { const r = fresh().delegate('targets', 'ghent', ['g/*']).target('ghent', 'g/m', 'x'); r.signed.ghent.expires = PAST; return r.all(); }, 'g/m'],
  'expired-timestamp': ['Timestamp 2 has expired.', () => { const r = fresh().all().seen(); r.signed.timestamp.expires = PAST; return r.publish('timestamp'); }],
  'expired-snapshot': ['Snapshot 2 has expired.', () => { const r = fresh().all().seen(); r.signed.snapshot.expires = PAST; return r.publish('snapshot', 'timestamp'); }],
  'expired-targets': ['Targets 2 has expired.', () => { const r = fresh().all().seen(); r.signed.targets.expires = PAST; return r.again(); }],
  'expired-root': ['Root 2 has expired: kept, and the client stops.', () => { const r = fresh().all(); r.signed.root.expires = PAST; return r.publish('root'); }],
  'expires-now': ['The timestamp expires at the second of the clock.', () => { const r = fresh(); r.signed.timestamp.expires = NOW; return r.all(); }],
  'rollback-timestamp': ['The client has timestamp 3; the server shows 2.', () => { const r = fresh().all().publish('timestamp'); const old = r.files['metadata/timestamp.json']; r.publish('timestamp').seen(); r.files['metadata/timestamp.json'] = old; return r; }],
  'rollback-snapshot': ['Timestamp 4 names snapshot 1; the client has 3.', () => { const r = fresh().all().publish('snapshot', 'timestamp').publish('snapshot', 'timestamp').seen(); r.signed.timestamp.meta['snapshot.json'].version = 1; return r.publish('timestamp'); }],
  'rollback-targets': ['Snapshot 4 names targets 1; the client has 3.', () => { const r = fresh().all().again().again().seen(); r.signed.snapshot.meta['targets.json'].version = 1; return r.publish('snapshot', 'timestamp'); }],
  'root-not-signed-by-old': ['Root 2 has a new key and no signature by the old one.', () => fresh().all().give('root', 1, key('root 2')).publish('root')],
  'root-not-signed-by-new': ['Root 2 has a new key and no signature by it.', () => { const r = fresh().all(); const old = r.signers.root; r.give('root', 1, key('root 2')); r.signers.root = old; return r.publish('root'); }],
  'root-skips-a-version': ['The file 2.root.json says 3.', () => { const r = fresh().all(); r.signed.root.version = 3; r.files['metadata/2.root.json'] = r.sign('root'); return r; }],
  'root-repeats-a-version': ['The file 2.root.json is root 1.', () => { const r = fresh().all(); r.files['metadata/2.root.json'] = r.files['metadata/1.root.json']; return r; }],
  'signature-invalid': ["A bit of the timestamp's signature is wrong.", () => fresh().all().put('metadata/timestamp.json', flip)],
  'signature-of-other-role': ["Snapshot is signed with the timestamp's key.", () => { const r = fresh().all(); r.files['metadata/1.snapshot.json'] = r.sign('snapshot', r.signers.timestamp); return r; }],
  'signature-of-revoked-key': ['Root 2 replaces the targets key; targets has the old one.', () => { const r = fresh().all(); const old = r.signers.targets; r.give('targets', 1, key('targets 2')).publish('root'); r.signers.targets = old; return r.again(); }],
  'too-few-signatures': ['Targets needs 2 of 2 and has one.', () => { const r = fresh().give('targets', 2, key('targets'), key('targets b')); r.signers.targets = r.signers.targets.slice(0, 1); return r.all(); }],
  'snapshot-version-mismatch': ['1.snapshot.json says 2.', () => { const r = fresh().all(); return resigned(r, 'snapshot', 'metadata/1.snapshot.json', (s) => { s.version = 2; }); }],
  'targets-version-mismatch': ['1.targets.json says 2.', () => { const r = fresh().all(); return resigned(r, 'targets', 'metadata/1.targets.json', (s) => { s.version = 2; }); }],
  'snapshot-hash-mismatch': ['Snapshot has not the hash that timestamp lists.', () => { const r = fresh(); r.publish('root', 'targets', 'snapshot'); r.signed.timestamp.meta['snapshot.json'] = { version: 1, hashes: { sha256: sha256('another') } }; return r.publish('timestamp'); }],
  'snapshot-longer-than-listed': ['Snapshot is longer than timestamp lists.', () => { const r = fresh(); r.publish('root', 'targets', 'snapshot'); r.signed.timestamp.meta['snapshot.json'] = { version: 1, length: r.files['metadata/1.snapshot.json'].length - 1 }; return r.publish('timestamp'); }],
  'snapshot-drops-targets': ['Snapshot 2 does not name targets.json any more.', () => { const r = fresh().all().seen(); delete r.signed.snapshot.meta['targets.json']; return r.publish('snapshot', 'timestamp'); }],
  'target-other-bytes': ['The target has other bytes, as many.', () => { const r = fresh().all(); return r.put(Object.keys(r.files).find((f) => f.startsWith('targets/')), () => 'the worst model'); }],
  'target-too-short': ['The target breaks off.', () => { const r = fresh().all(); return r.put(Object.keys(r.files).find((f) => f.startsWith('targets/')), (b) => b.subarray(0, 5)); }],
  'target-endless': ['The target goes on and on.', () => { const r = fresh().all(); return r.put(Object.keys(r.files).find((f) => f.startsWith('targets/')), () => 'x'.repeat(3000)); }],
  'target-missing': ['The target is listed and not there.', () => { const r = fresh().all(); delete r.files[Object.keys(r.files).find((f) => f.startsWith('targets/'))]; return r; }],
  'target-not-listed': ['The target is nowhere listed.', () => fresh().all(), 'leafseg/9.9.9/model.onnx'],
  'metadata-truncated': ['Snapshot breaks off.', () => fresh().all().put('metadata/1.snapshot.json', (b) => b.subarray(0, 100))],
  'timestamp-says-snapshot': ['timestamp.json has the type snapshot.', () => { const r = fresh(); r.signed.timestamp._type = 'snapshot'; return r.all(); }],
  'spec-version-2': ["The timestamp's spec_version is 2.0.0.", () => { const r = fresh(); r.signed.timestamp.spec_version = '2.0.0'; return r.all(); }],
  'threshold-zero': ['Root 2 asks for no timestamp signature, and there is none.', () => { const r = fresh().all(); r.signed.root.roles.timestamp.threshold = 0; r.publish('root'); r.signers.timestamp = []; return r.publish('timestamp'); }],
};

async function run(name, [attack, make, target = TARGET]) {
  const { files } = make();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tuf-'));
  const [store, held] = ['store', 'targets'].map((f) => path.join(folder, f));
  [store, held].forEach((f) => fs.mkdirSync(f));
  const local = Object.keys(files).filter((f) => f.startsWith('local/'));
  for (const file of local) fs.writeFileSync(path.join(store, path.basename(file)), files[file]);
  if (!local.length) fs.writeFileSync(path.join(store, 'root.json'), files['root/1.root.json']);
  const cached = files[`local_targets/${target}`];
  const kept = path.join(held, encodeURIComponent(target));
  if (cached) fs.writeFileSync(kept, cached);

  const requests = [];
  const server = http.createServer((request, response) => {
    const asked = decodeURIComponent(request.url.slice(1));
    requests.push(asked + (files[asked] ? '' : ' 404'));
    response.writeHead(files[asked] ? 200 : 404).end(files[asked]);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${server.address().port}`;

  let error = null;
  let found = null;
  lastError = null;
  try {
    const updater = new Updater({ metadataDir: store, metadataBaseUrl: `${base}/metadata`, targetDir: held, targetBaseUrl: `${base}/targets`, config: { fetchRetry: false, fetchRetries: 0 } });
    await updater.refresh();
    const info = await updater.getTargetInfo(target);
    if (info) found = fs.readFileSync((await updater.findCachedTarget(info)) ?? (await updater.downloadTarget(info)));
  } catch (e) {
    error = (e.constructor.name === 'RuntimeError' && lastError ? lastError : e).constructor.name;
  }
  server.close();
  const version = (role) => {
    const file = path.join(store, `${role}.json`);
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file)).signed.version : null;
  };
  const roles = Object.keys(files).map((f) => /^metadata\/\d+\.(.*)\.json$/.exec(f)?.[1]).filter((r) => r && !TOP.includes(r));
  const answer = {
    name,
    expect: found ? 'accept' : 'reject',
    attack,
    basis: 'tuf-js',
    reference_time: NOW,
    trusted_root: 'root/1.root.json',
    local: local.length ? 'local' : null,
    local_targets: cached ? 'local_targets' : null,
    metadata: 'metadata',
    targets: 'targets',
    target,
    expect_error: error,
    expect_target_sha256: found && sha256(found),
    expect_trusted_versions: Object.fromEntries(TOP.map((role) => [role, version(role)])),
    expect_delegated_versions: Object.fromEntries([...new Set(roles)].map((role) => [role, version(role)])),
    requests,
    files: Object.fromEntries(Object.entries(files).map(([file, bytes]) => [file, bytes.toString()])),
  };
  fs.rmSync(folder, { recursive: true });
  return answer;
}

// tuf-js reports most refusals of snapshot and targets as RuntimeError: the one below it is kept.
let lastError = null;
function watch(owner, method) {
  const inner = owner.prototype[method];
  const keep = (e) => { lastError = e; throw e; };
  owner.prototype[method] = function (...given) {
    try {
      const result = inner.apply(this, given);
      return result instanceof Promise ? result.catch(keep) : result;
    } catch (e) { return keep(e); }
  };
}

(async () => {
  for (const method of ['updateSnapshot', 'updateDelegatedTargets']) watch(TrustedMetadataStore, method);
  watch(BaseFetcher, 'downloadFile');
  const all = [];
  for (const [name, parts] of Object.entries(cases)) all.push(await run(name, parts));
  fs.writeFileSync(path.join(__dirname, 'cases.json'), `${JSON.stringify(all, null, 1)}\n`);
  for (const c of all) console.log(c.expect, c.name, c.expect_error ?? '', JSON.stringify(c.expect_trusted_versions));
})();
