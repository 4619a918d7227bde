// A clerk of a village posts one PDF in under a minute, corrects it and takes it down; then posts for a neighbour.
import assert from 'node:assert/strict';
import { file, pdf } from '../papers.mjs';
import { staff } from './staff.mjs';

const OFFICE = 'Městský úřad Hejnice';

export async function deskaKancelar({ visitors, step, mode, stand, id }) {
  const v = await staff({ visitors, stand, mode }, OFFICE, 'referát');
  const { page } = v;
  const title = `Záměr prodeje louky ${id}`;
  let at;

  // on goes to a page that was examined in another step.
  const on = (act, who = v) => Promise.all([who.page.waitForEvent('load'), typeof act === 'string' ? who.page.goto(act) : act.click()]);

  // changed waits until a choice has renewed the form; without JavaScript the button does it.
  const changed = async (act, then) => {
    await act();
    if (!v.js) await on(v.button('Spočítat lhůtu'));
    await then.first().waitFor();
    if (v.js) await v.settled();
  };

  await step('sees what must be done today and begins a new posting', async () => {
    await v.go('/kancelar/deska');
    await v.says('Co je dnes potřeba');
    if (v.js) await v.turn(() => page.keyboard.press('n'));
    else await v.turn(v.link('Nové vyvěšení').first());
    assert.equal(v.path(), '/kancelar/deska/nove');
  });

  await step('one PDF hangs within a minute', async () => {
    const began = Date.now();
    await page.locator('#files').setInputFiles(file(`${title}.pdf`, pdf('Zamer')));
    if (v.js) {
      await page.locator('.files').getByText(`${title}.pdf`).waitFor();
      assert.equal(await page.locator('#title').inputValue(), title, 'the title comes from the name of the file');
    }
    await changed(() => page.locator('#kind').selectOption('zamer'), page.getByRole('heading', { name: 'Jak vychází lhůta' }));
    await v.says('Sejmout nejdříve');
    await v.look();
    await v.turn(v.button('Vyvěsit').last());
    await v.says('Visí na desce pod číslem');
    assert.ok(Date.now() - began < 60_000, 'in under a minute');
    await v.says(title);
    await v.says(`${title}.pdf`);
    at = v.path();
  });

  await step('everybody reads it on the public page', async () => {
    await v.turn(v.link('Jak to vidí občan'));
    await v.says(title);
    await on(at);
  });

  await step('the paper for the street is printed and noted', async () => {
    const href = await v.link('Vytisknout na desku').getAttribute('href');
    const paper = await page.request.get(href);
    assert.equal(paper.headers()['content-type'], 'application/pdf');
    await page.getByText('Zapsat desku na ulici').click();
    await v.fill({ up_on: 'loni', up_time: '8:00' });
    await v.turn(v.button('Zapsat').last());
    await page.locator('.error-summary').waitFor();
    await v.fill({ up_on: new Date().toLocaleDateString('cs-CZ', { timeZone: 'Europe/Prague' }), up_time: '0:01' });
    await on(v.button('Zapsat').last());
    await v.says('Zapsáno k vyvěšení');
  });

  await step('a correction is a new revision; a second clerk sees what the first has changed', async () => {
    const second = await staff({ visitors, stand, mode }, OFFICE, 'referát');
    await second.page.goto(`${at}/opravit`);
    await v.turn(v.link('Opravit'));
    await v.fill({ title: `${title} a lesa` });
    await on(v.button('Vyvěsit opravu'));
    await page.locator('.error-summary').waitFor();
    await v.fill({ why: 'chyběl les' });
    await on(v.button('Vyvěsit opravu'));
    await v.says('2. znění – platí');
    await v.says('chyběl les');
    await second.fill({ title: `${title} podruhé`, why: 'moje oprava' });
    await second.turn(second.button('Vyvěsit opravu'));
    await second.says('Vyvěšení mezitím změnil někdo jiný');
    await second.says(`${title} a lesa`);
    assert.equal(await second.page.locator('#title').inputValue(), `${title} podruhé`, 'what the second wrote is there');
    await second.close();
  });

  await step('the term is changed and it is taken down with a reason', async () => {
    await v.go(`${at}/doba`);
    await page.getByLabel('Do odvolání').check();
    await on(v.button('Uložit dobu'));
    await v.says('do odvolání');
    await v.turn(v.link('Sejmout').first());
    await v.turn(v.button('Sejmout z desky'));
    await page.locator('.error-summary').waitFor();
    await v.fill({ why: 'Zastupitelstvo záměr zrušilo.' });
    await on(v.button('Sejmout z desky'));
    await v.says('Zastupitelstvo záměr zrušilo.');
    await v.go(`/kancelar/deska?stav=sejmuto&hledat=${encodeURIComponent(`louky ${id}`)}`);
    await v.says(`${title} a lesa`);
  });

  await step('a wrong form loses nothing, not even the file', async () => {
    await on('/kancelar/deska/nove');
    await page.locator('#files').setInputFiles(file('program.pdf', pdf('Program')));
    if (v.js) await page.locator('.files').getByText('program.pdf').waitFor();
    await v.fill({ title: `Zasedání ${id}`, reference_number: `HEJ/${id}` });
    await changed(() => page.locator('#kind').selectOption('zasedani'), page.locator('#event_on'));
    await on(v.button('Vyvěsit').last());
    await page.locator('.error-summary a[href="#event_on"]').waitFor();
    assert.ok(await page.locator('.files input[type="checkbox"]').isChecked(), 'the file stays');
    assert.equal(await page.locator('#reference_number').inputValue(), `HEJ/${id}`);
    const day = (plus) => new Date(Date.now() + plus * 86_400_000).toLocaleDateString('cs-CZ', { timeZone: 'Europe/Prague' });
    await page.getByLabel('V určenou dobu').check();
    if (!v.js) await on(v.button('Spočítat lhůtu'));
    await v.fill({ event_on: day(20), event_time: '18:00', post_on: day(2), post_time: '7:00' });
    await page.locator('#text').focus(); // leaving the last field asks for the term
    if (v.js) await v.settled();
    await on(v.button('Vyvěsit').last());
    await v.says('Vyvěsí se samo');
    await v.turn(v.link('Zrušit vyvěšení'));
    await v.fill({ why: 'Zasedání se nekoná.' });
    await on(v.button('Zrušit vyvěšení'));
    await v.says('Nevyvěsilo se');
  });

  await step('posts for the neighbour who has handed its board over', async () => {
    await on('/kancelar/deska');
    await page.locator('#za').selectOption({ label: 'Obecní úřad Bílý Potok' });
    await v.turn(v.button('Přejít na desku'));
    await v.says('Vyvěšujete za úřad: Obecní úřad Bílý Potok');
    await v.turn(v.link('Nové vyvěšení').first());
    await v.fill({ title: `Odečty vodoměrů ${id}`, text: 'Odečty budou v pátek.' });
    await changed(() => page.locator('#kind').selectOption('aktualita'), page.getByRole('heading', { name: 'Jak vychází lhůta' }));
    await v.turn(v.button('Vyvěsit').last());
    await v.says(`Vyvěsil ${OFFICE}`);
    await v.says('Veřejnoprávní smlouva č. 3/2026');
  });

  await step('the administrator sees who runs whose board', async () => {
    const admin = await staff({ visitors, stand, mode }, OFFICE, 'správa úřadu');
    await admin.go('/kancelar/sprava/deska');
    await admin.says('Vedeme jeho desku');
    await admin.turn(admin.button('Zapsat smlouvu'));
    await admin.page.locator('.error-summary').waitFor();
  });
}
