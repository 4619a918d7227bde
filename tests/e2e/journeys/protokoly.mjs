// The sealed log: the list of days, what an empty one says, and the check of a number by anybody.
import assert from 'node:assert/strict';
import { staff } from './staff.mjs';

export async function protokoly({ visitors, step, mode, stand }) {
  await step('who may see the log finds its sealed days', async () => {
    const admin = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'správa úřadu');
    await admin.go('/kancelar/protokol');
    await admin.says('Transakční protokoly');
    const days = admin.page.locator('tbody tr');
    if (await days.count()) { // the night may have passed already
      await admin.turn(admin.page.getByRole('link', { name: /^Ověřit/ }).first());
      await admin.says('Protokol je v pořádku');
    } else {
      await admin.says('Zatím tu není žádný protokol');
    }
    await admin.go('/kancelar/sprava/zaznam');
    await admin.says('protokoly zobrazeny');
  });

  await step('a clerk may not, and the try is in the log', async () => {
    const clerk = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'referát');
    await clerk.go('/kancelar/protokol');
    await clerk.says('Sem nemůžete');
  });

  await step('a number that no log has', async () => {
    const v = await visitors.open(mode);
    await v.go('/overeni');
    await v.page.locator('#urad-protokol').selectOption({ label: 'Městský úřad Hejnice' });
    await v.page.locator('#protokol').fill('HEJ/2026/99999-1');
    await v.turn(v.button('Ověřit protokol'));
    await v.says('Takový protokol tu není.');
    assert.equal(await v.page.locator('#protokol').inputValue(), 'HEJ/2026/99999-1');
  });
}
