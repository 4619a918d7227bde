// How numbers look, a register of its own, a search that is kept, and a journal that is taken away.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { staff } from './staff.mjs';

const OFFICE = 'Magistrát města Liberec';
const NUMBERS = '/kancelar/sprava/cislovani';

export async function evidence({ visitors, step, mode, stand, id }) {
  const name = `Smlouvy ${id}`;
  const admin = await staff({ visitors, stand, mode }, OFFICE, 'správa úřadu');
  const { page } = admin;
  const form = (heading) => page.locator('form').filter({ has: page.getByRole('heading', { name: heading }) });

  await step('a mask is tried before it is kept; what could make one number twice is refused', async () => {
    await admin.go(NUMBERS);
    await page.locator('#mask').fill('{zkratka}-{rok}/{poradi:4}');
    await admin.turn(admin.button('Ukázat, jak budou čísla vypadat'));
    await admin.says('Zatím se nic neuložilo');
    assert.match(await admin.text(), /-2027\/0001, další třeba .*-2027\/1234, jeho druhý dokument .*-2027\/1234-2/);
    assert.equal(await page.locator('#mask').inputValue(), '{zkratka}-{rok}/{poradi:4}', 'what was typed stays');
    await page.locator('#mask').fill('{zkratka}/{poradi:4}');
    await admin.turn(admin.button('Uložit masku'));
    await page.locator('.error-summary').getByText('V masce chybí {rok}').waitFor();
    assert.equal(await page.locator('#mask').getAttribute('aria-invalid'), 'true');
  });

  await step('a register with numbers of its own', async () => {
    await form('Nová samostatná evidence').locator('#name').fill(name);
    await form('Nová samostatná evidence').locator('#abbr').fill('sml');
    await admin.turn(admin.button('Založit evidenci'));
    await page.locator('.error-summary').getByText('velká písmena').waitFor();
    await page.locator('#abbr').fill(`SM${id}`);
    await admin.turn(admin.button('Založit evidenci'));
    await admin.says('Evidence je založená');
    const next = page.getByRole('row').filter({ hasText: name });
    assert.match(await next.innerText(), new RegExp(`/SM${id}/20\\d\\d/00001`));
    await page.locator('#series').selectOption({ label: name });
    await page.locator('#mask').fill('{zkratka}/{rok}/{poradi:5}');
    await page.locator('#from').fill(String(new Date().getFullYear()));
    await admin.turn(admin.button('Uložit masku'));
    await page.locator('.error-summary').getByText('mohlo být stejné').waitFor();
  });

  const clerk = await staff({ visitors, stand, mode }, OFFICE, 'podatelna');
  await step('the journal of each register', async () => {
    await clerk.go('/kancelar/denik');
    await clerk.turn(clerk.page.getByRole('navigation', { name: 'Evidence' }).getByRole('link', { name }));
    await clerk.says('Zatím tu nic není');
  });

  await step('a search by beginnings of words, narrowed, kept and found again', async () => {
    await clerk.go('/kancelar/hledat');
    await clerk.page.locator('#q').fill('potvrz podan');
    if (!await clerk.page.locator('#smer').isVisible()) await clerk.page.getByText('Podrobněji').click();
    await clerk.page.locator('#smer').selectOption('out');
    await clerk.turn(clerk.page.getByRole('search').or(clerk.page.locator('main form')).getByRole('button', { name: 'Hledat', exact: true }).last());
    assert.ok(await clerk.page.locator('[data-row]').count() > 0);
    assert.match(clerk.page.url(), /smer=out/);
    await clerk.page.locator('#name').fill(`Potvrzení ${id}`);
    await clerk.turn(clerk.button('Uložit'));
    await clerk.says('Hledání je uložené');
    await clerk.go('/kancelar/hledat');
    await clerk.turn(clerk.page.getByRole('navigation', { name: 'Uložená hledání' }).getByRole('link', { name: `Potvrzení ${id}` }));
    assert.equal(await clerk.page.locator('#q').inputValue(), 'potvrz podan');
    assert.equal(await clerk.page.locator('#smer').inputValue(), 'out');
  });

  await step('what was found is made into a file that is found again and taken away', async () => {
    await clerk.turn(clerk.button('Vše do CSV'));
    assert.match(clerk.path(), /^\/kancelar\/sestavy\/\d+$/);
    const own = clerk.path();
    await clerk.go('/kancelar/sestavy');
    const row = clerk.page.locator(`a[href="${own}"]`);
    assert.equal(await row.count(), 1);
    for (let i = 0; i < 60 && !await clerk.link('Stáhnout').count(); i++) {
      await clerk.go(own);
      if (!await clerk.link('Stáhnout').count()) await clerk.page.waitForTimeout(500); // the work is done in the background
    }
    const [file] = await Promise.all([clerk.page.waitForEvent('download'), clerk.link('Stáhnout').click()]);
    const text = await readFile(await file.path(), 'utf8');
    assert.ok(text.startsWith('\ufeff"Číslo jednací"') || text.startsWith('\ufeffČíslo jednací;'), text.slice(0, 60));
    assert.match(text, /Potvrzení o podání/);
  });

  await step('the statistics of the year', async () => {
    await clerk.go('/kancelar/sestavy/statistika');
    await clerk.says('Dokumenty po měsících');
    await clerk.says('Žádosti o informace (§ 18 zákona č. 106/1999 Sb.)');
  });
}
