// Filling and sending without a network: stored, cut off, filled, finished, the page closed, and sent once when it is back.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

export async function offline({ visitors, step, mode }) {
  let v = await visitors.open(mode);
  if (!mode.js) {
    await step('without JavaScript it explains and offers paper', async () => {
      await v.go('/offline');
      await v.says('K vyplňování bez připojení je potřeba JavaScript');
      await v.link(/kácení.*PDF/i).first().waitFor();
    });
    return;
  }
  await step('a form is stored and the client is ready without a network', async () => {
    await v.go('/offline');
    await card(v, 'Obecné podání').getByRole('button', { name: 'Uložit do zařízení' }).click();
    await card(v, 'Obecné podání').getByRole('button', { name: 'Vyplnit' }).waitFor();
    await v.page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await v.page.waitForFunction(() => navigator.serviceWorker.controller);
  });
  await step('with the network cut it opens, fills and checks', async () => {
    await v.network(false);
    await v.page.goto('/offline');
    await card(v, 'Obecné podání').getByRole('button', { name: 'Vyplnit' }).click();
    await v.page.locator('form#step').waitFor();
    await v.page.getByRole('button', { name: /^Pokračovat/ }).last().click();
    await v.page.locator('.error-summary').waitFor();
    v.faults = v.faults.filter((f) => !f.includes('ERR_INTERNET_DISCONNECTED'));
    await v.look();
    await fillAll(v);
    for (const said of ['Prosím o opravu lavičky', 'Zkušební', 'Hejnice']) await v.says(said);
    v.faults = v.faults.filter((f) => !f.includes('ERR_INTERNET_DISCONNECTED')); // the network is cut on purpose
    await v.look();
  });
  await step('finished, it waits sealed, also after the page was killed', async () => {
    await v.button('Dokončit a odeslat').click();
    await v.page.locator('[data-state="queued"]').waitFor();
    const kept = await v.page.evaluate(() => new Promise((resolve) => {
      indexedDB.open('epom-offline').onsuccess = (e) => { e.target.result.transaction('items').objectStore('items').getAll().onsuccess = (x) => resolve(JSON.stringify(x.target.result, (k, val) => (val instanceof ArrayBuffer ? 'sealed' : val))); };
    }));
    assert.ok(!kept.includes('Zkušební'), 'no word of the person can be read');
    const page = await v.context.newPage();
    await v.page.close();
    v.page = page;
    await page.goto('/offline');
    await page.locator('[data-state="queued"]').waitFor();
  });
  let file;
  await step('it is carried to another device by a sealed file; both send it, the office has it once', async () => {
    await v.page.locator('#offline-heslo').fill('modrá sýkorka');
    const [download] = await Promise.all([v.page.waitForEvent('download'), v.button('Uložit do souboru').click()]);
    file = await download.path();
    assert.ok(!(await readFile(file, 'utf8')).includes('Zkušební'));
    const other = await visitors.open(mode);
    await other.go('/offline');
    await other.page.locator('#offline-heslo').fill('modrá sýkorka');
    await other.page.locator('#offline-soubor').setInputFiles(file);
    await other.page.locator('[data-state="sent"]').waitFor();
    await v.network(true);
    await v.page.evaluate(() => dispatchEvent(new Event('online')));
    await v.page.locator('[data-state="sent"]').waitFor();
    const mark = async (x) => (await x.page.locator('[data-state="sent"]').innerText()).match(/[0-9A-Z]{4}-[0-9A-Z]{4}/)[0];
    assert.equal(await mark(v), await mark(other));
    await v.look();
    await other.close();
  });
  await step('everything is erased at a wish', async () => {
    await v.button('Smazat vše z tohoto zařízení').click();
    await v.button('Ano, smazat vše').click();
    await v.page.getByRole('button', { name: 'Uložit do zařízení' }).first().waitFor();
    await v.page.locator('[data-state]').first().waitFor({ state: 'detached' });
  });
}

const card = (v, title) => v.page.locator('li.card').filter({ hasText: title }).first();

// fillAll writes a general submission to the town of Hejnice; places are written by hand.
async function fillAll(v) {
  const onward = async (shown) => { await v.page.getByRole('button', { name: /^Pokračovat/ }).last().click(); await shown.waitFor(); };
  await v.page.locator('[name="urad"]').first().check();
  await v.field('obec.name').fill('Hejnice');
  await onward(v.field('vec'));
  await v.fill({ vec: 'Lavička u potoka', text: 'Prosím o opravu lavičky u potoka.' });
  await onward(v.option('kdo', 'fo'));
  await v.option('kdo', 'fo').check();
  await v.field('zadatel.jmeno').waitFor();
  await v.fill({ 'zadatel.jmeno': 'Eva', 'zadatel.prijmeni': 'Zkušební', 'zadatel.narozeni': '24. 3. 1980', 'zadatel.adresa.number': '88', 'zadatel.adresa.zip': '463 62', 'zadatel.adresa.municipality.name': 'Hejnice' });
  await onward(v.field('email'));
  await v.fill({ email: 'eva.offline@posta.example' });
  await v.option('jina_adresa', 'ne').check();
  await onward(v.button('Dokončit a odeslat'));
}
