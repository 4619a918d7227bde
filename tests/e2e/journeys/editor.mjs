// The editor of forms: from a new form to a published one that a citizen begins to fill, by keyboard.
import assert from 'node:assert/strict';
import { staff } from './staff.mjs';

export async function editor({ visitors, step, mode, stand, id }) {
  const title = `Žádost o půjčení klíče ${id}`;
  const code = `zadost-o-pujceni-klice-${id}`;
  let author, page;
  const type = async (selector, words) => { await page.locator(selector).focus(); await page.keyboard.press('Control+A'); await page.keyboard.type(words); };
  const enter = async (selector, then) => {
    const act = async () => { await page.locator(selector).focus(); await page.keyboard.press('Enter'); };
    if (!mode.js) return author.turn(act);
    await act();
    await page.locator(then).waitFor();
    return author.look();
  };

  await step('a new form begins as a simple request', async () => {
    author = await staff({ visitors, stand, mode }, '', 'provozovatel');
    page = author.page;
    await author.go('/sprava/formulare/novy');
    await author.turn(async () => { await page.locator('#nazev').focus(); await page.keyboard.press('Enter'); });
    await author.says('Napište název');
    await type('#nazev', title);
    await author.turn(() => page.keyboard.press('Enter'));
    assert.equal(author.path(), `/sprava/formulare/${code}/upravit`);
  });

  await step('a question with options and a condition is added', async () => {
    await enter('[id="T-0"]', '#E-add-field');
    await page.locator('#E-kind-new').selectOption('choice');
    await enter('#E-add-field', '[id="O-0"]');
    await type('#E-label', 'Který klíč?');
    await type('[id="O-0"]', 'Od sálu');
    await type('[id="O-1"]', 'Jiný');
    await enter('#E-save', '[id="O-2"]');
    await author.says('Od sálu');
    await page.locator('#E-kind-new').selectOption('text');
    await enter('#E-add-field', '#E-when-0-field');
    await type('#E-label', 'Od čeho?');
    await page.locator('#E-when-0-field').selectOption({ label: 'Který klíč? (ktery_klic)' });
    await page.locator('#E-when-0-relation').selectOption('is');
    await type('#E-when-0-value', 'Jiný');
    await enter('#E-save', '#E-when-1-field');
    assert.equal(await page.locator('#E-when-text').inputValue(), 'ktery_klic == "moznost-2"');
  });

  await step('a step back and forth', async () => {
    await enter('#E-remove', '#E-redo');
    await page.getByText('Od čeho?').first().waitFor({ state: 'detached' });
    await enter('#E-undo', '#E-redo:not([disabled])');
    await author.says('Od čeho?');
  });

  await step('the text says the same, a fault in it is named with its line', async () => {
    await author.go(`/sprava/formulare/${code}/zapis`);
    const text = await page.locator('#zapis').inputValue();
    assert.match(text, /ktery_klic \(výběr\): Který klíč\?/);
    await page.locator('#zapis').fill(`${text}\n# Bez kódu\n`);
    await author.turn(author.button('Uložit zápis'));
    await author.says('Stránka se píše');
    assert.match(await page.locator('#zapis').inputValue(), /# Bez kódu/);
  });

  await step('two editors at once are told', async () => {
    const other = await staff({ visitors, stand, mode }, '', 'provozovatel');
    await other.go(`/sprava/formulare/${code}/upravit`);
    await author.go(`/sprava/formulare/${code}/upravit`);
    await other.page.locator('#E-statute').fill('zákon č. 128/2000 Sb.');
    await other.press(other.page.locator('#E-save'), other.page.locator('#E-undo:not([disabled])'));
    if (mode.js) await other.settled();
    await page.locator('#E-words').fill('klíč');
    await author.press(page.locator('#E-save'), page.locator('.error-summary'));
    await author.says('mezitím uložil někdo jiný');
    assert.equal(await page.locator('#E-words').inputValue(), 'klíč', 'what was typed stays');
    assert.equal(await page.locator('#E-statute').inputValue(), '', 'the page says what would be kept');
    await page.locator('#E-statute').fill('zákon č. 128/2000 Sb.');
    await enter('#E-save', '#E-undo:not([disabled])');
  });

  await step('it is published and a citizen begins to fill it', async () => {
    await author.go(`/sprava/formulare/${code}/vyzkouset`);
    await author.says('Který klíč?');
    await author.go(`/sprava/formulare/${code}`);
    await author.turn(author.button('Vydat jako novou verzi'));
    await author.says('je vydaná a nabízí se');
    const citizen = await visitors.open(mode);
    await citizen.go(`/formulare/${code}`);
    await citizen.says(title);
  });
}
