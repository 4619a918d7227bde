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
import { samoobsluha } from './journeys/samoobsluha.mjs';

const [JS, PLAIN] = MODES; // with JavaScript and wide, without it and narrow
const TWO = [JS, PLAIN];

// Two journeys go on at once. Those marked alone change what others see (limits, sessions, the mail server, an office's settings) and come last.
const LANES = 2;
const alone = new Set([operator, sessions, guessing, spisovka]);

// The last column is what a run of all takes; with EVERY_MODE=1, or named, a journey goes in all its modes.
const journeys = [
  ['a citizen and her trees', citizen, MODES, TWO],
  ['a clerk and the citizen looking on', clerk, TWO, TWO],
  ['vyřizování', vyrizovani, TWO, [PLAIN]],
  ['the wrong municipality', referral, TWO, [JS]],
  ['an office that does not take part', elsewhere, TWO, [PLAIN]],
  ['deska a veřejnost', deskaVerejnost, TWO, [PLAIN]],
  ['the operator', operator, TWO, [JS]],
  ['the repository of forms', formulare, TWO, []],
  ['editor of forms', editor, TWO, []],
  ['filling from files', vyplnovani, TWO, [PLAIN]],
  ['a clerk and the board', deskaKancelar, TWO, [JS]],
  ['podatelna', podatelna, TWO, [PLAIN]],
  ['potvrzení podání', potvrzeni, TWO, [JS]],
  ['deska a odběr', deskaOdber, TWO, [PLAIN]],
  ['ověření vyvěšení', overeni, TWO, [JS]],
  ['vlastní spisová služba', spisovka, TWO, [PLAIN]],
  ['výpravna', vypravna, TWO, [PLAIN]],
  ['transakční protokoly', protokoly, TWO, [JS]],
  ['numbers, registers and books', evidence, TWO, [JS]],
  ['spis od otevření do spisovny', spisy, [PLAIN], [PLAIN]],
  ['offline', offline, TWO, [JS]],
  ['kiosk v hale', samoobsluha, TWO, [JS]],
  ['two tabs', twoTabs, TWO, [JS]],
  ['hostile words', words, TWO, [PLAIN]],
  ['hostile files', files, TWO, [JS]],
  ['sessions', sessions, TWO, [PLAIN]],
  ['guessing', guessing, [JS], [JS]], // limits are per place, so one visitor is enough
  ['keyboard', keyboard, [JS], [JS]],
  ['twice the size', zoom, [JS], [JS]],
  ['languages', languages, TWO, [PLAIN]],
  ['looks', looks, TWO, [JS]],
  ['deska na ulici', deskaKiosk, TWO, [JS]], // late: its documents are drawn meanwhile
];

const wanted = process.argv.slice(2);
const report = new Report();
const began = Date.now();
let stand, browser, post;

async function all() {
  post = await smtp();
  stand = await start({ EPOM_SMTP_URL: post.url, EPOM_HOOKS_ANYWHERE: 'true' });
  browser = await launch();
  const every = wanted.length > 0 || process.env.EVERY_MODE;
  const turns = journeys.flatMap(([name, journey, modes, few]) => (every ? modes : few).map((mode) => ({ title: `${name} (${mode.name})`, journey, mode })))
    .filter(({ title }) => wanted.length === 0 || wanted.some((word) => title.includes(word)))
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
process.exit(report.close() ? 0 : 1); // a program that a journey left running must not keep this one
