// Anybody proves what hung: from a posting, by its document, by its clause, by its number.
import assert from 'node:assert/strict';

export async function overeni({ visitors, step, mode }) {
  const v = await visitors.open(mode);
  const { page } = v;
  const upload = async (name, body) => {
    await page.locator('#soubor').setInputFiles({ name, mimeType: 'application/pdf', buffer: body });
    await v.turn(v.button('Ověřit soubor'));
  };

  await step('from a notice to its proof', async () => {
    await v.go('/urady/hejnice/deska/2026-1');
    await v.turn(v.link('Ověřit, jak dlouho viselo'));
    await v.says('Ano, takové vyvěšení existuje.');
    await v.says('Dostupnost na internetu');
  });

  await step('its document is known, a changed one is not', async () => {
    await v.go('/urady/hejnice/deska/2026-1');
    const href = await page.locator('.board-files h3 a').first().getAttribute('href');
    const file = await (await v.context.request.get(href)).body();
    await v.go('/overeni');
    await upload('stažený.pdf', file);
    await v.says('Ano, tento soubor na úřední desce visel.');
    await upload('změněný.pdf', Buffer.concat([file, Buffer.from(' ')]));
    await v.says('Tento soubor neznáme');
  });

  await step('a number nobody has', async () => {
    await page.locator('#urad').selectOption({ label: 'Městský úřad Hejnice' });
    await page.locator('#cislo').fill('2026-999');
    await v.turn(v.button('Ověřit vyvěšení'));
    await v.says('Takové vyvěšení tu není.');
    assert.equal(await page.locator('#cislo').inputValue(), '2026-999');
  });

  await step('a confirmation for paper and the evidence for experts', async () => {
    const list = await v.context.request.get('/urady/hejnice/deska/2026-1/dukazy.zip');
    assert.equal(list.headers()['content-type'], 'application/zip');
    const clause = await v.context.request.get('/urady/hejnice/deska/2026-1/dolozka.pdf');
    assert.ok([200, 404].includes(clause.status())); // the background may not have made it yet
    if (clause.ok()) assert.equal((await clause.body()).subarray(0, 5).toString(), '%PDF-');
  });
}
