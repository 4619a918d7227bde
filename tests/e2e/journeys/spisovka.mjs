// An office with a records system of its own: its setting, a submission handed over, the number for citizen and clerk.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fillAll, ticket } from './felling.mjs';
import { findCase, staff } from './staff.mjs';

const OFFICE = 'Magistrát města Liberec';

let serving; // one records system for all visitors: what is under way must not lose it

// fake serves a records system in memory till the run ends.
function fake() {
  serving ??= new Promise((resolve, reject) => {
    const child = spawn(process.env.EPOM_BIN, ['records', 'fake', '--addr', '127.0.0.1:0', '--code', 'ESSL'], { stdio: ['ignore', 'pipe', 'ignore'] });
    process.once('exit', () => child.kill());
    child.once('error', reject);
    child.stdout.setEncoding('utf8').once('data', (line) => resolve(line.trim()));
  });
  return serving;
}

export async function spisovka({ visitors, step, mode, stand, id }) {
  const url = await fake();
  let admin, citizen, sent;

  await step('the office is told what the law allows it and sets where its submissions go', async () => {
    admin = await staff({ visitors, stand, mode }, OFFICE, 'správa úřadu');
    await admin.go('/kancelar/sprava/spisovka');
    await admin.says('musí mít vlastní spisovou službu s atestem');
    assert.equal(await admin.option('druh', 'built-in').count(), 0, 'the built-in one is not offered');
    await admin.option('druh', 'nsesss').check();
    await admin.fill({ url: '', 'nas-kod': 'příliš dlouhý kód', 'jejich-kod': 'ESSL', osoba: 'epom' });
    await admin.turn(admin.button('Uložit nastavení'));
    await admin.page.locator('.error-summary').waitFor();
    assert.equal(await admin.field('jejich-kod').inputValue(), 'ESSL', 'what was typed stays');
    await admin.fill({ url, 'nas-kod': 'EPOM' });
    await admin.turn(admin.button('Uložit nastavení'));
    await admin.says('Nastavení je uložené');
    await admin.turn(admin.button('Vyzkoušet spojení'));
    await admin.says('spojení funguje');
  });

  await step('a citizen has a number at once and the office\'s own number soon after', async () => {
    citizen = await visitors.open(mode);
    await fillAll(citizen, { name: ['Olga', `Spisová ${id}`], email: `olga${id}@posta.example`, town: { name: 'Liberec', zip: '460 01' } });
    await citizen.turn(citizen.button(/^Odeslat: /));
    sent = await ticket(citizen);
    const until = Date.now() + 30_000;
    while (!/Číslo jednací úřadu\s+ESS \d{5}\/\d{4}/.test(await citizen.text())) {
      assert.ok(Date.now() < until, 'the number of the office comes');
      await citizen.page.waitForTimeout(300);
      if (!citizen.js) await citizen.page.reload();
    }
    await citizen.look();
    await citizen.says('Spisová služba úřadu podání zapsala');
  });

  await step('the clerk sees each step and the number', async () => {
    const clerk = await staff({ visitors, stand, mode }, OFFICE, 'referát');
    await findCase(clerk, sent.reference);
    await clerk.turn(clerk.link('Předání spisové službě').last());
    await clerk.says('zapsat dokument');
    await clerk.says('ověřit, že má vše');
    assert.match(await clerk.text(), /Číslo jednací úřadu\s+ESS \d{5}\/\d{4}/);
    await clerk.go('/kancelar/predani?vse=1');
    await clerk.says('ESS 0');
  });

  await step('the operator sees systems and numbers, no content', async () => {
    const operator = await staff({ visitors, stand, mode }, '', 'provozovatel');
    await operator.go('/sprava/spisovky');
    await operator.says(url);
    assert.ok(!(await operator.text()).includes('Spisová '), 'no names of people');
  });
}
