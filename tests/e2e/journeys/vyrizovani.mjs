// A matter that came on paper: handed over, taken over, answered by a letter from a template, handled.
import assert from 'node:assert/strict';
import { staff } from './staff.mjs';

export async function vyrizovani({ visitors, step, mode, stand }) {
  const office = mode.js ? 'Městský úřad Hejnice' : 'Městský úřad Frýdlant'; // each way of looking has a file of its own
  const subject = 'Žádost o informace o opravách místních komunikací';
  const mailroom = await staff({ visitors, stand, mode }, office, 'podatelna');
  const desk = await staff({ visitors, stand, mode }, office, 'referát');
  let file;

  await step('the mailroom hands a paper over to a clerk with a note', async () => {
    await mailroom.go('/kancelar/posta');
    await mailroom.turn(mailroom.page.getByRole('row').filter({ hasText: subject }).getByRole('link').first());
    file = mailroom.path();
    await mailroom.turn(mailroom.link('Přidělit kolegovi'));
    await mailroom.turn(mailroom.button('Přidělit').last());
    await mailroom.page.locator('.error-summary').waitFor();
    await mailroom.page.getByRole('radio').first().check();
    await mailroom.page.locator('#note').fill('Žadatel spěchá.');
    await mailroom.turn(mailroom.button('Přidělit').last());
    await mailroom.says('Převzetí má ještě potvrdit');
    await mailroom.says('čeká na převzetí');
  });

  await step('the clerk finds it on top of today and takes it over', async () => {
    await desk.go('/kancelar');
    const row = desk.page.locator('section').filter({ has: desk.page.locator('#g-prevzit') }).locator('li').filter({ hasText: subject });
    assert.match(await row.innerText(), /Žadatel spěchá/);
    await desk.turn(row.getByRole('button', { name: /Převzít/ }));
    await desk.says('jste převzali');
    await desk.go(file);
    await desk.says('vyřizuji já');
    assert.equal(await desk.page.getByText('Co občan vyplnil').count(), 0, 'no form opened this file');
  });

  await step('another one is returned with a reason', async () => {
    await desk.go('/kancelar');
    await desk.turn(desk.page.locator('li').filter({ hasText: 'Stížnost na rušení nočního klidu' }).getByRole('link', { name: /^Vrátit/ }));
    await desk.turn(desk.button('Vrátit spis'));
    await desk.page.locator('.error-summary').waitFor();
    await desk.page.locator('#why').fill('Nemám v náplni práce stížnosti.');
    await desk.turn(desk.button('Vrátit spis'));
    await desk.says('převzetí odmítnuto');
    await desk.says('Nemám v náplni práce stížnosti.');
  });

  await step('a letter from a template is filled in from the file, and not approved while a place is left', async () => {
    await desk.go(file);
    await desk.turn(desk.link('Napsat dopis'));
    await desk.turn(desk.button('Začít psát'));
    await desk.page.locator('.error-summary').waitFor();
    await desk.page.getByRole('radio', { name: /Informace: poskytnutí/ }).check();
    await desk.turn(desk.button('Začít psát'));
    assert.match(await desk.page.locator('#body').inputValue(), /\d{5}-1\)/, 'the number of what it answers');
    assert.notEqual(await desk.page.locator('#address').inputValue(), '');
    await desk.turn(desk.button('Schválit a přidělit číslo'));
    await desk.says('zbývá doplnit [informace]');
  });

  await step('saved, looked at on paper, approved: it has the next number and the file is handled', async () => {
    const body = desk.page.locator('#body');
    await body.fill((await body.inputValue()).replace('[informace]', 'Opravy stály 1 250 000 Kč.'));
    await desk.turn(desk.button('Uložit'));
    await desk.says('Dopis je uložený.');
    const preview = await desk.context.request.get(`${desk.path()}/nahled.pdf`);
    assert.equal(preview.status(), 200);
    assert.match((await preview.body()).subarray(0, 5).toString(), /%PDF-/);
    await desk.turn(desk.button('Schválit a přidělit číslo'));
    await desk.says('Dopis má číslo jednací');
    await desk.says('vyřízeno dokumentem');
    await desk.says('Odpovídá na něj');
    await desk.link('Vypravit').first().waitFor();
    for (let i = 0; i < 60 && !(await desk.page.locator('.files a').count()); i++) await desk.page.reload();
    await desk.link(/-2\.pdf$/).first().waitFor();
  });

  await step('the report of the unanswered no longer has it; who stands in is written down and ended', async () => {
    await desk.go('/kancelar/nevyrizene');
    assert.ok(!(await desk.text()).includes(subject));
    await desk.go('/kancelar/zastupovani');
    await desk.page.locator('#from').fill('1. 7. 2030');
    await desk.page.locator('#to').fill('neděle');
    await desk.turn(desk.button('Zapsat'));
    await desk.page.locator('.error-summary').waitFor();
    await desk.go('/kancelar/vzory');
    await desk.turn(desk.link('Rozhodnutí').first());
    await desk.go('/kancelar/dopisy');
  });
}
