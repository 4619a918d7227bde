// The operator's side: point 8 of the story.
import assert from 'node:assert/strict';
import { staff } from './staff.mjs';

export async function operator({ visitors, step, mode, stand, post, id }) {
  const address = `ztracena${id}@posta.example`;
  let v;

  await step('offices, queue and health', async () => {
    v = await staff({ visitors, stand, mode }, '', 'provozovatel');
    await v.go('/sprava');
    await v.says('zapojených úřadů');
    await v.go('/sprava/urady');
    await v.page.getByRole('row').filter({ hasText: 'Městský úřad Hejnice' }).waitFor();
    await v.go('/sprava/urady?vse=1');
    await v.go('/sprava/ulohy');
    await v.says('Pravidelné úlohy');
    await v.go('/sprava/stav');
    await v.says('Databáze');
  });

  await step('a letter the mail server refuses is seen as failed', async () => {
    post.refused.add(address);
    const citizen = await visitors.open(mode);
    await citizen.go('/formulare/kaceni-drevin');
    await citizen.turn(citizen.button(/Začít vyplňovat/));
    await citizen.go('/formulare/kaceni-drevin/pokracovat');
    await citizen.page.locator('#email').fill(address);
    await citizen.turn(citizen.button('Poslat odkaz'));
    await citizen.says('Odkaz je na cestě');
    const until = Date.now() + 20_000;
    const failed = v.page.locator('section').filter({ has: v.page.locator('#selhaly') }).locator('tbody tr');
    for (await v.page.goto('/sprava/posta'); !await failed.count(); await v.page.goto('/sprava/posta')) assert.ok(Date.now() < until, 'the letter fails');
    await v.look();
    assert.match(await failed.first().innerText(), /550/);
    assert.ok(!(await v.text()).includes(address), 'addresses are covered');
  });

  await step('and goes out when a person tries again', async () => {
    post.refused.delete(address);
    await v.turn(v.page.getByRole('row').getByRole('button', { name: /Zkusit znovu/ }).first());
    const until = Date.now() + 20_000;
    for (await v.page.goto('/sprava/posta'); !post.taken.includes(address); await v.page.goto('/sprava/posta')) assert.ok(Date.now() < until, 'the letter goes out');
    await v.go('/sprava/posta');
    assert.equal(await v.page.locator('section').filter({ has: v.page.locator('#selhaly') }).locator('tbody tr').count(), 0);
  });

  await step('others may not look', async () => {
    const clerk = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'referát');
    await clerk.go('/sprava');
    await clerk.says('Sem nemůžete');
    const nobody = await visitors.open(mode);
    await nobody.go('/sprava');
    assert.equal(nobody.path(), '/prihlaseni');
  });
}
