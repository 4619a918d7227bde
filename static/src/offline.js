// The offline client: lists of forms and of what waits, filling by the engine (WebAssembly), the queue.
import * as store from './offline/store.js';
import { sendAll } from './offline/send.js';
import { pack, unpack } from './offline/pack.js';

const root = document.getElementById('offline');
const texts = root && JSON.parse(root.dataset.texts);
const lang = document.documentElement.lang;
const t = (text, ...args) => args.reduce((s, a) => s.replace('%s', a), texts[text] ?? text);
const when = (at) => new Date(at).toLocaleString(lang, { dateStyle: 'long', timeStyle: 'short' });
const state = (text) => { document.getElementById('offline-state').textContent = text; };

// el makes an element; text is never read as HTML.
function el(name, attributes = {}, ...children) {
  const e = document.createElement(name);
  for (const [k, v] of Object.entries(attributes)) {
    if (k === 'onclick') e.addEventListener('click', v);
    else if (v !== false && v !== undefined) e.setAttribute(k, v === true ? '' : v);
  }
  e.append(...children.filter((c) => c !== undefined && c !== ''));
  return e;
}
const button = (text, onclick, look = 'btn btn-second btn-small') => el('button', { type: 'button', class: look, onclick }, text);

let engine;
// call asks the engine; it is started at the first question.
async function call(method, args) {
  engine ??= start();
  await engine;
  const out = globalThis.epom(method, JSON.stringify(args));
  if (out instanceof Error) throw out;
  return JSON.parse(out);
}

async function start() {
  await new Promise((resolve, reject) => {
    const script = el('script', { src: root.dataset.start });
    script.onload = resolve;
    script.onerror = () => reject(new Error(t('Program pro vyplňování se nepodařilo načíst. Připojte se a otevřete stránku znovu.')));
    document.head.append(script);
  });
  const go = new globalThis.Go();
  const { instance } = await WebAssembly.instantiateStreaming(fetch(root.dataset.engine), go.importObject);
  const ready = new Promise((resolve) => { globalThis.epomReady = resolve; });
  go.run(instance);
  await ready;
}

let loaded;
// load puts a stored form into the engine.
async function load(code, version) {
  const id = `${code}/${version}`;
  const form = await store.get('forms', id);
  if (!form) throw new Error(t('Tento formulář v zařízení uložený není. Uložte ho a zkuste to znovu.'));
  if (loaded !== id) {
    await call('load', { definition: form.definition, lang });
    await call('towns', { towns: form.towns.map(([c, name, district]) => ({ code: c, name, district })) });
    loaded = id;
  }
  return form;
}

const today = () => new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Prague' });
const args = (item, words, form, step, toCheck) => ({ code: item.code, version: item.version, lang, today: today(), params: form.params, answers: words.answers, step, toCheck });

function show(...nodes) {
  root.replaceChildren(...nodes);
  (root.querySelector('.error-summary') ?? root.querySelector('h1'))?.focus?.();
}

const heading = (text) => el('h1', { tabindex: '-1' }, text);

async function home() {
  const [forms, items] = await Promise.all([store.all('forms'), store.all('items')]);
  const offered = await fetch('/offline/formulare.json').then((r) => (r.ok ? r.json() : undefined)).catch(() => undefined);
  const stored = new Map(forms.map((f) => [f.code, f]));
  const list = (offered ?? forms).map((f) => {
    const mine = stored.get(f.code);
    const name = f.title[lang] || f.title.cs;
    return el('li', { class: 'card' }, el('span', { class: 'what' }, el('strong', {}, name), ' ', el('span', { class: 'muted' }, mine ? t('uloženo v zařízení') : '')),
      mine ? button(t('Vyplnit'), () => begin(mine), 'btn btn-small') : button(t('Uložit do zařízení'), () => keep(f.code).then(home, failed)),
      mine && offered && mine.version < f.version ? button(t('Uložit novou verzi'), () => keep(f.code).then(home, failed)) : '',
      mine ? button(t('Odebrat'), () => store.drop('forms', mine.id).then(home), 'btn btn-quiet btn-small') : '');
  });
  show(heading(t('Vyplňování bez připojení')),
    el('p', { class: 'lead' }, t('Uložte si formuláře, dokud jste připojeni. Vyplníte je kdekoli a odešlou se samy, až bude síť.')),
    new Date().getFullYear() < 2026 ? note('warning', t('Hodiny zařízení jdou špatně: ukazují %s. Lhůty se podle nich nepočítají, za doručené platí podání podle hodin úřadu. Opravte je prosím.', when(Date.now()))) : '',
    ...(items.length ? [el('h2', {}, t('Moje formuláře v tomto zařízení')), el('ul', { class: 'offline-list' }, ...items.map(line))] : []),
    el('h2', {}, t('Formuláře')), el('ul', { class: 'offline-list' }, ...list),
    ...(await bringing()),
    note('info', t('Když vymažete data prohlížeče, zmizí i to, co tu čeká na odeslání. Předtím to odešlete, nebo uložte do souboru.')),
    items.length || forms.length ? el('p', {}, button(t('Smazat vše z tohoto zařízení'), eraseAll, 'btn btn-quiet')) : '');
}

const note = (tone, text) => el('div', { class: 'message', 'data-tone': tone }, el('div', {}, el('p', {}, text)));

function line(i) {
  const about = { draft: t('rozepsáno'), queued: t('čeká na odeslání, dokončeno %s', when(i.filledAt)), refused: t('úřad zatím nepřijal: %s', i.problem?.text ?? ''), sent: i.answer && t('odesláno: %s, číslo jednací %s, značka %s, PIN %s', i.answer.office, i.answer.number, i.answer.reference, i.answer.pin) }[i.state];
  return el('li', { class: 'card', 'data-state': i.state }, el('span', { class: 'what' }, el('strong', {}, i.title), el('br'), about, i.answer?.clockWrong ? ` ${t('Hodiny zařízení šly špatně; platí čas doručení úřadu.')}` : ''),
    i.state === 'draft' || i.state === 'refused' ? button(t('Pokračovat'), () => { location.hash = `#vyplnit/${i.id}`; }) : '',
    i.state === 'queued' ? button(t('Odeslat teď'), () => send(true)) : '',
    i.state === 'queued' || i.state === 'refused' ? button(t('Uložit do souboru'), () => exported(i).catch(failed)) : '',
    i.state === 'sent' ? el('a', { href: `/podani?cislo=${i.answer.reference}` }, t('Stav podání')) : '',
    i.state === 'queued' && i.tried ? '' : button(t('Smazat'), () => store.remove(i.id).then(home), 'btn btn-quiet btn-small'));
}

async function exported(item) {
  const passphrase = document.getElementById('offline-heslo').value;
  const url = URL.createObjectURL(new Blob([await pack(item, passphrase)], { type: 'application/json' }));
  el('a', { href: url, download: `${item.code}-${item.id.slice(0, 6)}.epom` }).click();
  URL.revokeObjectURL(url);
  state(passphrase ? t('Soubor je uložený a zamčený heslem. Bez hesla ho nikdo neotevře, ani my.') : t('Soubor je uložený. Obsahuje vaše údaje: opatrujte ho.'));
}

async function bringing() {
  const file = el('input', { type: 'file', id: 'offline-soubor', accept: '.epom,application/json' });
  file.addEventListener('change', async () => {
    try {
      await unpack(await file.files[0].text(), document.getElementById('offline-heslo').value);
      await home();
      state(t('Podání je tu a čeká na odeslání.'));
      send();
    } catch (err) {
      state(err.message === 'passphrase' ? t('Heslo k souboru nesedí. Napište ho a vyberte soubor znovu.') : t('Tohle není soubor s podáním, nebo je poškozený.'));
      file.value = '';
    }
  });
  return [el('section', { class: 'card stack' }, el('h2', {}, t('Přenos souborem')),
    el('p', {}, t('Hotové podání můžete uložit do souboru a odeslat z jiného zařízení. I když ho odešlete z obou, úřad ho dostane jednou.')),
    el('div', { class: 'field' }, el('label', { class: 'label', for: 'offline-heslo' }, t('Heslo k souboru (nemusíte vyplnit)')), el('input', { class: 'input', id: 'offline-heslo', type: 'password', autocomplete: 'off' })),
    el('div', { class: 'field' }, el('label', { class: 'label', for: 'offline-soubor' }, t('Přinést soubor .epom')), file))];
}

async function keep(code) {
  state(t('Ukládám…'));
  const answer = await fetch(`/offline/formulare/${code}`);
  if (!answer.ok) throw new Error(t('Formulář se nepodařilo uložit. Zkuste to znovu.'));
  const form = await answer.json();
  await store.put('forms', { ...form, id: `${form.code}/${form.version}` });
  if (navigator.storage?.persist && !(await navigator.storage.persist())) state(t('Uloženo. Prohlížeč ale může data smazat, když mu dojde místo.'));
  else state(t('Uloženo.'));
}

async function begin(form) {
  const id = store.newKey();
  await store.saveItem({ id, state: 'draft', code: form.code, version: form.version, lang, title: form.title[lang] || form.title.cs }, { answers: {} });
  location.hash = `#vyplnit/${id}`;
}

// fill shows a page of a form, or the check page when all is answered.
async function fill(id, step) {
  const item = await store.get('items', id);
  if (!item || !['draft', 'refused'].includes(item.state)) { location.hash = ''; return; }
  const form = await load(item.code, item.version);
  const words = await store.words(item);
  if (step === 'kontrola') return check(item, form, words);
  const toCheck = step?.endsWith('!') ?? false;
  const page = await call('show', args(item, words, form, toCheck ? step.slice(0, -1) : step, toCheck));
  return page.step ? paint(item, form, page, toCheck) : check(item, form, words);
}

function paint(item, form, page, toCheck) {
  const holder = el('div');
  holder.innerHTML = page.html; // made by the engine's templates, which escape
  show(el('p', { class: 'offline-tools' }, el('a', { href: '#' }, t('Uložit a zpět na seznam'))), item.problem ? note('warning', item.problem.text) : '', holder);
  holder.querySelectorAll('details.by-hand').forEach((d) => { d.open = true; }); // addresses are not known here: they are written
  holder.querySelector('a.back')?.setAttribute('href', toCheck ? `#vyplnit/${item.id}/kontrola` : `#vyplnit/${item.id}/${holder.querySelector('a.back').getAttribute('href').slice(1)}`);
  holder.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    save(item, form, page.step, toCheck, event.target, event.submitter).catch(failed);
  });
}

async function save(item, form, step, toCheck, target, submitter) {
  const words = await store.words(item);
  const values = {};
  const files = {};
  for (const [name, value] of new FormData(target, submitter)) {
    if (typeof value === 'string') (values[name] ??= []).push(value);
    else if (value.size) {
      const id = store.newKey(9);
      await store.saveFile(item.id, id, value);
      (files[name] ??= []).push({ id, name: value.name, size: value.size, type: value.type });
    }
  }
  const page = await call('save', { ...args(item, words, form, step, toCheck), values, files });
  item = { ...item };
  words.answers = page.answers ?? words.answers;
  await store.saveItem(item, words);
  if (page.later) { location.hash = ''; return; }
  if (page.wrong || page.anchor || page.step === step) { paint(item, form, page, toCheck); if (page.anchor) document.getElementById(page.anchor)?.focus(); return; }
  location.hash = `#vyplnit/${item.id}/${page.step ? page.step + (toCheck ? '!' : '') : 'kontrola'}`;
}

async function check(item, form, words) {
  const c = await call('check', args(item, words, form));
  if (!c.complete) { location.hash = `#vyplnit/${item.id}/${c.current}`; return; }
  const at = form.towns.findIndex(([code]) => code === c.place?.Municipality?.code);
  const office = at >= 0 ? form.routes[at] : -1;
  show(heading(t('Kontrola a odeslání')),
    el('p', { class: 'lead' }, t('Přečtěte si, co odesíláte. Cokoli můžete ještě změnit.')),
    ...c.sections.map((s) => el('section', {}, el('h2', {}, s.Title), el('dl', { class: 'summary' }, ...(s.Rows ?? []).map((r) => el('div', {}, el('dt', {}, r.Label), el('dd', {}, r.Files?.length ? r.Files.map((f) => f.name).join(', ') : r.Value)))),
      el('p', { class: 'offline-tools' }, el('a', { href: `#vyplnit/${item.id}/${s.Code}!` }, t('Změnit'), el('span', { class: 'visually-hidden' }, ` ${s.Title}`))))),
    office >= 0 ? note('info', t('Podle údajů z %s to vyřizuje %s. Závazně to určí brána při přijetí.', new Date(form.on).toLocaleDateString(lang), form.offices[office])) : '',
    office >= 0 && !form.takes[office] ? note('warning', t('Tento úřad přes e-POM podání nepřijímá: vytiskněte ho a podejte jinak.')) : '',
    note('info', t('Za doručené platí podání až ve chvíli, kdy ho má úřad. Čas vyplnění se připojí jako údaj.')),
    el('div', { class: 'actions offline-tools' }, button(t('Dokončit a odeslat'), () => finish(item, c, words).catch(failed), 'btn btn-large'), button(t('Vytisknout nebo uložit jako PDF'), () => print(), 'btn btn-second')));
}

async function finish(item, c, words) {
  await store.saveItem({ ...item, state: 'queued', tried: false, problem: undefined, filledAt: Date.now(), lang }, { answers: c.answers ?? words.answers });
  location.hash = '';
  const registration = await navigator.serviceWorker?.ready;
  await registration?.sync?.register('epom-offline').catch(() => {});
  await send();
}

async function send(asked = false) {
  const sent = await sendAll();
  if (sent || asked) await route();
  if (sent) state(t('Odesláno. Úřad vaše podání má.'));
  else if (asked) state(t('Zatím to nejde odeslat. Zkusíme to sami, až bude síť.'));
}

async function eraseAll() {
  const waiting = (await store.all('items')).filter((i) => i.state !== 'sent').length;
  const box = note('warning', waiting ? t('Smaže se i to, co ještě není odeslané. Opravdu smazat vše?') : t('Opravdu smazat vše?'));
  box.firstChild.append(button(t('Ano, smazat vše'), async () => { await store.eraseAll(); await route(); state(t('Všechno je smazané.')); }, 'btn btn-small'), ' ', button(t('Ne'), () => box.remove()));
  root.append(box);
  box.querySelector('button').focus();
}

function failed(err) { state(err.message); }

async function route() {
  const [, id, step] = location.hash.match(/^#vyplnit\/([\w-]+)(?:\/(.+))?$/) ?? [];
  state('');
  try {
    await (id ? fill(id, step) : home());
  } catch (err) {
    failed(err);
  }
}

if (root) {
  addEventListener('hashchange', route);
  addEventListener('online', () => send());
  setInterval(() => { if (navigator.onLine) send(); }, 60_000);
  navigator.serviceWorker?.addEventListener('message', ({ data }) => { if (data.sent) route(); });
  navigator.serviceWorker?.register('/offline/obsluha.js', { scope: '/offline' }).then(async (registration) => {
    await registration.periodicSync?.register('epom-offline', { minInterval: 3600_000 }).catch(() => {});
  }).catch(() => {});
  route().then(() => send());
}
