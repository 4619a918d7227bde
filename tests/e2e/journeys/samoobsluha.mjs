// The kiosk in the hall: paired by a code, filled by fingers, handed over to a phone, and nothing of anybody stays.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { profile } from '../browser.mjs';
import { pick, ticket } from './felling.mjs';
import { staff } from './staff.mjs';

const OFFICE = 'Městský úřad Hejnice';
const SIZE = { width: 1080, height: 1920 };
const FORM = '/formulare/hlaseni-zavady';

export async function samoobsluha({ visitors, step, mode, stand, id }) {
  const secret = `Kvetinac${id}skryty`;
  const where = `Vestibul ${id}`;
  let admin, kiosk, code;

  // pair makes a visitor's device the kiosk.
  const pair = async (v) => {
    await v.go('/kiosk');
    await v.fill({ kod: 'ABCD-2345' });
    await v.turn(v.button('Zapnout kiosek'));
    await v.says('Tento kód neplatí');
    await v.fill({ kod: ` ${code.toLowerCase()} ` });
    await v.turn(v.button('Zapnout kiosek'));
    assert.equal(v.path(), '/kiosk');
    await v.says('S čím dnes přicházíte?');
  };

  await step('the office adds a device and is given its code once', async () => {
    admin = await staff({ visitors, stand, mode }, OFFICE, 'správa úřadu');
    await admin.go('/kancelar/sprava/kiosky');
    await admin.turn(admin.button('Přidat a ukázat kód'));
    await admin.says('Napište, kde kiosek stojí');
    await admin.fill({ name: where });
    await admin.turn(admin.button('Přidat a ukázat kód'));
    code = (await admin.page.locator('.message .mono').first().innerText()).trim();
    assert.match(code, /^[A-Z2-7]{4}-[A-Z2-7]{4}$/);
  });

  await step('the device is paired; the code holds once', async () => {
    kiosk = await visitors.open({ ...mode, ...SIZE }, { touch: true });
    await pair(kiosk);
    const other = await visitors.open(mode);
    await other.go('/kiosk');
    await other.fill({ kod: code });
    await other.turn(other.button('Zapnout kiosek'));
    await other.says('Tento kód neplatí');
    await other.close();
    await admin.go('/kancelar/sprava/kiosky');
    await admin.says('v provozu');
  });

  // fill goes through the form up to its check page.
  const fill = async (v) => {
    await v.turn(v.page.locator(`form[action="${FORM}"] button`));
    await first(v, secret);
    await second(v);
    await v.option('odpoved', 'ne').check();
    await v.turn(v.button(/^Pokračovat/).last());
    assert.equal(v.path(), `${FORM}/kontrola`);
  };

  await step('large letters, contrast and languages, and targets for fingers', async () => {
    const small = await kiosk.page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize));
    await kiosk.turn(kiosk.button('Větší písmo'));
    assert.ok(await kiosk.page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize)) > small * 1.2);
    await kiosk.turn(kiosk.button('Kontrast'));
    await kiosk.turn(kiosk.link('English'));
    await kiosk.says('What brings you here today?');
    await kiosk.turn(kiosk.link('Čeština'));
    const low = await kiosk.page.locator('.btn:visible, .kiosk-form').evaluateAll((all) => all.map((el) => el.getBoundingClientRect().height).filter((h) => h < 60));
    assert.deepEqual(low, [], 'every target is at least 60 px high');
    await kiosk.turn(kiosk.link('Nápověda'));
    await kiosk.turn(kiosk.link('Na začátek'));
  });

  await step('filled, sent, and gone when the person ends', async () => {
    await fill(kiosk);
    await kiosk.turn(kiosk.button(/^Odeslat: /));
    const { reference } = await ticket(kiosk);
    assert.equal(await kiosk.page.getByRole('link', { name: 'PDF' }).count(), 0, 'nothing to download');
    await kiosk.turn(kiosk.button('Skončit a vše smazat'));
    assert.equal(kiosk.path(), '/kiosk');
    await kiosk.page.goto(`/podani/${reference}`);
    assert.equal(kiosk.path(), '/podani', 'the submission asks for its PIN again');
    await kiosk.page.goto(`${FORM}/zavada`);
    assert.ok(!(await kiosk.page.content()).includes(secret));
    await kiosk.go('/kiosk');
    assert.deepEqual((await kiosk.cookies()).map((c) => c.name).filter((n) => !['epom_kiosk', 'epom_csrf', 'epom_lang'].includes(n)), []);
  });

  await step('who walks away is asked, then forgotten', async () => {
    await kiosk.turn(kiosk.page.locator(`form[action="${FORM}"] button`));
    await first(kiosk, secret);
    if (mode.js) {
      await kiosk.page.clock.install();
      await kiosk.page.reload();
      await kiosk.page.clock.runFor(41_000);
      await kiosk.page.locator('#idle-notice:not([hidden])').waitFor();
      await kiosk.look();
      await kiosk.button('Potřebuji víc času').click();
      await kiosk.page.locator('#idle-notice').waitFor({ state: 'hidden' });
      await kiosk.page.clock.runFor(41_000);
      await Promise.all([kiosk.page.waitForURL((url) => url.pathname === '/kiosk'), kiosk.page.clock.runFor(20_000)]);
    } else {
      const to = (await kiosk.page.content()).match(/http-equiv="refresh" content="180; url=([^"]+)"/)[1].replaceAll('&amp;', '&');
      await kiosk.go(to);
      await kiosk.says('Jste tu ještě?');
      await kiosk.turn(kiosk.link('Potřebuji víc času'));
      assert.ok(kiosk.path().startsWith(FORM), 'back where the person was');
      await kiosk.go(to);
      assert.match(await kiosk.page.content(), /http-equiv="refresh" content="20; url=\/kiosk\/konec"/);
      await kiosk.go('/kiosk/konec');
    }
    assert.equal(kiosk.path(), '/kiosk');
    await kiosk.page.goto(`${FORM}/misto`);
    await kiosk.says('Rozepsaný formulář tu není');
    await kiosk.go('/kiosk');
  });

  await step('goes on in a phone by a code, and is here no more', async () => {
    await kiosk.turn(kiosk.page.locator(`form[action="${FORM}"] button`));
    await first(kiosk, secret);
    await kiosk.turn(kiosk.page.locator('button[name="_later"]'));
    await kiosk.turn(kiosk.button('Pokračovat na jiném zařízení'));
    const pass = (await kiosk.page.locator('#kod').innerText()).trim();
    const phone = await visitors.open({ ...mode, width: 375, height: 800 });
    await phone.go(`/pokracovat?kod=${pass}`);
    await phone.turn(phone.button('Pokračovat tady'));
    assert.equal(phone.path(), `${FORM}/misto`);
    await phone.go(`${FORM}/zavada`);
    assert.equal(await phone.field('popis').inputValue(), secret);
    await kiosk.turn(kiosk.button('Mám ho v telefonu, skončit'));
    await phone.page.reload();
    assert.equal(await phone.field('popis').inputValue(), secret, 'the end of the kiosk takes nothing from the phone');
    await phone.go('/pokracovat');
    await phone.fill({ kod: pass });
    await phone.turn(phone.button('Pokračovat tady'));
    await phone.says('Tento kód neplatí');
    await phone.close();
  });

  await step('a revoked device is nobody\'s', async () => {
    await admin.go('/kancelar/sprava/kiosky');
    await admin.turn(admin.page.locator('tr', { hasText: where }).getByRole('button', { name: 'Zrušit' }));
    await kiosk.go('/kiosk');
    await kiosk.says('není kioskem žádného úřadu');
  });

  if (!mode.js) return;
  await step('the browser keeps no word on the disk', async () => {
    await admin.fill({ name: `${where} B` });
    await admin.turn(admin.button('Přidat a ukázat kód'));
    code = (await admin.page.locator('.message .mono').first().innerText()).trim();
    const dir = await mkdtemp('/tmp/epom-kiosk-');
    try {
      const v = await profile(visitors, dir, { ...mode, ...SIZE });
      await pair(v);
      await v.turn(v.page.locator(`form[action="${FORM}"] button`));
      await first(v, secret);
      await v.fill({ 'obec.name': `${secret}obec`, misto_popis: `${secret}misto`, souradnice: `${secret}kde` });
      await v.turn(v.button(/^Pokračovat/).last()); // refused, shown again with what was typed
      assert.ok(v.path().startsWith(FORM));
      await v.turn(v.button('Skončit a vše smazat'));
      await v.close();
      const kept = await holds(dir, secret);
      assert.deepEqual(kept, [], 'files of the browser that hold what was typed');
      assert.ok((await holds(dir, 'epom_kiosk')).length > 0, 'the search finds what is there');
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
}

async function first(v, words) {
  await v.option('druh', 'jine').check();
  await v.option('nebezpeci', 'ne').check();
  await v.fill({ popis: words });
  await v.turn(v.button(/^Pokračovat/).last());
  assert.equal(v.path(), `${FORM}/misto`);
}

async function second(v) {
  await pick(v, 'obec', 'hejni', /^Hejnice/);
  await v.fill({ misto_popis: 'U zastávky' });
  await v.turn(v.button(/^Pokračovat/).last());
}

// holds lists the files below a folder that hold a word, as bytes of UTF-8 or UTF-16.
async function holds(dir, word) {
  const wide = Buffer.from(word, 'utf16le');
  const found = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const data = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    if (data.includes(word) || data.includes(wide)) found.push(join(entry.parentPath, entry.name).slice(dir.length));
  }
  return found;
}
