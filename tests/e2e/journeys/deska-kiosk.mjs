// The board's screen in the street: fingers only, keys only, nobody at all, and the network gone.
import assert from 'node:assert/strict';
import { createServer, request as ask } from 'node:http';

const BASE = '/kiosk/deska/hejnice';
const PORTRAIT = { width: 1080, height: 1920 };
const WITHIN = 40_000; // background work on a busy machine

export async function deskaKiosk({ visitors, step, mode, stand }) {
  const line = await cable(stand.base);
  try {
    if (mode.js) await alive(visitors, step, mode, line);
    else await plain(visitors, step, mode, stand);
  } finally {
    await line.stop();
  }
}

async function alive(visitors, step, mode, line) {
  const v = await visitors.open({ ...mode, ...PORTRAIT }, { touch: true, base: line.base });
  const { page } = v;
  const shown = () => page.locator('.list.shown').getAttribute('data-n');
  const tap = (name) => page.getByRole('button', { name }).or(page.getByRole('link', { name })).filter({ visible: true }).first().tap();
  const pass = (seconds) => page.clock.runFor(seconds * 1000);
  const home = () => page.waitForURL((url) => url.pathname === BASE && !url.search);
  let withPictures;

  await step('documents of the board have pictures', async () => { withPictures = await pictured(page); });

  await step('the list turns by itself, a touch stops it, a button lets it go on', async () => {
    await page.clock.install({ time: new Date('2001-01-01T00:00:00Z') }); // the machine's clock is wrong by decades
    await v.go(BASE);
    await large(page);
    await page.clock.pauseAt(new Date('2001-01-01T12:00:00Z'));
    await page.goto(BASE);
    await page.waitForFunction(() => document.querySelector('.js #clock:not([hidden])'));
    const hour = await page.locator('#clock').innerText();
    const truth = new Intl.DateTimeFormat('cs', { timeZone: 'Europe/Prague', hour: 'numeric', minute: '2-digit' });
    assert.ok([0, 60_000].some((ago) => hour === truth.format(Date.now() - ago)), `the screen says ${hour}`);
    assert.equal(await shown(), '1');
    await pass(12);
    assert.equal(await shown(), '2');
    await tap('Předchozí');
    assert.equal(await shown(), '1');
    await pass(30);
    assert.equal(await shown(), '1');
    await tap('Listovat dál samo');
    await pass(12);
    assert.equal(await shown(), '2');
    await tap('Zastavit listování');
    await pass(20);
    assert.equal(await shown(), '2');
  });

  await step('nobody touches it: a warning, then the start in Czech', async () => {
    await page.clock.resume();
    await v.turn(() => tap('English'));
    await v.says('Touch a line to open the whole notice.');
    await v.turn(() => tap('High contrast'));
    await page.clock.pauseAt(new Date('2001-01-02T00:00:00Z'));
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.contrast), 'high');
    await pass(44);
    assert.ok(await page.locator('#leaving').isHidden());
    await pass(2);
    await v.says('Back to the start in');
    await tap('Stay here');
    assert.ok(await page.locator('#leaving').isHidden());
    await pass(46);
    await v.says('Back to the start in');
    await Promise.all([home(), pass(15)]);
    await page.clock.resume();
    await v.says('Co visí na úřední desce');
    await v.look();
  });

  await step('by fingers: an item, its pages, larger, as text, back', async () => {
    await v.go(BASE);
    while (!await page.locator(`.list.shown a[href^="${withPictures}"]`).count()) await tap('Další');
    await v.turn(() => page.locator(`.list.shown a[href^="${withPictures}"]`).tap());
    await v.look();
    await large(page);
    const picture = page.locator('.sheet.shown img');
    const wide = () => picture.evaluate((img) => img.decode().then(() => img.getBoundingClientRect().width));
    const before = await wide();
    await tap('Zvětšit');
    assert.ok(await wide() > 1.5 * before);
    await tap('Zmenšit');
    assert.equal(await wide(), before);
    await page.locator('.sheet.shown summary').tap();
    assert.ok((await page.locator('.sheet.shown .words').innerText()).length > 20);
    await v.look();
    await v.turn(() => tap('Zpět na desku'));
    assert.equal(v.path(), BASE);
  });

  await step('by keys: down, Enter, Escape, Home', async () => {
    const { keyboard } = page;
    await keyboard.press('ArrowRight');
    assert.equal(await shown(), '2');
    await keyboard.press('Home');
    await page.waitForFunction(() => document.querySelector('.list.shown').dataset.n === '1');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    const second = await page.locator('.list.shown a').nth(1).getAttribute('href');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), second);
    await v.turn(() => keyboard.press('Enter'));
    assert.equal(v.path(), second.split('?')[0]);
    await v.turn(() => keyboard.press('Escape'));
    assert.equal(v.path(), BASE);
    for (let i = 0; i < 8; i++) await keyboard.press('ArrowDown'); // over the edge of the first list
    assert.equal(await shown(), '2');
  });

  await step('the network goes: the last state stays, says since when, and lives through a new start', async () => {
    await v.go(BASE);
    await until('kept', () => page.evaluate((base) => caches.match(`${base}/obsah.json`).then(Boolean), BASE));
    await line.cut();
    await pass(31);
    await v.says(/Bez spojení od \d{1,2}:\d\d. Zobrazujeme poslední známý stav./);
    await v.turn(() => page.reload());
    await v.says('Bez spojení od');
    await v.look();
    await v.go(withPictures);
    await v.says('Bez spojení od');
    assert.ok(await page.locator('.sheet.shown img').evaluate((img) => img.decode().then(() => img.naturalWidth)) > 500);
    await v.go(`${BASE}?jazyk=uk&kontrast=1`);
    await v.says('Немає зв’язку з');
    await v.go(`${BASE}/1999-1`);
    assert.equal(v.path(), BASE, 'what is not kept leads to the start');
  });

  await step('the network comes back', async () => {
    await line.mend();
    await pass(31);
    await page.locator('#offline').waitFor({ state: 'hidden' });
    assert.deepEqual(await v.cookies(), [], 'nothing is kept of anybody');
    assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
    v.faults.splice(0, v.faults.length, ...v.faults.filter((f) => !f.includes('ERR_CONNECTION'))); // we cut it ourselves
  });

  await step('narrow, lying down and enlarged', async () => {
    for (const size of [{ width: 320, height: 640 }, { width: 1920, height: 1080 }, { width: 960, height: 540 }]) {
      await page.setViewportSize(size);
      await v.go(BASE);
      await v.go(withPictures);
    }
  });
}

// plain: without JavaScript everything is there as pages and links.
async function plain(visitors, step, mode, stand) {
  const v = await visitors.open(mode, { touch: true });
  await step('without JavaScript: lists, an item, all pages of its document', async () => {
    const first = await v.go(`${BASE}?stat=1`);
    assert.equal(first.status(), 200);
    assert.equal(await v.page.locator('.list:visible').count(), 1);
    await v.turn(v.link('Další'));
    assert.equal(await v.page.locator('.list:visible').getAttribute('data-n'), '2');
    assert.equal(await v.link('Listovat dál samo').count(), 1, 'it stands still till somebody wants otherwise');
    await v.turn(v.page.locator('.list:visible a').first());
    await v.turn(v.link('Zpět na desku'));
    await v.go(await pictured(v.page, stand.base));
    assert.equal(await v.page.locator('.sheet:visible').count(), await v.page.locator('.sheet').count());
    await v.page.locator('summary').first().tap();
    assert.ok((await v.page.locator('.words').first().innerText()).length > 20);
    await v.turn(v.link('Українська'));
    await v.says('Назад до дошки');
  });
}

// pictured waits until the background work has drawn a document and gives the address of its item.
async function pictured(page, base = '') {
  const drawn = await until('drawn', async () => {
    const { files } = await (await page.request.get(`${base}${BASE}/obsah.json`)).json();
    return files.find((href) => href.includes('/strana/'));
  });
  return `${BASE}/${drawn.split('/')[4]}`;
}

// until asks again and again, in real time, until the answer is yes.
async function until(what, yes) {
  for (const end = Date.now() + WITHIN; ;) {
    const answer = await yes();
    if (answer) return answer;
    assert.ok(Date.now() < end, `not ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

// large: letters of at least 24 px, and at least 64 px to touch.
async function large(page) {
  const small = await page.evaluate(() => {
    const visible = (el) => el.getClientRects().length > 0 && getComputedStyle(el).visibility === 'visible' && !el.closest('.visually-hidden, .skip');
    const bad = [];
    for (const el of document.querySelectorAll('body *')) {
      if (!visible(el)) continue;
      const says = [...el.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
      if (says && parseFloat(getComputedStyle(el).fontSize) < 24) bad.push(`letters: ${el.outerHTML.slice(0, 80)}`);
      const box = el.getBoundingClientRect();
      if (el.matches('a, button, summary') && (box.width < 64 || box.height < 64)) bad.push(`to touch: ${el.outerHTML.slice(0, 80)}`);
    }
    return bad;
  });
  assert.deepEqual(small, []);
  // AAA: 7 : 1
  const faint = await page.evaluate(async () => {
    if (!window.axe) return [];
    const { violations } = await window.axe.run(document, { runOnly: ['color-contrast-enhanced'], resultTypes: ['violations'] });
    return violations.flatMap((v) => v.nodes.map((n) => n.failureSummary.slice(0, 200)));
  });
  assert.deepEqual(faint, []);
}

// cable is the network between the screen and the server: it can be cut.
async function cable(to) {
  const { hostname, port } = new URL(to);
  const open = new Set();
  const server = createServer((req, res) => {
    const on = ask({ hostname, port, path: req.url, method: req.method, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode, answer.headers);
      answer.pipe(res);
    });
    on.on('error', () => res.destroy());
    req.pipe(on);
  });
  server.on('connection', (socket) => { open.add(socket); socket.on('close', () => open.delete(socket)); });
  const listen = (at) => new Promise((resolve) => { server.listen(at, '127.0.0.1', resolve); });
  const stop = () => new Promise((resolve) => { server.close(resolve); for (const socket of open) socket.destroy(); });
  await listen(0);
  const own = server.address().port;
  return { base: `http://127.0.0.1:${own}`, cut: stop, mend: () => listen(own), stop: () => (server.listening ? stop() : undefined) };
}
