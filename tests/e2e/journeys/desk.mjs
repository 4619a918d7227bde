// The desk without a mouse, pages at twice their size, in other languages and looks.
import assert from 'node:assert/strict';
import { staff } from './staff.mjs';

export async function keyboard({ visitors, step, mode, stand }) {
  const v = await staff({ visitors, stand, mode }, 'Městský úřad Frýdlant', 'podatelna');
  const keys = v.page.keyboard;
  const current = () => v.page.locator('[data-row].is-current');

  await step('j and k move, Enter opens', async () => {
    await v.go('/kancelar?pohled=vse');
    const rows = await v.page.locator('[data-row]').count();
    assert.ok(rows >= 2, `${rows} rows`);
    await keys.press('j');
    await keys.press('j');
    const second = await v.page.locator('[data-row]').nth(1).locator('a').first().getAttribute('href');
    assert.equal(await current().locator('a').first().getAttribute('href'), second);
    await keys.press('k');
    await keys.press('j');
    await seen(v);
    await v.turn(() => keys.press('Enter'));
    assert.equal(v.path(), second);
  });

  await step('/ searches, ? helps, Escape closes', async () => {
    await keys.press('?');
    await v.page.locator('#shortcuts').waitFor();
    await v.look();
    await keys.press('Escape');
    await v.page.locator('#shortcuts').waitFor({ state: 'hidden' });
    await keys.press('/');
    assert.equal(await v.page.evaluate(() => document.activeElement.id), 'hledat');
    await keys.type('frydlant');
    await v.turn(() => keys.press('Enter'));
    assert.equal(v.path(), '/kancelar/hledat');
  });

  await step('every focus is seen on the way through the page', async () => {
    await v.go('/kancelar');
    for (let i = 0; i < 25; i++) {
      await keys.press('Tab');
      await seen(v);
    }
  });

  await step('the first Tab offers to skip to the content', async () => {
    await v.go('/');
    await keys.press('Tab');
    assert.equal(await v.page.evaluate(() => document.activeElement.getAttribute('href')), '#obsah');
    await seen(v);
    await keys.press('Enter');
    assert.equal(await v.page.evaluate(() => document.activeElement.id), 'obsah');
    for (let i = 0; i < 8; i++) {
      await keys.press('Tab');
      await seen(v);
    }
  });
}

// seen: what has the focus lies in the window, is not covered, and shows a ring.
async function seen(v) {
  const fault = await v.page.evaluate(() => {
    const el = document.activeElement;
    if (!el || el === document.body) return '';
    const box = el.getBoundingClientRect();
    const style = getComputedStyle(el);
    const around = getComputedStyle(el.closest('label, .choice, .card-link') ?? el);
    const what = el.outerHTML.slice(0, 100);
    if (box.bottom < 0 || box.top > innerHeight) return `out of the window: ${what}`;
    const ring = [style, around].some((s) => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none');
    return ring ? '' : `no ring: ${what}`;
  });
  assert.equal(fault, '');
}

// At 200 % a window of 1280 px shows 640 px.
export async function zoom({ visitors, step, mode, stand }) {
  const half = { ...mode, name: '200 %', width: 640, height: 450 };
  await step('public pages at 200 %', async () => {
    const v = await visitors.open(half, { scale: 2 });
    for (const path of ['/', '/formulare', '/formulare/kaceni-drevin', '/urady', '/urady/hejnice', '/podani', '/overeni', '/pristupnost', '/prihlaseni', '/nic-takoveho']) await v.go(path);
  });
  await step('the desk at 200 %', async () => {
    const v = await staff({ visitors, stand, mode: half }, 'Městský úřad Frýdlant', 'správa úřadu');
    for (const path of ['/kancelar/sprava', '/kancelar/sprava/lide', '/kancelar/sprava/utvary', '/kancelar/sprava/prislusnost', '/kancelar/sprava/zaznam', '/kancelar/ucet']) await v.go(path);
    const clerk = await staff({ visitors, stand, mode: half }, 'Městský úřad Hejnice', 'referát');
    for (const path of ['/kancelar', '/kancelar/posta', '/kancelar/denik', '/kancelar/spisy', '/kancelar/lhuty']) await clerk.go(path);
  });
}

export async function languages({ visitors, step, mode }) {
  await step('English and Ukrainian pages', async () => {
    for (const [lang, word] of [['en', /Where do I take this|office/i], ['uk', /[іїєґ]/]]) {
      const v = await visitors.open(mode);
      await v.go(`/?lang=${lang}`);
      assert.equal(await v.page.evaluate(() => document.documentElement.lang), lang);
      assert.match(await v.text(), word);
      for (const path of ['/formulare', '/formulare/kaceni-drevin', '/urady/hejnice', '/podani', '/pristupnost']) await v.go(path);
    }
  });
}

export async function looks({ visitors, step, mode }) {
  const v = await visitors.open(mode);
  await step('every part pages are made of, in each of its states', async () => {
    for (const path of ['/demo/vzhled', '/demo/vzhled/kancelar']) await v.go(path);
  });
  await step('only the look that would change something is offered, and it stays', async () => {
    await v.go('/pristupnost');
    const offered = v.page.locator('footer a[data-theme-to]:visible');
    const words = { light: ['Tmavý vzhled', 'Světlý vzhled'], dark: ['Světlý vzhled', 'Tmavý vzhled'] }[mode.scheme];
    assert.deepEqual(await offered.allInnerTexts(), [words[0]]);
    if (v.js) await Promise.all([v.page.waitForResponse(/theme=/), offered.click()]);
    else await v.turn(offered);
    assert.deepEqual(await offered.allInnerTexts(), [words[1]]);
    if (v.js) assert.equal(await v.page.evaluate(() => document.activeElement.textContent), words[1], 'the focus is not lost');
    await v.go('/urady');
    assert.deepEqual(await offered.allInnerTexts(), [words[1]]);
  });
}
