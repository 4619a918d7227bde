// From the clerk's list to an answer, with the citizen looking on: point 5 of the story.
import assert from 'node:assert/strict';
import { file, pdf } from '../papers.mjs';
import { fillAll, ticket } from './felling.mjs';
import { mail } from './mailbox.mjs';
import { findCase, staff } from './staff.mjs';

export async function clerk({ visitors, step, mode, stand, id }) {
  const email = `jana.clerk${id}@posta.example`;
  const citizen = await visitors.open(mode);
  let sent, desk, mark;

  // knows waits until the citizen's open page says something: by itself with JavaScript, else loaded anew.
  const knows = async (text) => {
    if (!citizen.js) await citizen.page.reload();
    await citizen.says(text);
    await citizen.look();
  };

  await step('a citizen sends an application', async () => {
    await fillAll(citizen, { name: ['Jana', `Zkoušková ${id}`], email });
    await citizen.turn(citizen.button(/^Odeslat: Městský úřad Hejnice/));
    sent = await ticket(citizen);
    await citizen.says('Přijato');
  });

  await step('the clerk sees it among today\'s work, with its term and how it was counted', async () => {
    desk = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'referát');
    await desk.go('/kancelar');
    const fresh = desk.page.locator('section').filter({ has: desk.page.locator('#g-nove') });
    const row = fresh.locator('li[data-row]').filter({ hasText: `Zkoušková ${id}` });
    await row.waitFor();
    await row.getByText('Jak je lhůta spočítaná').click();
    assert.match(await row.innerText(), /§/);
    await row.locator('.deadline').waitFor();
    await desk.turn(row.getByRole('link').first());
    mark = (await desk.page.locator('.case-head .eyebrow').innerText()).trim();
    assert.match(mark, /^HEJ/);
    assert.ok((await desk.text()).includes(sent.reference));
  });

  await step('the journal has its number, after the one before without a gap', async () => {
    const path = desk.path();
    await desk.go('/kancelar/denik');
    const numbers = (await desk.page.locator('table.journal tbody th').allInnerTexts()).map((n) => n.trim());
    assert.ok(numbers.includes(`${mark}-1`), `${mark}-1 is in the journal: ${numbers.slice(0, 5)}`);
    const opened = numbers.filter((n) => n.endsWith('-1')).map((n) => Number(n.match(/(\d+)-1$/)[1]));
    assert.deepEqual(opened, opened.map((_, i) => opened[0] - i), 'numbers of new cases follow each other');
    await desk.go(path);
  });

  await step('takes it; the citizen sees that somebody has it', async () => {
    await desk.turn(desk.button('Vzít si'));
    await desk.says('vyřizuji já');
    await knows('Vyřizuje se');
  });

  await step('asks for a document: the clock stops, the citizen gets a mail', async () => {
    await desk.turn(desk.link('Vyzvat k doplnění'));
    await desk.page.locator('#text').fill('');
    await desk.turn(desk.button('Poslat výzvu'));
    await desk.page.locator('.error-summary').waitFor();
    await desk.page.locator('#text').fill('Prosíme o doplnění snímku katastrální mapy se zakreslenými stromy.');
    await desk.turn(desk.button('Poslat výzvu'));
    await desk.says('Čekáme, až občan doplní podání');
    await knows('Úřad potřebuje doplnění');
    await knows('Lhůta teď stojí');
    const text = await mail(await visitors.open(mode), email, /doplň/i);
    assert.match(text, /katastrální mapy/);
    assert.ok(text.includes(`/podani/${sent.reference}`), 'the mail has the link');
  });

  await step('the citizen answers with a file, the clock runs on', async () => {
    await citizen.turn(citizen.button(/^Odeslat doplnění/).last());
    await citizen.page.locator('.error-summary').waitFor();
    await citizen.page.locator('#doplneni-text').fill('Posílám snímek, stromy jsou zakreslené červeně.');
    await citizen.page.locator('#soubory').setInputFiles(file('snímek mapy.pdf', pdf('Mapa')));
    await citizen.turn(citizen.button(/^Odeslat doplnění/).last());
    await citizen.says('Doplnění jsme předali úřadu.');
    await citizen.says('Lhůta úřadu zase běží');
    await citizen.says('snímek mapy.pdf');
    await desk.page.reload();
    await desk.look();
    await desk.says('snímek mapy.pdf');
    assert.equal(await desk.page.getByText('Čekáme, až občan doplní podání').count(), 0);
    const [download] = await Promise.all([desk.page.waitForEvent('download'), desk.link('snímek mapy.pdf').first().click()]);
    assert.equal(download.suggestedFilename(), 'snímek mapy.pdf');
  });

  await step('handles it with an answer; the citizen reads it', async () => {
    await desk.turn(desk.link('Vyřídit').first());
    await desk.page.getByRole('radio').first().check();
    await desk.page.locator('#subject').fill('Rozhodnutí o povolení kácení');
    await desk.page.locator('#text').fill('Kácení dvou smrků se povoluje. Proti rozhodnutí se lze odvolat do 15 dnů.');
    await desk.page.locator('#files').setInputFiles(file('rozhodnutí.pdf', pdf('Rozhodnuti')));
    await desk.turn(desk.button('Vyřídit'));
    await desk.says('Vyřízeno');
    await knows('Podání je vyřízené');
    await citizen.turn(citizen.link('Rozhodnutí o povolení kácení').first());
    await citizen.says('Kácení dvou smrků se povoluje');
    await citizen.says('rozhodnutí.pdf');
    await mail(await visitors.open(mode), email, /vyřízen|odpověď|Rozhodnutí/i);
  });

  await step('a handled case offers no more acts and is found by its reference', async () => {
    await findCase(desk, sent.reference);
    assert.equal(await desk.page.locator('#ukony').count(), 0);
    await desk.go('/kancelar/lhuty');
    await desk.go('/kancelar/spisy');
    await desk.go('/kancelar/posta');
  });
}
