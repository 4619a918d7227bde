// From "Kam s tím?" to a receipt: points 2 to 4 of the story.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { FORM, onward, person, place, reason, relation, reveal, sketch, ticket, tree, type } from './felling.mjs';
import { mail } from './mailbox.mjs';

export async function citizen({ visitors, step, mode, id }) {
  const email = `eva.citizen${id}@posta.example`;
  let v = await visitors.open(mode);

  await step('finds the office, the reason, the fee and the time', async () => {
    await v.go('/');
    await v.page.locator('#co').fill('pokácet strom');
    await v.page.locator('#obec').fill('Hejnice');
    await v.turn(v.button('Najít úřad'));
    const found = v.page.locator('#vysledky article').filter({ hasText: 'Žádost o povolení ke kácení dřevin' });
    await found.getByRole('link', { name: 'Městský úřad Hejnice' }).waitFor();
    await found.getByText('Proč právě tento úřad').click();
    await found.getByText('§ 8 odst. 1; § 76').waitFor();
    const text = await found.innerText();
    for (const part of ['Kolik to stojí', 'Jak dlouho to trvá', 'Co budete potřebovat', 'Hejnice']) assert.ok(text.includes(part), part);
    await v.turn(found.getByRole('link', { name: /^Vyplnit/ }));
    await v.turn(v.button(/Začít vyplňovat/));
  });

  await step('a wrong page names its fields and keeps what was typed', async () => {
    await v.option('vztah', 'vlastnik').check();
    await onward(v);
    const summary = v.page.locator('.error-summary');
    await summary.waitFor();
    assert.match(await v.page.title(), /^Chyba/);
    if (v.js) assert.ok(await summary.evaluate((el) => el === document.activeElement), 'the list of errors has the focus');
    await summary.getByRole('link').first().click();
    assert.equal(await v.page.evaluate(() => document.activeElement.getAttribute('name')), 'hrozi');
    assert.ok(await v.option('vztah', 'vlastnik').isChecked(), 'the good answer is kept');
    await relation(v);
    await onward(v);
  });

  await step('municipality found by typing', async () => {
    await place(v);
    await onward(v);
    assert.equal(v.path(), `${FORM}/dreviny`);
  });

  await step('a page that depends on an answer, trees added and removed', async () => {
    await v.option('co', 'stromy').check();
    await v.option('co', 'kere').check();
    await onward(v);
    assert.equal(v.path(), `${FORM}/stromy`);
    await v.link('Co chcete kácet').first().waitFor();
    await v.page.getByText('Keře a porosty').first().waitFor({ state: 'attached' });
    await tree(v, 0, ['smrk ztepilý', '2', 'hodně']);
    await v.press(v.button('Přidat další strom'), v.field('stromy.1.druh'));
    await tree(v, 1, ['jabloň', '1', '60']);
    await v.press(v.button('Přidat další strom'), v.field('stromy.2.druh'));
    await v.press(v.button(/Odebrat.*3\. strom/), v.field('stromy.1.druh'));
    await v.field('stromy.2.druh').waitFor({ state: 'detached' });
    await onward(v);
    await v.page.locator('.error-summary').getByText(/Obvod/).waitFor();
    assert.equal(await v.field('stromy.0.obvod').inputValue(), 'hodně');
    assert.equal(await v.field('stromy.1.druh').inputValue(), 'jabloň');
    await v.fill({ 'stromy.0.obvod': '120' });
    await onward(v);
    assert.equal(v.path(), `${FORM}/kere`);
    await v.turn(v.link('Zpět').first());
    await v.page.goBack();
    await v.turn(v.link('Co chcete kácet').first());
    await v.option('co', 'kere').uncheck();
    await onward(v);
    await onward(v);
    assert.equal(v.path(), `${FORM}/duvod`);
  });

  await step('saves for later and goes on in another browser by the link of the mail', async () => {
    await reason(v);
    await onward(v);
    await v.option('vysadba', 'ne').check();
    await onward(v);
    await sketch(v);
    await v.turn(v.button('Uložit a pokračovat později'));
    await v.page.locator('#email').fill('eva');
    await v.turn(v.button('Poslat odkaz'));
    await v.says('E-mailová adresa není úplná');
    await v.page.locator('#email').fill(email);
    await v.turn(v.button('Poslat odkaz'));
    await v.says('Odkaz je na cestě');
    await mail(v, email, /./);
    const link = await v.page.locator('.letter a[href*="/pokracovat/"]').getAttribute('href');
    await v.close();
    v = await visitors.open(mode);
    await v.go(link);
    assert.equal(v.path(), `${FORM}/zadatel`);
  });

  await step('address found by typing', async () => {
    await person(v, ['Eva', 'Zkušební']);
    await onward(v);
    await v.fill({ email, telefon: '601 234 567' });
    await reveal(v, 'jina_adresa', 'ano', v.field('dorucovaci.text'));
    const input = v.field('dorucovaci.text');
    const choice = v.page.getByRole('radio', { name: /Hejnice/ }).first();
    if (v.js) await type(v, input, 'Hejnice 8');
    else {
      await input.fill('Hejnice 8');
      await v.turn(v.page.locator('button[name="_find"][value="dorucovaci"]'));
    }
    await choice.check();
    await v.option('pravda', 'true').check();
    await onward(v);
    assert.equal(v.path(), `${FORM}/kontrola`);
  });

  await step('sees all answers and the office, changes one and comes back', async () => {
    const text = await v.text();
    for (const part of ['Eva', 'smrk ztepilý', 'jabloň', 'náčrt zahrady.pdf', 'Městský úřad Hejnice', 'Zahrada za domem č. p. 88', email]) assert.ok(text.includes(part), `the check page shows ${part}`);
    await v.turn(v.link(/Změnit.*Popište místo/));
    await v.fill({ popis_mista: 'U potoka za kostelem' });
    await onward(v);
    assert.equal(v.path(), `${FORM}/kontrola`);
    await v.says('U potoka za kostelem');
  });

  let sent;
  await step('a double click and going back send nothing twice', async () => {
    const send = v.button(/^Odeslat: Městský úřad Hejnice/);
    await v.turn(() => send.dblclick());
    await v.page.waitForURL(/\/podani\/[0-9A-Z-]+$/);
    sent = await ticket(v);
    assert.match(sent.reference, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    assert.match(sent.pin, /^\d{6}$/);
    await v.page.locator('svg.qr').waitFor();
    await v.page.reload();
    await v.look();
    await v.page.goto(`${FORM}/kontrola`);
    assert.equal(v.path(), `/podani/${sent.reference}`, 'the check page of a sent form leads to the submission');
  });

  await step('the receipt is a PDF with Czech text and the reference', async () => {
    const text = await receipt(v, sent.reference);
    assert.ok(text.includes(sent.reference), 'reference');
    assert.match(text, /Městský úřad Hejnice/);
    assert.match(text, /ě|š|č|ř|ž/);
    assert.match(text, /HEJ\S*\/2026\/\d+/i);
  });

  await step('the mail arrived, once, and its link opens the submission', async () => {
    const text = await mail(v, email, sent.reference);
    assert.ok(text.includes(sent.reference));
    const link = await v.page.locator(`.letter a[href*="/podani/${sent.reference}"]`).first().getAttribute('href');
    await v.page.goto('/demo/posta');
    assert.equal(await v.page.locator('tbody tr').filter({ hasText: email }).filter({ hasText: sent.reference }).count(), 1);
    const other = await visitors.open(mode);
    await other.go(link);
    assert.equal(other.path(), `/podani/${sent.reference}`);
    await other.close();
  });

  await step('reference and PIN open it, a wrong PIN does not', async () => {
    const other = await visitors.open(mode);
    await other.go(`/podani/${sent.reference}`);
    assert.equal(other.path(), '/podani');
    await other.page.locator('#reference').fill(sent.reference.toLowerCase());
    await other.page.locator('#pin').fill(sent.pin === '111111' ? '222222' : '111111');
    await other.turn(other.button('Zobrazit podání'));
    await other.says('k sobě nepatří');
    await other.page.locator('#pin').fill(sent.pin);
    await other.turn(other.button('Zobrazit podání'));
    assert.equal(other.path(), `/podani/${sent.reference}`);
    await other.close();
  });

  return { email, ...sent, visitor: v };
}

// receipt downloads the confirmation as soon as it is made and returns its text.
export async function receipt(v, reference, within = 20_000) {
  const until = Date.now() + within;
  for (;;) {
    const answer = await v.context.request.get(`/podani/${reference}/potvrzeni.pdf`);
    if (answer.headers()['content-type'] === 'application/pdf') return pdfText(await answer.body());
    if (Date.now() > until) throw new Error(`no receipt within ${within / 1000} s`);
    await v.go(`/podani/${reference}/potvrzeni.pdf`).catch(() => {}); // the page that says it is being made
  }
}

export async function pdfText(bytes) {
  const dir = await mkdtemp(join(tmpdir(), 'epom-pdf-'));
  try {
    await writeFile(join(dir, 'a.pdf'), bytes);
    const { stdout } = await promisify(execFile)('pdftotext', ['-layout', join(dir, 'a.pdf'), '-'], { timeout: 10_000 });
    return stdout;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
