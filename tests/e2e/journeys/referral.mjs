// The wrong municipality, and an office that does not take part: points 6 and 7 of the story.
import assert from 'node:assert/strict';
import { FORM, fillAll, ticket } from './felling.mjs';
import { pdfText } from './citizen.mjs';
import { mail } from './mailbox.mjs';
import { findCase, staff } from './staff.mjs';

export async function referral({ visitors, step, mode, stand, id }) {
  const email = `petr.referral${id}@posta.example`;
  const citizen = await visitors.open(mode);
  let sent, number;

  await step('a citizen sends to the wrong office', async () => {
    await fillAll(citizen, { name: ['Petr', `Omylný ${id}`], email });
    await citizen.turn(citizen.button(/^Odeslat: Městský úřad Hejnice/));
    sent = await ticket(citizen);
  });

  await step('the clerk forwards it to the competent office in one step', async () => {
    const desk = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'referát');
    await findCase(desk, sent.reference);
    await desk.turn(desk.link('Postoupit jinému úřadu'));
    await desk.page.locator('#obec').fill('Frýdlant');
    await desk.turn(desk.button('Najít úřad'));
    if (!await desk.page.locator('#cil').count()) await desk.turn(desk.page.locator('.pick a').filter({ hasText: /Frýdlant, okres Liberec|^\s*Frýdlant\s*$/ }).first());
    assert.match(await desk.page.locator('#cil').innerText(), /Frýdlant/);
    assert.match(await desk.page.locator('#why').inputValue(), /§ 12/);
    await desk.turn(desk.button('Postoupit'));
    await desk.says(/Postoupeno: .*Frýdlant/);
    number = (await desk.page.getByText('Tam má podání číslo').innerText()).match(/číslo (\S+?)\.? /)[1];
    assert.equal(await desk.page.locator('#ukony').count(), 0, 'nothing more to do here');
  });

  await step('the citizen sees who has it now and why, with the new number', async () => {
    if (citizen.js) await citizen.says('Podání postoupeno jinému úřadu');
    else await citizen.page.reload();
    await citizen.look();
    const text = await citizen.text();
    for (const part of ['Městský úřad Frýdlant', 'Podání postoupeno jinému úřadu', '§ 12', number.replace(/-\d+$/, '')]) assert.ok(text.includes(part), `the page says ${part}`);
    assert.match(await mail(await visitors.open(mode), email, /postoup|předáno|jin[ýé]/i), /Frýdlant/);
  });

  await step('the other office has it among its new items', async () => {
    const desk = await staff({ visitors, stand, mode }, 'Městský úřad Frýdlant', 'podatelna');
    await findCase(desk, sent.reference);
    await desk.says(/Postoupil Městský úřad Hejnice/);
    await desk.turn(desk.link('Přidělit kolegovi'));
    await desk.page.getByRole('radio').first().check();
    await desk.turn(desk.button('Přidělit'));
    await desk.says(/vyřizuje /);
  });
}

export async function elsewhere({ visitors, step, mode, id }) {
  const v = await visitors.open(mode);
  const town = { name: 'Albrechtice v Jizerských horách', zip: '468 43' };

  await step('an office that does not take part: contact, nothing to send', async () => {
    await fillAll(v, { name: ['Ota', 'Mimoň'], email: `ota.elsewhere${id}@posta.example`, town });
    const text = await v.text();
    assert.match(text, /Odeslat odtud to bohužel nejde/);
    assert.match(text, /datová schránka demo001/);
    assert.equal(await v.button(/^Odeslat/).count(), 0);
  });

  await step('her filled form as a PDF', async () => {
    const answer = await v.context.request.get(await v.link('Stáhnout vyplněný formulář').getAttribute('href'));
    assert.equal(answer.headers()['content-type'], 'application/pdf');
    assert.match(await pdfText(await answer.body()), /smrk ztepilý/);
  });

  await step('sending it by hand all the same accepts nothing', async () => {
    const page = await (await v.context.request.get(`${FORM}/kontrola`)).text();
    const csrf = page.match(/name="_csrf" value="([^"]+)"/);
    const answer = await v.context.request.post(`${FORM}/odeslat`, { form: { _csrf: csrf?.[1] ?? '', _revision: '99' }, maxRedirects: 0 });
    assert.ok([403, 422].includes(answer.status()), `status ${answer.status()}`);
    await v.go(`${FORM}/kontrola`);
    assert.equal(v.path(), `${FORM}/kontrola`, 'the draft is still a draft');
  });
}
