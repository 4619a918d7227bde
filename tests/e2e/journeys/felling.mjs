// Filling in the application for felling trees, as several journeys need it.
import assert from 'node:assert/strict';
import { file, pdf } from '../papers.mjs';

export const FORM = '/formulare/kaceni-drevin';

// begin opens the form from its page.
export async function begin(v, code = 'kaceni-drevin') {
  await v.go(`/formulare/${code}`);
  await v.turn(v.button(/Začít vyplňovat/));
}

export const onward = (v) => v.turn(v.button(/^Pokračovat|zpět na kontrolu/).last());

// pick finds a municipality by typing and chooses it.
export async function pick(v, path, typed, label) {
  const input = v.field(`${path}.name`);
  const choice = v.page.getByRole('radio', { name: label });
  if (v.js) {
    await type(v, input, typed);
    await choice.waitFor();
  } else {
    await input.fill(typed);
    await v.turn(v.page.locator(`button[name="_find"][value="${path}"]`));
    // A name that fits one municipality only is taken at once.
    if (await v.page.locator(`input[type="hidden"][name="${path}.code"]`).count()) return;
  }
  await choice.check();
}

// type writes letter by letter and waits for what is found for the whole.
export async function type(v, input, typed) {
  await input.fill('');
  const found = v.page.waitForResponse((r) => decodeURIComponent(r.url().replaceAll('+', ' ')).endsWith(`=${typed}`));
  await input.pressSequentially(typed);
  await (await found).finished();
  await v.settled();
}

export async function relation(v) {
  await v.option('vztah', 'vlastnik').check();
  await v.option('hrozi', 'ne').check();
}

export async function place(v) {
  await pick(v, 'obec', 'hejni', /^Hejnice/);
  await v.fill({ popis_mista: 'Zahrada za domem č. p. 88' });
}

export async function tree(v, i, [species, count, girth]) {
  await v.fill({ [`stromy.${i}.druh`]: species, [`stromy.${i}.pocet`]: count, [`stromy.${i}.obvod`]: girth, [`stromy.${i}.parcela.area`]: 'Hejnice', [`stromy.${i}.parcela.number`]: '123/4' });
}

export async function reason(v) {
  await v.fill({ duvod: 'Stromy jsou napadené kůrovcem a usychají, větve padají na chodník.' });
  await v.option('obdobi', 'klid').check();
}

// sketch adds a drawing: with JavaScript it goes up at once, else with the page or by its button.
export async function sketch(v, name = 'náčrt zahrady.pdf') {
  await v.page.locator('input[type="file"][name="nakres"]').setInputFiles(file(name, pdf()));
  const taken = v.page.locator('.files .name').getByText(name);
  if (!v.js) await v.turn(v.page.locator('button[name="_refresh"][value="nakres"]'));
  await taken.waitFor();
}

// person writes who asks; her address is written by hand.
export async function person(v, [given, family]) {
  await reveal(v, 'kdo', 'fo', v.field('zadatel.jmeno'));
  await v.fill({ 'zadatel.jmeno': given, 'zadatel.prijmeni': family, 'zadatel.narozeni': '24. 3. 1980' });
  const byHand = v.page.locator('details.by-hand').first();
  if (!await byHand.evaluate((el) => el.open)) await byHand.locator('summary').click();
  await v.fill({ 'zadatel.adresa.number': '88', 'zadatel.adresa.zip': '463 62' });
  await pick(v, 'zadatel.adresa.municipality', 'hejn', /^Hejnice/);
}

// reveal answers a question others depend on and waits for what it brings.
export async function reveal(v, name, value, brings) {
  if (await brings.count()) { await v.option(name, value).check(); return; }
  const swapped = v.js ? v.page.waitForResponse((r) => r.request().method() === 'POST') : null;
  await v.option(name, value).check();
  if (v.js) await swapped;
  else await v.turn(v.page.locator(`button[name="_refresh"][value="${name}"]`));
  await brings.waitFor();
}

// fillAll makes a draft up to its check page without showing the pages in between, as the browser would send them;
// how they look is the citizen's own journey. `going` goes on in a draft begun before, `until` stops before a page.
export async function fillAll(v, { name: [given, family], email, town = { name: 'Hejnice', zip: '463 62' } }, { going = false, until = '' } = {}) {
  const pages = [
    ['vztah', { vztah: 'vlastnik', hrozi: 'ne' }],
    ['misto', { 'obec.name': town.name, popis_mista: `Zahrada za domem č. p. 88 v obci ${town.name}` }],
    ['dreviny', { co: 'stromy' }],
    ['stromy', { 'stromy.0.druh': 'smrk ztepilý', 'stromy.0.pocet': '2', 'stromy.0.obvod': '120', 'stromy.0.parcela.area': 'Hejnice', 'stromy.0.parcela.number': '123/4' }],
    ['duvod', { duvod: 'Stromy jsou napadené kůrovcem a usychají, větve padají na chodník.', obdobi: 'klid' }],
    ['vysadba', { vysadba: 'ne' }],
    ['prilohy', { nakres: file('náčrt zahrady.pdf', pdf()) }],
    ['zadatel', { kdo: 'fo', 'zadatel.jmeno': given, 'zadatel.prijmeni': family, 'zadatel.narozeni': '24. 3. 1980', 'zadatel.adresa.number': '88', 'zadatel.adresa.zip': town.zip, 'zadatel.adresa.municipality.name': town.name }],
    ['kontakt', { email, jina_adresa: 'ne', pravda: 'true' }],
  ];
  const { request } = v.context;
  let page = await (await request.get(going ? `${FORM}/vztah` : FORM)).text();
  const send = async (path, fields) => {
    const hidden = (field) => page.match(new RegExp(`name="${field}" value="([^"]*)"`))?.[1] ?? '';
    const answer = await request.post(path, { multipart: { _csrf: hidden('_csrf'), _revision: hidden('_revision'), ...fields } });
    page = await answer.text();
    return new URL(answer.url()).pathname;
  };
  let at = going ? `${FORM}/vztah` : await send(FORM, {});
  for (const [code, fields] of pages) {
    assert.equal(at, `${FORM}/${code}`);
    if (code === until) break;
    at = await send(at, fields);
  }
  await v.go(at);
  if (!until) assert.equal(v.path(), `${FORM}/kontrola`);
}

// ticket reads what the citizen is told to keep.
export async function ticket(v) {
  const [reference, pin] = await v.page.locator('.ticket-number').allInnerTexts();
  return { reference: reference.trim(), pin: pin.replace(/\D/g, '') };
}
