// The board's screen in the street. The pages work without this: here they turn by themselves, come back to the start when
// nobody touches them, and stay when the network goes.
import { viewer } from './kiosk-viewer.js';

const TURN = 12; // seconds of one list
const STILL = 60; // seconds without a touch, then back to the start
const WARN = 15; // of them the last ones with a warning
const POLL = 30; // seconds between questions to the server

const $ = (id) => document.getElementById(id);
const { base, version, at, offline, leaving, over } = document.body.dataset;
const asked = new URLSearchParams(location.search);
document.documentElement.classList.add('js');

// --- What the address says: it holds for pages kept from another time too.
if (asked.get('kontrast') === '1') document.documentElement.dataset.contrast = 'high';
for (const link of document.querySelectorAll('a[href^="/"]')) {
  const url = new URL(link.href);
  if (url.pathname !== base && !url.pathname.startsWith(`${base}/`)) continue;
  const carry = (name) => { if (asked.has(name) && !url.searchParams.has(name)) url.searchParams.set(name, asked.get(name)); };
  if (link.id === 'contrast') {
    if (asked.get('kontrast') === '1') url.searchParams.delete('kontrast');
    else url.searchParams.set('kontrast', '1');
  } else carry('kontrast');
  if (!document.querySelector('.list')) carry('strana');
  url.searchParams.delete('stat');
  link.href = url.pathname + url.search;
}

// --- The server's time. The machine's own clock may be wrong; only differences of it are used.
let ahead = Date.parse(at) - Date.now(); // a page kept from before says an old time, the first answer mends it
const now = () => Date.now() + ahead;
const prague = (t, options) => new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: 'Europe/Prague', ...options }).format(t);
const clockTime = (t) => prague(t, { hour: 'numeric', minute: '2-digit', hourCycle: 'h23' });
const since = (t) => (prague(t, { dateStyle: 'short' }) === prague(now(), { dateStyle: 'short' }) ? '' : `${prague(t, { day: 'numeric', month: 'numeric' })} `) + clockTime(t);

function tick() {
  const clock = $('clock');
  clock.textContent = clockTime(now());
  clock.hidden = false;
  for (const row of document.querySelectorAll('.row[data-ends]')) {
    const past = now() >= Date.parse(row.dataset.ends);
    if (!past || row.querySelector('.past')) continue;
    const note = document.createElement('span');
    note.className = 'past';
    note.textContent = over;
    row.querySelector('a').append(note);
  }
}

// --- The network.
let stale = false; // something newer hangs
const worker = () => navigator.serviceWorker?.controller;

async function poll() {
  try {
    const answer = await fetch(`${base}/stav.json`, { cache: 'no-store', headers: { 'x-now': Date.now() } });
    if (!answer.ok) throw new Error(String(answer.status));
    hear(await answer.json());
  } catch {
    hear({ online: false, at: lastHeard });
  }
}

let lastHeard = at;
let fresh = false; // the server answered this page
function hear(said) {
  const online = said.online !== false;
  lastHeard = said.at;
  if (online || said.offset !== undefined) ahead = online ? Date.parse(said.at) - Date.now() : said.offset;
  const bar = $('offline');
  const text = online ? '' : offline.replace('{}', since(Date.parse(said.at)));
  if (bar.textContent !== text) bar.textContent = text;
  bar.hidden = online;
  tick();
  if (!online) { fresh = false; return; }
  stale = Boolean(version) && said.version !== version;
  if (worker()) worker().postMessage('renew');
  else if (stale) renewed();
  fresh = true;
}

// renewed: what is kept is new too, so the page may show it, unless somebody is just reading.
function renewed() {
  if (stale && fresh && resting()) location.replace(location.href);
}

if (navigator.serviceWorker) {
  navigator.serviceWorker.addEventListener('message', (event) => { if (event.data.kept) renewed(); });
  navigator.serviceWorker.addEventListener('controllerchange', () => worker()?.postMessage('renew'));
  navigator.serviceWorker.register(`${base}/obsluha.js`, { scope: base }).catch(() => {}); // without it the page still stands while the machine runs
}

// --- Turning the lists.
const lists = [...document.querySelectorAll('.list')];
let shown = Math.max(lists.findIndex((l) => l.classList.contains('shown')), 0);
let paused = false;
let touched = false;

function show(n) {
  if (lists.length < 2) return;
  shown = (n + lists.length) % lists.length;
  lists.forEach((list, i) => list.classList.toggle('shown', i === shown));
  $('here').textContent = shown + 1;
}

function rows() { return [...lists[shown].querySelectorAll('a')]; }

if (lists.length > 1) {
  if (asked.has('strana')) show(Number(asked.get('strana')) - 1 || 0);
  for (const [id, by] of [['prev', -1], ['next', 1]]) {
    $(id).addEventListener('click', (event) => { event.preventDefault(); show(shown + by); });
  }
  const pause = $('pause');
  pause.hidden = false;
  pause.addEventListener('click', () => { paused = !paused; label(); });
  setInterval(() => { if (!paused && !document.hidden) show(shown + 1); }, TURN * 1000);
}

// label says what the button does next.
function label() {
  const pause = $('pause');
  if (pause) pause.querySelector('span').textContent = paused ? pause.dataset.go : pause.dataset.stop;
}

// --- Nobody there.
const start = lists.length > 0 && !asked.has('jazyk') && !asked.has('kontrast') || Boolean(document.querySelector('.empty')) && !location.search;
const resting = () => start && !touched;
let warn;
let leave;

function stay() {
  clearTimeout(warn);
  clearInterval(leave);
  $('leaving').hidden = true;
  if (!resting()) warn = setTimeout(goodbye, (STILL - WARN) * 1000);
}

function goodbye() {
  let left = WARN;
  const say = () => { $('leaving-text').textContent = leaving.replace('{}', left); };
  say();
  $('leaving').hidden = false;
  leave = setInterval(() => {
    left -= 1;
    if (left <= 0) { clearInterval(leave); location.replace(base); } else say();
  }, 1000);
}

function touch(event) {
  if (event.type === 'pointerdown' && event.target.closest?.('#leaving')) return; // what is under it must not be hit
  touched = true;
  if (lists.length > 1 && !event.target.closest?.('#pause') && !paused) { paused = true; label(); }
  stay();
}
for (const name of ['pointerdown', 'keydown', 'wheel', 'touchmove']) addEventListener(name, touch, { passive: true, capture: true });
$('stay').addEventListener('click', stay);

// --- Keys and swipes.
const look = viewer($);
addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const move = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.key === 'Home' || event.key === 'Escape' && lists.length) location.replace(base);
  else if (event.key === 'Escape') $('back')?.click();
  else if (by && look) look.turn(by);
  else if (by && lists.length > 1) show(shown + by);
  else if (move && lists.length) step(move);
  else if (look && (event.key === '+' || event.key === '-')) look.zoom(event.key === '+' ? 1 : -1);
  else return;
  event.preventDefault();
});

// step moves the focus up and down the rows, over the edges of a list too.
function step(move) {
  const here = rows().indexOf(document.activeElement);
  let next = here < 0 ? (move > 0 ? 0 : rows().length - 1) : here + move;
  if (next < 0 || next >= rows().length) {
    show(shown + move);
    next = move > 0 ? 0 : rows().length - 1;
  }
  rows()[next]?.focus();
}

let from;
addEventListener('touchstart', (event) => { from = event.touches.length === 1 ? event.touches[0] : undefined; }, { passive: true });
addEventListener('touchend', (event) => {
  const to = event.changedTouches[0];
  if (!from || Math.abs(to.clientX - from.clientX) < 90 || Math.abs(to.clientY - from.clientY) > 60) return;
  const by = to.clientX < from.clientX ? 1 : -1;
  if (!look) show(shown + by);
  else if (!look.zoomed() && event.target.closest('.sheet')) look.turn(by);
}, { passive: true });

tick();
stay();
poll();
setInterval(poll, POLL * 1000);
setInterval(tick, 10_000);
addEventListener('online', poll);
addEventListener('offline', poll);
