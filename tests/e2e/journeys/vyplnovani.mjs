// Answers go home as a file and come back in another browser; a hidden answer is told once.
import assert from 'node:assert/strict';
import { FORM, begin, onward, place, relation } from './felling.mjs';

export async function vyplnovani({ visitors, step, mode }) {
  let file;

  await step('the answers are saved to a file', async () => {
    const v = await visitors.open(mode);
    await begin(v);
    await relation(v);
    await onward(v);
    await place(v);
    await onward(v);
    const answer = await v.page.request.get(`${FORM}/vyplneny.epom.json`);
    assert.equal(answer.status(), 200);
    file = await answer.body();
    assert.match(JSON.parse(file).sha256, /^[0-9a-f]{64}$/);
  });

  await step('a changed file is refused in plain words, the right one goes on', async () => {
    const v = await visitors.open(mode);
    await v.go('/formulare/nahrat');
    const changed = Buffer.from(file.toString().replace('Zahrada', 'Zahrádka'));
    await v.page.locator('#soubor').setInputFiles({ name: 'a.epom.json', mimeType: 'application/json', buffer: changed });
    await v.turn(v.button('Načíst odpovědi'));
    await v.says('otisk nesouhlasí');
    await v.page.locator('#soubor').setInputFiles({ name: 'a.epom.json', mimeType: 'application/json', buffer: file });
    await v.turn(v.button('Načíst odpovědi'));
    assert.equal(v.path(), `${FORM}/dreviny`);
    await v.says('Odpovědi ze souboru jsou načtené');
    await v.go(`${FORM}/vztah`);
    assert.ok(await v.option('vztah', 'vlastnik').isChecked());
  });
}
