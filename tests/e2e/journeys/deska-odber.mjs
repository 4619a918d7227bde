// Everyone is told: a resident subscribes to the board by e-mail, the village's site shows it, another system is called.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { mail } from './mailbox.mjs';
import { staff } from './staff.mjs';

const OFFICE = 'Městský úřad Hejnice';
const HOOKS = '/kancelar/sprava/deska/oznameni';

export async function deskaOdber({ visitors, step, mode, stand, id }) {
  const email = `odber${id}@posta.example`;
  const title = `Oznámení o kácení jasanů ${id}`;
  const v = await visitors.open(mode);
  const { page } = v;
  const village = await otherSystem();
  let admin, hook, number;
  // Journeys go on beside each other at one office: only calls about the own notice count.
  const calls = () => village.calls.filter((c) => JSON.parse(c.body).notice?.title === title);

  await step('a subscription filled in by the link of a board, another office found', async () => {
    await v.go('/odber?urad=hejnice&slova=kacen+jasan');
    assert.ok(await page.locator('#urad-hejnice').isChecked());
    await page.locator('#hledat').fill('Frýdlant');
    await v.turn(v.button('Najít'));
    await page.locator('#urad-frydlant').check();
    assert.ok(await page.locator('#urad-hejnice').isChecked(), 'what was chosen stays');
    await page.getByText('Jen některé druhy oznámení').click();
    await page.locator('#druh-oznameni').check();
    await page.locator('#kdy-hned').check();
    await page.locator('#email').fill('jana');
    await v.turn(v.button('Objednat odběr'));
    await page.locator('.error-summary').getByText('E-mailová adresa není úplná').waitFor();
    assert.ok(await page.locator('#druh-oznameni').isChecked() && await page.locator('#kdy-hned').isChecked(), 'what was typed stays');
    await page.locator('#email').fill(email);
    await v.turn(v.button('Objednat odběr'));
    assert.equal(v.path(), '/odber/odeslano');
  });

  await step('confirmed by a button of the page that the mail leads to', async () => {
    await mail(v, email, 'Potvrďte odběr');
    const link = await page.locator('.letter a[href*="/odber/potvrdit/"]').getAttribute('href');
    const robot = await v.context.request.get(link); // programs that examine mails look at links
    assert.equal(robot.status(), 200);
    await v.go(link);
    await v.says('kacen jasan');
    await v.turn(v.button('Potvrdit odběr'));
    await v.says('odběr je potvrzený');
  });

  await step('an administrator has another system told', async () => {
    admin = await staff({ visitors, stand, mode }, OFFICE, 'správa úřadu');
    await admin.go(HOOKS);
    await admin.turn(admin.link('Přidat příjemce'));
    village.secret = (await admin.page.locator('#shown').innerText()).trim();
    await admin.fill({ url: 'obec.cz' });
    await admin.turn(admin.button('Uložit příjemce'));
    await admin.page.locator('.error-summary').waitFor();
    assert.equal((await admin.page.locator('#shown').innerText()).trim(), village.secret, 'the copied secret holds');
    await admin.fill({ url: `${village.url}/prijem` });
    await admin.turn(admin.button('Uložit příjemce'));
    hook = admin.path();
    village.answer = 500;
  });

  await step('what is posted comes by mail, and once only', async () => {
    const clerk = await staff({ visitors, stand, mode }, OFFICE, 'referát');
    const answer = await clerk.context.request.post('/kancelar/deska/nove', { headers: { 'Sec-Fetch-Site': 'same-origin' }, maxRedirects: 0,
      form: { title, kind: 'oznameni', issuer: OFFICE, text: 'Kácení proběhne v listopadu.', when: 'now', until: 'law', place: '564044' } });
    assert.equal(answer.status(), 303, await answer.text());
    const text = await mail(v, email, title);
    assert.match(text, /Jiné úřední oznámení, Městský úřad Hejnice/);
    await page.goto('/demo/posta');
    assert.equal(await page.locator('tbody tr').filter({ hasText: email }).filter({ hasText: title }).count(), 1);
    await v.turn(page.locator('tbody tr').filter({ hasText: email }).filter({ hasText: title }).getByRole('link').first());
    await v.go(await page.locator('.letter a[href*="/deska/"]').first().getAttribute('href'));
    await v.says(title);
    number = v.path().split('/').at(-1);
  });

  await step('the other system was called, failed, is called again by hand, and can trust the call', async () => {
    await village.until(() => calls().length > 0);
    const row = admin.page.locator('tbody tr').filter({ hasText: `/${number}/posted` });
    for (let i = 0; ; i++) {
      await admin.page.goto(hook);
      if (await row.getByText('příjemce odpověděl 500').count()) break;
      assert.ok(i < 40, 'the failure shows');
    }
    await admin.look();
    await admin.says('zprávy nedocházejí');
    village.answer = 204;
    await admin.turn(row.getByRole('button', { name: 'Poslat znovu' }));
    await village.until(() => calls().length > 1);
    const { signature, body } = calls().at(-1);
    const [, at, sum] = signature.match(/^t=(\d+),v1=([0-9a-f]{64})$/);
    assert.equal(createHmac('sha256', village.secret).update(`${at}.${body}`).digest('hex'), sum, 'the signature fits');
    const told = JSON.parse(body);
    assert.equal(told.event, 'posted');
    assert.equal(told.notice.title, title);
    await admin.go(hook);
    await admin.turn(admin.button('Vypnout'));
    await admin.says('vypnuto');
  });

  await step('the village shows the board on its own site', async () => {
    await v.go('/urady/hejnice/deska/vlozeni');
    const code = await page.locator('textarea').first().inputValue();
    village.page = `<!DOCTYPE html><html lang="cs"><title>Obec</title><h1>Obec</h1>${code}</html>`;
    await page.goto(`${village.url}/web`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('link', { name: title }).click();
    await page.waitForURL(/\/urady\/hejnice\/deska\/\d+-\d+$/); // in the whole window
    await v.says(title);
    await v.go('/urady/hejnice/deska/widget');
  });

  await step('ended by the mailbox itself, and nothing is kept', async () => {
    await mail(v, email, title);
    const at = await page.locator('.letter a[href*="/odber/"]').last().getAttribute('href');
    await v.go(at);
    await page.locator('#kdy-denne').check();
    await v.turn(v.button('Uložit změny'));
    await v.says('Odběr je změněný');
    await v.turn(v.link('Ukončit odběr'));
    const mailbox = await fetch(`${stand.base}${new URL(at, stand.base).pathname}/konec`, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
    assert.equal(mailbox.status, 200);
    await v.turn(v.button('Ukončit odběr'));
    await v.says('Odběr skončil');
    assert.ok(!(await (await v.context.request.get('/demo/posta')).text()).includes(email), 'no mail of hers is kept');
    await village.stop();
  });
}

// otherSystem is a server of somebody else: it takes calls and shows the village's site.
async function otherSystem() {
  const it = { answer: 204, calls: [], secret: '', page: '' };
  const server = createServer((request, response) => {
    if (request.url === '/web') {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(it.page);
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => { body += chunk; }).on('end', () => {
      it.calls.push({ signature: request.headers['epom-signature'], body });
      response.statusCode = it.answer;
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  it.url = `http://127.0.0.1:${server.address().port}`;
  it.stop = () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
  it.until = async (ok) => {
    for (const end = Date.now() + 15_000; !ok(); await new Promise((resolve) => setTimeout(resolve, 50))) assert.ok(Date.now() < end, 'the call comes');
  };
  return it;
}
