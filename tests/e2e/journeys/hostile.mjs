// What goes wrong: two tabs, hostile words and files, sessions that end, guessing.
import assert from 'node:assert/strict';
import { file, pdf } from '../papers.mjs';
import { FORM, begin, fillAll, onward, person, pick, place, relation, ticket } from './felling.mjs';
import { findCase, staff } from './staff.mjs';

const WORDS = [
  '<script>alert(1)</script>"><img src=x onerror=alert(2)>', '\u202Eobrácený text\u202C مرحبا بالعالم', '👩‍🚒🌳 Příliš žluťoučký kůň',
  `'"; DROP TABLE submission; -- {{.}} \${7*7} %s %n`, 'ﷺ'.repeat(20),
];

// plain is a text as it is kept: marks that turn the direction of writing could make a name look like another.
const plain = (text) => text.replace(/[\u202A-\u202E]/g, '');

export async function twoTabs({ visitors, step, mode }) {
  const first = await visitors.open(mode);
  let second;
  const another = async () => {
    const v = await visitors.open(mode);
    await v.context.addCookies(await first.cookies());
    return v;
  };

  await step('the second tab is told which field changed and keeps what was typed', async () => {
    await begin(first);
    await relation(first); await onward(first);
    await place(first); await onward(first);
    second = await another();
    for (const v of [first, second]) await v.go(`${FORM}/misto`);
    await first.fill({ popis_mista: 'Napsáno v prvním okně' });
    await onward(first);
    await second.fill({ popis_mista: 'Napsáno v druhém okně' });
    await second.turn(second.button(/^Pokračovat/).last());
    await second.says('Mezitím jste to změnili jinde');
    await second.page.locator('.error-summary strong').filter({ hasText: 'Popište místo' }).waitFor();
    assert.equal(await second.field('popis_mista').inputValue(), 'Napsáno v druhém okně');
    await onward(second);
    assert.equal(second.path(), `${FORM}/dreviny`);
  });

  await step('what was not seen cannot be sent', async () => {
    await fillAll(first, { name: ['Dvě', 'Okna'], email: 'dve.okna@posta.example' }, { going: true });
    second = await another();
    await second.go(`${FORM}/duvod?zpet=kontrola`);
    await second.fill({ duvod: 'Úplně jiný důvod napsaný v druhém okně.' });
    await onward(second);
    await first.turn(first.button(/^Odeslat: /));
    await first.says('Nic jsme zatím neodeslali');
    await first.page.locator('.error-summary strong').filter({ hasText: /kácet/ }).waitFor();
    await first.says('Úplně jiný důvod napsaný v druhém okně.');
    await first.turn(first.button(/^Odeslat: /));
    await first.says('Přijato');
  });
}

export async function words({ visitors, step, mode, stand }) {
  const v = await visitors.open(mode);
  let sent;

  await step('hostile words are kept as they are', async () => {
    await v.go('/formulare/obecne-podani');
    await v.turn(v.button(/Začít vyplňovat/));
    await v.option('urad', 'obec').check();
    await pick(v, 'obec', 'hejnice', /^Hejnice/);
    await onward(v);
    const long = `${'ž'.repeat(5000)}\n\n${WORDS.join('\n')}`;
    await v.fill({ vec: WORDS[0], text: long });
    await onward(v);
    await v.go('/formulare/obecne-podani/obsah');
    assert.equal(await v.field('vec').inputValue(), WORDS[0]);
    assert.equal(await v.field('text').inputValue(), plain(long));
    for (const word of WORDS.slice(1)) {
      await v.fill({ vec: word });
      await onward(v);
      await v.go('/formulare/obecne-podani/obsah');
      assert.equal(await v.field('vec').inputValue(), plain(word));
    }
    await v.fill({ vec: 'x'.repeat(10_000) });
    await v.turn(v.button(/^Pokračovat/).last());
    const kept = (await v.field('vec').inputValue()).length;
    assert.ok(kept > 2000, 'what is too long is kept as far as it can be');
    await v.page.locator('.error-summary').getByText(`jen začátek, počet znaků: ${kept}.`).waitFor();
    await v.fill({ vec: WORDS[0] });
    await onward(v);
  });

  await step('and shown escaped, to the citizen and to the clerk', async () => {
    await person(v, ['<b>Eva</b>', 'O\'Brien "Q"']);
    await onward(v);
    await v.fill({ email: 'slova@posta.example' });
    await v.option('jina_adresa', 'ne').check();
    if (await v.option('pravda', 'true').count()) await v.option('pravda', 'true').check();
    await onward(v);
    await v.says('<script>alert(1)</script>');
    await v.turn(v.button(/^Odeslat: /));
    sent = await ticket(v);
    assert.equal(await v.page.locator('img[src="x"]').count(), 0);
    const desk = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'referát');
    await findCase(desk, sent.reference);
    await desk.says('<script>alert(1)</script>');
    await desk.says('<b>Eva</b>');
    assert.equal(await desk.page.locator('main b, main img[src="x"]').count(), 0);
  });
}

export async function files({ visitors, step, mode }) {
  const v = await visitors.open(mode);
  const input = v.page.locator('input[type="file"][name="nakres"]');
  const upload = async (...list) => {
    await input.setInputFiles(list);
    if (v.js) await v.settled();
    else await v.turn(v.page.locator('button[name="_refresh"][value="nakres"]'));
  };
  const refused = async (list, text) => {
    await upload(...list);
    await v.page.locator('.error-summary, .field-error:not([hidden])').getByText(text).first().waitFor();
    await v.look();
  };

  await step('files that cannot be taken are named, with the reason', async () => {
    await fillAll(v, { name: ['Soubory', 'Zlé'], email: 'soubory@posta.example' }, { until: 'prilohy' });
    await refused([file('prázdný.pdf', Buffer.alloc(0))], /prázdný/);
    await refused([file('program.exe', Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0'), 'application/octet-stream')], /program\.exe/);
    await refused([file('přejmenovaný.pdf', Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0'), 'application/pdf')], /přejmenovaný\.pdf/);
  });

  await step('a file over the limit of the office is refused', async () => {
    await refused([file('velký.pdf', Buffer.concat([pdf(), Buffer.alloc(21 << 20, 32)]))], /příliš velk|velký\.pdf/);
  });

  await step('a name that climbs out of the folder is only a name; a good file beside bad ones is kept', async () => {
    await upload(file('../../etc/passwd.pdf', pdf('Passwd')));
    await v.page.locator('.files .name').getByText(/passwd\.pdf/).waitFor();
    assert.ok(!(await v.page.locator('.files .name').innerText()).includes('/'));
    await onward(v);
    assert.equal(v.path(), `${FORM}/zadatel`);
  });
}

export async function sessions({ visitors, step, mode, stand }) {
  const text = 'Doplňte prosím souhlas spoluvlastníka. Text, který se nesmí ztratit.';

  await step('a session that ends in the middle of a form keeps the text and comes back', async () => {
    const desk = await staff({ visitors, stand, mode }, 'Magistrát města Liberec', 'referát');
    await desk.go('/kancelar?pohled=vse');
    const hrefs = await desk.page.locator('li[data-row] a').evaluateAll((list) => list.map((a) => a.getAttribute('href')));
    for (const href of hrefs.filter((h) => h.startsWith('/kancelar/spisy/'))) { // not every file came by the portal
      await desk.go(href);
      if (await desk.link('Vyzvat k doplnění').count()) break;
    }
    await desk.turn(desk.link('Vyzvat k doplnění'));
    await desk.page.locator('#text').fill(text);
    const cookies = await desk.cookies();
    await desk.context.clearCookies({ name: 'epom_session' });
    await desk.turn(desk.button('Poslat výzvu'));
    await desk.says('Přihlášení mezitím skončilo');
    await desk.context.addCookies(cookies); // she signs in in another window
    await desk.turn(desk.button('Odeslat znovu'));
    await desk.says('Čekáme, až občan doplní podání');
    await desk.says(text);
  });

  await step('a wrong password says so; a page of the desk asks to sign in and leads back', async () => {
    const nobody = await visitors.open(mode);
    await nobody.go('/kancelar/denik');
    assert.equal(nobody.path(), '/prihlaseni');
    await nobody.page.locator('#email').fill('referat@liberec.example');
    await nobody.page.locator('#password').fill('nesprávné heslo');
    await nobody.turn(nobody.button('Přihlásit se'));
    await nobody.page.locator('#signin-error').waitFor();
    assert.equal(await nobody.page.locator('#email').inputValue(), 'referat@liberec.example');
  });

  await step('an office sees nothing of another', async () => {
    const hejnice = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'podatelna');
    await hejnice.go('/kancelar?pohled=vse');
    const href = await hejnice.page.locator('li[data-row] a[href^="/kancelar/spisy/"]').first().getAttribute('href');
    const liberec = await staff({ visitors, stand, mode }, 'Magistrát města Liberec', 'podatelna');
    const answer = await liberec.page.goto(href);
    assert.equal(answer.status(), 404);
  });
}

export async function guessing({ visitors, step, mode }) {
  await step('a foreign draft is not to be had', async () => {
    const v = await visitors.open(mode);
    await v.go('/pokracovat/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
    await v.says('Rozepsaný formulář tu není');
    await v.go(`${FORM}/kontrola`);
    await v.says('Rozepsaný formulář tu není');
  });

  await step('a PIN may be guessed five times', async () => {
    const v = await visitors.open(mode);
    const tries = async () => {
      await v.page.locator('#reference').fill('K7MF-3XQP');
      await v.page.locator('#pin').fill('123456');
      await v.turn(v.button('Zobrazit podání'));
    };
    await v.go('/podani');
    for (let i = 0; i < 5; i++) {
      await tries();
      await v.says('k sobě nepatří');
    }
    await tries();
    await v.says('Chvíli počkejte');
  });
}
