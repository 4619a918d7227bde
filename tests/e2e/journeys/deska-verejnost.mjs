// A resident reads the notice boards: what hangs in her village, one notice with its document, the archive, other languages.
import assert from 'node:assert/strict';
import { type } from './felling.mjs';

export async function deskaVerejnost({ visitors, step, mode }) {
  const v = await visitors.open(mode);
  const { page } = v;

  await step('from the front page to all boards and their map', async () => {
    await v.page.goto('/');
    await v.turn(v.link('Všechny úřední desky'));
    assert.equal(v.path(), '/deska');
    const circles = page.locator('.board-map a');
    const rows = page.locator('#desky tbody tr');
    assert.ok(await circles.count() > 2, 'the map shows boards');
    assert.equal(await circles.count(), await rows.count(), 'the table says the same');
    const hejnice = page.locator('.board-map a[href="/urady/hejnice/deska"]');
    const count = (await hejnice.getAttribute('aria-label')).match(/visí (\d+)/)[1];
    await page.locator('#desky summary').click();
    assert.ok((await rows.filter({ hasText: 'Městský úřad Hejnice' }).innerText()).includes(count), 'the number of the map stands in the table');
  });

  await step('in my municipality, kept in the address', async () => {
    if (v.js) {
      await type(v, page.locator('#kde'), 'Hejni');
      await page.getByRole('radio', { name: /^Hejnice/ }).check();
    } else {
      await page.locator('#kde').fill('Hejnice');
    }
    await page.locator('#q').fill('');
    await v.turn(v.button('Hledat').last());
    assert.equal(new URL(page.url()).searchParams.get('obec'), '564044');
    await v.says('Úřední desky v obci Hejnice');
    await v.says('Zasedání zastupitelstva');
  });

  await step('the board of an office: notices first, news and events apart', async () => {
    await v.go('/urady/hejnice');
    await v.turn(v.link('Otevřít úřední desku'));
    assert.equal(v.path(), '/urady/hejnice/deska');
    const heads = await page.locator('main h2').allInnerTexts();
    assert.deepEqual(heads.filter((h) => /Úřední oznámení|Aktuality|Události/.test(h)), ['Úřední oznámení', 'Aktuality', 'Události']);
  });

  await step('found without diacritics, read with its document and its earlier version', async () => {
    await page.locator('#q').fill('zasedani ZASTUP');
    await v.turn(v.button('Hledat').first());
    assert.equal(await page.locator('#q').inputValue(), 'zasedani ZASTUP');
    await v.turn(page.locator('.board-lines a').filter({ hasText: 'Zasedání zastupitelstva č. 5' }).first()); // others name it in their documents
    await v.says('Znění a opravy');
    await v.says('v názvu bylo chybné pořadí zasedání');
    const file = page.locator('.board-files h3 a').first();
    const answer = await v.context.request.get(await file.getAttribute('href'));
    assert.equal(answer.headers()['content-type'], 'application/pdf');
    assert.match(answer.headers()['content-disposition'], /^inline/);
    assert.equal((await answer.body()).subarray(0, 5).toString(), '%PDF-');
    const address = page.url();
    await v.turn(page.locator('.timeline a').first());
    await v.says('Starší znění');
    await v.turn(v.link('Ukázat platné znění'));
    assert.equal(page.url(), address);
  });

  await step('what was taken down stays at its address', async () => {
    await v.go('/urady/hejnice/deska?archiv=1');
    await v.turn(page.locator('.board-lines a').first());
    await v.says('Už nevisí');
    await page.emulateMedia({ media: 'print' });
    assert.ok(!await page.locator('.site-nav').isVisible() && await page.getByText('Údaje o vyvěšení').first().isVisible(), 'it can be printed');
    await page.emulateMedia({ media: 'screen' });
  });

  await step('an empty answer helps on, in other languages too', async () => {
    await v.go('/urady/hejnice/deska?q=nicotakoveho&lang=en');
    await v.says('There is nothing like that here');
    await page.goto('/deska?lang=uk');
    await v.says('Дошки оголошень');
    assert.equal(await page.locator('html').getAttribute('lang'), 'uk');
  });
}
