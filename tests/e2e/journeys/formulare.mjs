// The repository of forms: an office gives its rates, switches a form off and on, the operator looks a package over.
import assert from 'node:assert/strict';
import { staff } from './staff.mjs';

const DOG = '/kancelar/formulare/poplatek-ze-psa';

export async function formulare({ visitors, step, mode, stand, id }) {
  const town = mode.js ? 'Hejnice' : 'Frýdlant'; // turns go on beside each other
  const rate = String(700 + id);
  let admin, operator, file;

  await step('the office sees which rates are missing and gives one', async () => {
    admin = await staff({ visitors, stand, mode }, `Městský úřad ${town}`, 'správa úřadu');
    await admin.go('/kancelar/formulare');
    assert.match(await admin.page.locator('tr').filter({ hasText: 'Ohlášení psa' }).innerText(), /chybí \d/);
    await admin.go(`${DOG}/parametry`);
    await admin.page.locator('#name').selectOption({ label: 'Roční sazba za prvního psa' });
    await admin.page.locator('#value').fill('hodně');
    await admin.page.locator('#from').fill('1. 1. 2026');
    await admin.turn(admin.button('Uložit hodnotu'));
    await admin.says('Napište částku v korunách');
    assert.equal(await admin.page.locator('#from').inputValue(), '1. 1. 2026', 'what was typed stays');
    await admin.page.locator('#value').fill(rate);
    await admin.page.locator('#source').fill('OZV č. 2/2025, čl. 4');
    await admin.turn(admin.button('Uložit hodnotu'));
    await admin.says(`${rate} Kč`);
  });

  await step('people read the rate and why the form is off for a while', async () => {
    await admin.go(DOG);
    await admin.page.locator('#why').fill('Obnovujeme evidenci psů.');
    await admin.turn(admin.button('Vypnout příjem'));
    const citizen = await visitors.open(mode);
    const page = `/formulare/poplatek-ze-psa?obec=${encodeURIComponent(town)}`;
    await citizen.go(page);
    await citizen.says('Obnovujeme evidenci psů.');
    await citizen.says('OZV č. 2/2025, čl. 4');
    await admin.turn(admin.button('Zase přijímat'));
    await citizen.go(page);
    assert.ok(!(await citizen.text()).includes('Obnovujeme evidenci psů.'), 'the form is taken in again');
  });

  await step('anybody may download a signed package', async () => {
    const neighbour = await visitors.open(mode);
    await neighbour.go('/formulare/balicky');
    const answer = await neighbour.page.request.get('/formulare/balicky/stiznost.zip');
    file = await answer.body();
    assert.equal(answer.status(), 200);
    assert.equal(file.subarray(0, 2).toString(), 'PK');
  });

  await step('the operator looks it over; a changed one is refused', async () => {
    operator = await staff({ visitors, stand, mode }, '', 'provozovatel');
    await operator.go('/sprava/formulare');
    const changed = Buffer.from(file);
    changed[changed.length >> 1] ^= 0xff;
    for (const [buffer, words] of [[changed, /balíč|poškozen|Podpis|změnil/], [file, /už ho máte/]]) {
      await operator.page.locator('#balicek').setInputFiles({ name: 'stiznost.zip', mimeType: 'application/zip', buffer });
      await operator.turn(operator.button('Prohlédnout balíček'));
      assert.match(await operator.text(), words);
    }
    await operator.go('/sprava/formulare/poplatek-ze-psa');
    await operator.says('Úřady bez vlastní hodnoty');
  });
}
