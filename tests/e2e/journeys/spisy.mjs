// A file of the office's own: opened, classified, closed with what was missing, handed over to the records store; the scheme, disposal.
import assert from 'node:assert/strict';
import { staff } from './staff.mjs';

export async function spisy({ visitors, step, mode, stand, id }) {
  const clerk = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'referát');
  const subject = `Revize mostku ${id}`;
  let file;

  await step('a file is opened and has its class', async () => {
    await clerk.go('/kancelar/spisy/novy');
    await clerk.turn(clerk.button('Otevřít spis'));
    await clerk.says('Napište, čeho se věc týká.');
    await clerk.fill({ subject });
    await clerk.turn(clerk.button('Otevřít spis'));
    await clerk.says('Nový spis má značku');
    file = await clerk.page.getByRole('link', { name: subject }).first().getAttribute('href').catch(() => null)
      ?? await clerk.page.locator('tr', { hasText: subject }).locator('a').first().getAttribute('href');
    await clerk.go(`${file}/obsah`);
    assert.match(await clerk.text(), /71\.6/);
  });

  await step('another class is chosen', async () => {
    await clerk.go(`${file}/zarazeni?hledat=komunikace`);
    await clerk.page.locator('label.choice', { hasText: 'Místní komunikace' }).first().click();
    await clerk.turn(clerk.button('Zařadit'));
    await clerk.says('Spis je zařazený do skupiny 121.2.');
  });

  await step('an open file names what it lacks', async () => {
    await clerk.go(`${file}/uzavrit`);
    await clerk.says('Spis ještě není vyřízený.');
    await clerk.turn(clerk.button('Vyřídit spis'));
    await clerk.says('Napište, jak a proč byla věc vyřízena jinak.');
    await clerk.fill({ why: 'mostek je v pořádku' });
    await clerk.turn(clerk.button('Vyřídit spis'));
    await clerk.says('Spis je vyřízený.');
  });

  await step('it closes, refuses changes and opens with a reason', async () => {
    await clerk.go(`${file}/uzavrit`);
    await clerk.turn(clerk.button('Uzavřít spis'));
    await clerk.says('Spis je uzavřený a nemění se');
    await clerk.turn(clerk.button('Znovu otevřít spis'));
    await clerk.says('Napište, proč se spis znovu otevírá.');
    await clerk.fill({ why: 'omyl' });
    await clerk.turn(clerk.button('Znovu otevřít spis'));
    await clerk.turn(clerk.button('Uzavřít spis'));
    await clerk.says('Čeká na předání do spisovny');
  });

  await step('it is handed over to the store and taken over', async () => {
    await clerk.go('/kancelar/spisovna');
    await clerk.turn(clerk.button('Předat do spisovny'));
    await clerk.says('Předávací protokol má číslo');
    await clerk.turn(clerk.page.getByRole('link', { name: /předání/ }).first());
    await clerk.turn(clerk.button('Převzít do spisovny'));
    await clerk.says('Spisy jsou převzaté do spisovny.');
    assert.match(await clerk.text(), new RegExp(subject));
  });

  await step('disposal has nothing to propose yet, a hold needs a reason', async () => {
    const room = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'podatelna');
    await room.go('/kancelar/skartace');
    await room.says('Letos není co navrhnout');
  });

  await step('the administrator reads the scheme and is told what is wrong with a file', async () => {
    const admin = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'správa úřadu');
    await admin.go('/kancelar/sprava/spisovy-plan');
    await admin.page.getByText('Převzít plán ze souboru').click();
    await admin.page.locator('#file').setInputFiles({ name: 'plan.csv', mimeType: 'text/csv', buffer: Buffer.from('znak;název;skart.\n1;Jedna;A/5\n1;Dvě;S/5\n') });
    await admin.fill({ from: '1. 1. 2030' });
    await admin.turn(admin.button('Převzít plán'));
    await admin.says('Řádek 3: spisový znak 1 už má řádek 2.');
  });
}
