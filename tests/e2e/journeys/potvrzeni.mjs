// An unsigned submission is confirmed: the page of ways, a refused file, and a counter of an office that does not have it.
import assert from 'node:assert/strict';
import { pdfText } from './citizen.mjs';
import { fillAll, ticket } from './felling.mjs';
import { findCase, staff } from './staff.mjs';

export async function potvrzeni({ visitors, step, mode, stand, id }) {
  const citizen = await visitors.open(mode);
  let sent;

  await step('the page says until when and how to confirm', async () => {
    await fillAll(citizen, { name: ['Iva', `Nepodepsaná ${id}`], email: `iva.potvrzeni${id}@posta.example` });
    await citizen.turn(citizen.button(/^Odeslat: Městský úřad Hejnice/));
    sent = await ticket(citizen);
    await citizen.says(/Podání prosím potvrďte do/);
    await citizen.turn(citizen.link('Jak podání potvrdit'));
    await citizen.says('Na přepážce kteréhokoli zapojeného úřadu');
    await citizen.look();
  });

  await step('a file that nobody signed is refused in plain words', async () => {
    await citizen.page.locator('#podepsany').setInputFiles({ name: 'jiny.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 nic') });
    await citizen.turn(citizen.button('Nahrát podepsané podání'));
    await citizen.says(/nejde přečíst jako PDF/);
    await citizen.look();
  });

  await step('a clerk of another office confirms it by a document of identity', async () => {
    const desk = await staff({ visitors, stand, mode }, 'Městský úřad Frýdlant', 'podatelna');
    await desk.go('/kancelar/potvrzeni');
    await desk.look();
    await desk.page.locator('#cislo').fill(sent.reference.toLowerCase());
    await desk.page.locator('#kod').fill(sent.pin);
    await desk.turn(desk.button('Najít podání'));
    await desk.says('Značka podání a kód lístku k sobě nepatří');
    await desk.look();
    await desk.page.locator('#kod').fill(await slipCode(citizen, sent.reference));
    await desk.turn(desk.button('Najít podání'));
    await desk.says('Porovnejte s dokladem');
    await desk.says(`Iva Nepodepsaná ${id}`);
    await desk.page.locator('#konec').fill('1');
    await desk.turn(desk.button('Totožnost souhlasí, potvrdit'));
    await desk.says('Vyberte, jakým dokladem osoba prokázala totožnost.');
    await desk.look();
    await desk.page.getByRole('radio', { name: 'občanský průkaz' }).check();
    await desk.page.locator('#konec').fill('78A');
    await desk.turn(desk.button('Totožnost souhlasí, potvrdit'));
    await desk.says('Podání je potvrzené');
    assert.equal(await desk.page.locator('#konec').count(), 0, 'nothing more to confirm');
    assert.ok(!(await desk.page.locator('main').innerText()).includes('Nepodepsaná'), 'a used slip names nobody');
  });

  await step('the citizen and the office that has it see it', async () => {
    await citizen.go(`/podani/${sent.reference}`);
    await citizen.says('Podání je potvrzené na přepážce');
    await citizen.look();
    const desk = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'referát');
    await findCase(desk, sent.reference);
    await desk.says('Potvrzeno na přepážce');
    await desk.says(/číslo končí 78A/);
    await desk.look();
  });
}

// slipCode reads the code of the slip as a person would: from the paper.
async function slipCode(v, reference) {
  const answer = await v.context.request.get(`/podani/${reference}/listek.pdf`);
  const text = await pdfText(await answer.body());
  const found = text.match(/Kód lístku\s+(\d{3}\s?\d{3})/);
  assert.ok(found, `the slip has no code: ${text}`);
  return found[1];
}
