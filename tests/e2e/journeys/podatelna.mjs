// The mailroom: ten letters registered by keyboard alone, a message from a file, a label, and two names that were one.
import assert from 'node:assert/strict';
import { staff } from './staff.mjs';

const OFFICE = 'Městský úřad Hejnice';

export async function podatelna({ visitors, step, mode, stand, id }) {
  const v = await staff({ visitors, stand, mode }, OFFICE, 'podatelna');
  const { page } = v;
  const numbers = [];

  // done reads the number just given.
  const done = async () => {
    const text = await page.locator('#hotovo .title').innerText();
    return text.match(/[A-Z]+\/\d{4}\/\d+-\d+/)[0];
  };

  await step('ten items of post without touching the mouse', async () => {
    await v.go('/kancelar/posta');
    if (mode.js) await v.turn(() => page.keyboard.press('n'));
    else await v.turn(v.link('Zapsat zásilku').first());
    await v.look();
    for (let i = 1; i <= (mode.js ? 10 : 2); i++) {
      await page.locator('#who').focus(); // where the page puts the cursor by itself
      await page.keyboard.type(`Odesílatel ${id}/${i}`);
      await tabTo(page, 'subject');
      await page.keyboard.type(`Dopis číslo ${i}`);
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]); // examined above, and once more at the end
      numbers.push(await done());
    }
    assert.equal(new Set(numbers).size, numbers.length, 'each has a number of its own');
    await v.look();
  });

  await step('what is missing is said, what was typed stays', async () => {
    await page.locator('#who').fill('Kdosi');
    await page.locator('#time').fill('kdysi');
    await v.turn(v.button('Zapsat a další').last());
    await page.locator('.error-summary').waitFor();
    await v.says('Napište stručně, čeho se zásilka týká');
    await v.says('Napište den a čas doručení');
    assert.equal(await page.locator('#who').inputValue(), 'Kdosi');
    await v.look();
  });

  await step('a sender known already is offered and chosen', async () => {
    await v.go('/kancelar/posta/nova');
    await page.locator('#who').fill(`Odesílatel ${id}/1`);
    if (!mode.js) await v.turn(v.button('Najít'));
    const known = page.locator('#nalezeni input[type="radio"]').first();
    await known.waitFor();
    await known.check();
    await page.locator('#subject').fill('Doplnění');
    await page.locator('#join').fill(numbers[0]);
    await v.turn(v.button('Zapsat a další').last());
    assert.equal(await done(), numbers[0].replace(/-1$/, '-2'), 'joined to the first file');
  });

  await step('the label opens the file, the stamp is a PDF', async () => {
    await v.turn(v.link('Štítek').first());
    await v.says(numbers[0].replace(/-1$/, '-2'));
    await v.look();
    const paper = await page.request.get(await v.link('Razítko na samostatný list (PDF)').getAttribute('href'));
    assert.equal(paper.headers()['content-type'], 'application/pdf');
    await v.go('/kancelar/posta/nova');
    await page.locator('#kod').fill(numbers[1]);
    await v.turn(() => page.locator('#kod').press('Enter'));
    assert.match(v.path(), /^\/kancelar\/spisy\/\d+$/);
    await v.says(numbers[1]);
  });

  await step('a paper form is typed in; what it lacks is said once and noted', async () => {
    await v.go('/kancelar/posta/formular/kaceni-drevin');
    await v.look();
    await page.locator('#_sheets').fill('2');
    await v.turn(v.button('Zapsat a další').last());
    await v.says('Na papíru něco chybí nebo nesedí');
    assert.equal(await page.locator('#_sheets').inputValue(), '2', 'what was typed stays');
    await v.look();
    await page.locator('input[name="_anyway"]').check();
    await v.turn(v.button('Zapsat a další').last());
    numbers.push(await done());
    assert.equal(new Set(numbers).size, numbers.length, 'a number of its own');
    await v.turn(v.link('Otevřít spis').first());
    await v.says('prepis-kaceni-drevin.pdf');
  });

  await step('a number of the sender that is there already is asked about once', async () => {
    const letter = async () => {
      await v.go('/kancelar/posta/nova');
      await page.locator('#who').fill(`Obec ${id}`);
      if (mode.js) await page.locator('#subject').focus();
      await page.locator('#subject').fill('Součinnost');
      await page.locator('#foreign_number').fill(`OB/${id}/2026`);
      await v.turn(v.button('Zapsat a další').last());
    };
    await letter();
    const first = await done();
    await letter();
    await page.locator('input[name="sender"]').first().check(); // the known one
    if (!await page.locator('input[name="twice"]').count()) await v.turn(v.button('Zapsat a další').last());
    await v.says('Pod tímto číslem už od odesílatele zásilku máte');
    await v.says(first);
    await page.locator('input[name="twice"]').check();
    await v.turn(v.button('Zapsat a další').last());
    assert.notEqual(await done(), first, 'another number');
  });

  await step('messages from files are taken in, the same one once', async () => {
    const letter = (n) => ({ name: `zprava-${n}.eml`, mimeType: 'message/rfc822', buffer: Buffer.from(
      `From: Jana ${id} <jana${id}@posta.example>\r\nTo: podatelna@hejnice.example\r\nSubject: Žádost ${id}-${n}\r\nMessage-ID: <${id}-${n}@posta.example>\r\n` +
      'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nText\r\n' +
      '--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=priloha.txt\r\n\r\nPříloha\r\n--x--\r\n') });
    await v.go('/kancelar/posta/soubory');
    await page.locator('#files').setInputFiles([letter(1), letter(2), letter(1)]);
    await v.turn(v.button('Zapsat').last());
    await v.says('Zapsáno 3 z 3');
    await v.says('zapsaný už dřív');
    await v.look();
    await v.turn(page.locator('table a').first());
    await v.says('priloha.txt');
    await v.says('zprava-1.eml');
  });

  await step('two records of one person are merged and parted again', async () => {
    await v.go('/kancelar/jmena?q=' + encodeURIComponent(`Odesílatel ${id}/1`));
    await v.look();
    const names = await page.locator('#list th a').allInnerTexts();
    assert.ok(names.includes(`Odesílatel ${id}/1`), names.join(', '));
    await v.turn(page.locator('#list th a').getByText(`Odesílatel ${id}/1`, { exact: true }));
    await page.locator('#email').fill(`spolecny${id}@posta.example`);
    await v.turn(v.button('Uložit').last());
    await v.go('/kancelar/jmena?q=' + encodeURIComponent(`Odesílatel ${id}/2`));
    await v.turn(page.locator('#list th a').first());
    await page.locator('#email').fill(`spolecny${id}@posta.example`);
    await v.turn(v.button('Uložit').last());
    await v.turn(v.button('Sloučit sem').first());
    await v.says('Sloučeno');
    await v.look();
    await v.turn(v.button('Vrátit').first());
    await v.says('Záznam je zpátky');
  });
}

// tabTo moves by Tab until the field has the cursor.
async function tabTo(page, id) {
  for (let i = 0; i < 60; i++) {
    if (await page.evaluate(() => document.activeElement.id) === id) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach #${id}`);
}
