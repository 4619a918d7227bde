// Journeys through e-POM in a real browser: `EPOM_BIN=…/bin/epom node run.mjs [words of journeys' names]`.
import { launch, MODES, Visitors } from './browser.mjs';
import { Report, Stopped } from './report.mjs';
import { start, stopAll } from './stand.mjs';
import { smtp } from './smtp.mjs';
import { citizen } from './journeys/citizen.mjs';
import { clerk } from './journeys/clerk.mjs';
import { elsewhere, referral } from './journeys/referral.mjs';
import { keyboard, languages, looks, zoom } from './journeys/desk.mjs';
import { files, guessing, sessions, twoTabs, words } from './journeys/hostile.mjs';
import { vyrizovani } from './journeys/vyrizovani.mjs';
import { operator } from './journeys/operator.mjs';
import { deskaKancelar } from './journeys/deska-kancelar.mjs';
import { deskaVerejnost } from './journeys/deska-verejnost.mjs';
import { overeni } from './journeys/overeni.mjs';
import { protokoly } from './journeys/protokoly.mjs';
import { deskaOdber } from './journeys/deska-odber.mjs';
import { formulare } from './journeys/formulare.mjs';
import { editor } from './journeys/editor.mjs';
import { vyplnovani } from './journeys/vyplnovani.mjs';
import { evidence } from './journeys/evidence.mjs';
import { spisy } from './journeys/spisy.mjs';
import { deskaKiosk } from './journeys/deska-kiosk.mjs';
import { spisovka } from './journeys/spisovka.mjs';
import { vypravna } from './journeys/vypravna.mjs';
import { offline } from './journeys/offline.mjs';
import { podatelna } from './journeys/podatelna.mjs';
import { potvrzeni } from './journeys/potvrzeni.mjs';

const TWO = MODES.slice(0, 2); // with and without JavaScript, wide and narrow

// Two journeys go on at once. Those marked alone change what others see (limits, sessions, the mail server) and come last.
const LANES = 2;
const alone = new Set([operator, sessions, guessing]);

const journeys = [
  ['a citizen and her trees', citizen, MODES],
  ['a clerk and the citizen looking on', clerk, TWO],
  ['vyřizování', vyrizovani, TWO],
  ['the wrong municipality', referral, TWO],
  ['an office that does not take part', elsewhere, TWO],
  ['deska a veřejnost', deskaVerejnost, TWO],
  ['the operator', operator, TWO],
  ['the repository of forms', formulare, TWO],
  ['editor of forms', editor, TWO],
  ['filling from files', vyplnovani, TWO],
  ['a clerk and the board', deskaKancelar, TWO],
  ['podatelna', podatelna, TWO],
  ['potvrzení podání', potvrzeni, TWO],
  ['deska a odběr', deskaOdber, TWO],
  ['ověření vyvěšení', overeni, TWO],
  ['vlastní spisová služba', spisovka, TWO],
  ['výpravna', vypravna, TWO],
  ['transakční protokoly', protokoly, TWO],
  ['numbers, registers and books', evidence, TWO],
  ['spis od otevření do spisovny', spisy, [MODES[1]]],
  ['offline', offline, TWO],
  ['two tabs', twoTabs, TWO],
  ['hostile words', words, TWO],
  ['hostile files', files, TWO],
  ['sessions', sessions, TWO],
  ['guessing', guessing, [MODES[0]]], // limits are per place, so one visitor is enough
  ['keyboard', keyboard, [MODES[0]]],
  ['twice the size', zoom, [MODES[0]]],
  ['languages', languages, TWO],
  ['looks', looks, TWO],
  ['deska na ulici', deskaKiosk, TWO], // late: its documents are drawn meanwhile
];

// Written, and not yet seen to pass in one run of all: these are run when named.
const whenNamed = new Set([formulare, editor, vyplnovani, potvrzeni, vypravna, spisy, offline]);

const wanted = process.argv.slice(2);
const report = new Report();
const began = Date.now();
let stand, browser, post;

async function all() {
  post = await smtp();
  stand = await start({ EPOM_SMTP_URL: post.url, EPOM_HOOKS_ANYWHERE: 'true' });
  browser = await launch();
  const turns = journeys.flatMap(([name, journey, modes]) => modes.map((mode) => ({ title: `${name} (${mode.name})`, journey, mode })))
    .filter(({ title, journey }) => (wanted.length ? wanted.some((word) => title.includes(word)) : !whenNamed.has(journey)))
    .map((turn, id) => ({ ...turn, id: id + 1 }));
  const together = turns.filter(({ journey }) => !alone.has(journey));
  await Promise.all(Array.from({ length: LANES }, () => lane(together)));
  await lane(turns.filter(({ journey }) => alone.has(journey)));
}

// lane takes journeys one by one until none is left.
async function lane(turns) {
  const part = report.part();
  const visitors = new Visitors(browser, stand.base, part);
  for (let turn; (turn = turns.shift());) {
    part.journey(turn.title);
    const step = (what, act) => part.step(what, act, (failed) => visitors.pictures(failed));
    try {
      await turn.journey({ visitors, step, mode: turn.mode, stand, post, id: turn.id });
    } catch (err) {
      if (!(err instanceof Stopped)) part.fail(err.stack);
    }
    part.tell();
    await visitors.closeAll();
  }
  await visitors.close();
}

// end takes everything down, once, whoever asks.
let ending;
function end() {
  ending ??= (async () => {
    await browser?.close().catch(() => {});
    await stopAll();
    await post?.stop();
  })();
  return ending;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => end().finally(() => process.exit(1)));

try {
  await all();
} catch (err) {
  report.fail(err.stack);
} finally {
  await end();
}
console.log(`\n${Math.round((Date.now() - began) / 1000)} s`);
process.exitCode = report.close() ? 0 : 1;
