// Sending out: from a document that waits to the receipt that comes back, by keyboard.
import assert from 'node:assert/strict';
import { staff } from './staff.mjs';

export async function vypravna({ visitors, step, mode, stand }) {
  const v = await staff({ visitors, stand, mode }, mode.js ? 'Městský úřad Hejnice' : 'Městský úřad Frýdlant', 'referát'); // each mode has letters of its own
  const { page } = v;
  let number;

  await step('a document waits and goes by post', async () => {
    await v.go('/kancelar/vypravna');
    // Other journeys leave letters of their own to be sent.
    const letters = await v.page.locator('main a[href*="nova?dokument="]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    assert.ok(letters.length > 0, 'a letter waits');
    for (const letter of letters) {
      await v.go(letter);
      if ((await v.text()).includes('Josef Stěžovatel')) break;
    }
    await v.says('Josef Stěžovatel');
  });

  await step('an addressee is found, nobody else is sent to', async () => {
    await page.getByLabel('Přidat adresáta ze jmenného rejstříku').fill('sousedova');
    await v.turn(v.button('Hledat').last());
    await v.says('Marie Sousedová');
    await v.turn(v.button('Vypravit'));
    await v.says('je připravený k vypravení');
    await v.says('čeká na odeslání');
  });

  await step('letters get numbers, envelopes and a sheet', async () => {
    await v.go('/kancelar/vypravna/posta');
    await v.says('Josef Stěžovatel');
    const wrong = page.locator('.post-number').first();
    await wrong.fill('RR473124828CZ');
    await v.turn(v.button('Přidělit čísla'));
    await v.says('nesedí kontrolní číslice');
    await page.locator('.post-number').first().fill('');
    await v.turn(v.button('Přidělit čísla'));
    const row = page.getByRole('row').filter({ hasText: 'Josef Stěžovatel' });
    number = await row.locator('.post-number').inputValue();
    assert.match(number, /^RR \d{4} \d{4} \d CZ$/);
    const ids = await page.locator('[name="id"]').evaluateAll((all) => all.map((x) => x.value));
    const envelopes = await page.request.get(`/kancelar/vypravna/obalky.pdf?format=DL&${ids.map((id) => `id=${id}`).join('&')}`);
    assert.equal(envelopes.headers()['content-type'], 'application/pdf');
    await v.turn(v.button('Předáno poště'));
    await v.says('Předáno poště, podací arch');
    const sheet = await page.request.get(await v.link('Podací arch').first().getAttribute('href'));
    assert.equal(sheet.headers()['content-type'], 'application/pdf');
  });

  await step('the receipt comes back by keyboard alone', async () => {
    await v.go('/kancelar/vypravna/dodejky');
    assert.equal(await page.evaluate(() => document.activeElement?.id ?? ''), 'kod');
    await page.keyboard.type(number);
    await v.turn(() => page.keyboard.press('Enter'));
    await v.says('Josef Stěžovatel – doručeno');
    await v.turn(page.locator('.message').getByRole('link').first());
    await v.says('Právní moc bez odvolání');
  });

  await step('what came back is seen, and goes another way', async () => {
    await v.go('/kancelar/vypravna?pohled=zasah');
    await v.says('adresát se odstěhoval');
    await v.turn(page.locator('li').filter({ hasText: 'Karel Odstěhovaný' }).getByRole('link', { name: /Jinou cestou/ }));
    await v.says('Už se posílalo');
    await page.getByRole('radio', { name: /předání do rukou/ }).check();
    await v.turn(v.button('Vypravit'));
    await v.says('je připravený k vypravení');
    await v.go('/kancelar/vypravna/prehled');
    await v.says('datová schránka');
  });
}
