// A stand is a whole e-POM of its own: private PostgreSQL, demo region, mails caught, on a free port.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

const READY_WITHIN = 240_000;
const STOP_WITHIN = 20_000;

const standing = new Set();

// stopAll takes down every stand, also one that is only getting ready.
export const stopAll = () => Promise.all([...standing].map(stop));

// start runs `epom demo` and resolves when it serves. `env` adds settings, such as EPOM_SMTP_URL.
export async function start(env = {}) {
  const bin = process.env.EPOM_BIN;
  if (!bin) throw new Error('EPOM_BIN must name the epom binary');
  const dir = await mkdtemp('/tmp/epom-e2e-');
  await chmod(dir, 0o711); // PostgreSQL runs as another user and must pass
  const addr = `127.0.0.1:${await freePort()}`;
  const base = `http://${addr}`;
  const own = { EPOM_DATA_DIR: dir, EPOM_ADDR: addr, EPOM_PUBLIC_URL: base, EPOM_DATABASE_URL: '', EPOM_SMTP_URL: '', ...env };
  const child = spawn(bin, ['demo'], { env: { ...process.env, ...own }, stdio: ['ignore', 'pipe', 'pipe'] });
  const stand = { base, dir, child, output: '', people: [], stop: () => stop(stand) };
  const ended = new Promise((resolve) => child.once('exit', resolve));
  stand.ended = ended;
  standing.add(stand);
  try {
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`not ready within ${READY_WITHIN / 1000} s:\n${stand.output}`)), READY_WITHIN);
      const take = (chunk) => {
        stand.output += chunk;
        stand.people = peopleIn(stand.output);
        // The table is printed at once; its last line is whole when it ends with a newline.
        if (stand.people.length > 0 && stand.output.endsWith('\n')) { clearTimeout(late); resolve(); }
      };
      child.stdout.setEncoding('utf8').on('data', take);
      child.stderr.setEncoding('utf8').on('data', take);
      ended.then((code) => { clearTimeout(late); reject(new Error(`epom demo ended with ${code}:\n${stand.output}`)); });
      child.once('error', (err) => { clearTimeout(late); reject(err); });
    });
  } catch (err) {
    await stop(stand);
    throw err;
  }
  return stand;
}

// peopleIn reads the printed table: office (empty for the operator), what for, name, link.
function peopleIn(output) {
  const from = output.indexOf('One-time sign-in links');
  if (from < 0) return [];
  return output.slice(from).split('\n').flatMap((line) => {
    const m = line.match(/^ {2}(.*?) {2,}(\S.*?) {2,}(\S.*?) {2,}(http\S+)$/);
    return m ? [{ office: m[1].trim(), what: m[2], name: m[3], link: m[4] }] : [];
  });
}

async function stop(stand) {
  const { child, dir } = stand;
  if (child.pid && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGINT');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN);
    await stand.ended;
    clearTimeout(late);
  }
  await stopDatabase(dir);
  standing.delete(stand);
  await rm(dir, { recursive: true, force: true });
}

// stopDatabase ends a private PostgreSQL that outlived its application.
async function stopDatabase(dir) {
  const pid = Number((await readFile(join(dir, 'pg/data/postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid) return;
  const until = Date.now() + STOP_WITHIN;
  try {
    process.kill(pid, 'SIGQUIT');
    while (Date.now() < until) { // until there is no such process
      process.kill(pid, 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } catch { /* it has ended */ }
}

// freePort is a TCP port nobody listens on.
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
