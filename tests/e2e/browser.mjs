// A real browser and the visitors in it. Every page a visitor sees is checked (look.mjs).
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { look } from './look.mjs';

export const WAIT = 15_000; // a busy machine is no fault

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export function launch() {
  return chromium.launch({ executablePath: process.env.EPOM_CHROMIUM || '/usr/bin/chromium', args: FLAGS, timeout: 30_000 });
}

// profile opens a browser of its own that keeps its files in a folder, as a device in a hall does.
export async function profile(visitors, dir, mode) {
  const context = await chromium.launchPersistentContext(dir, {
    executablePath: process.env.EPOM_CHROMIUM || '/usr/bin/chromium', args: FLAGS, timeout: 30_000, baseURL: visitors.base, javaScriptEnabled: mode.js,
    viewport: { width: mode.width, height: mode.height }, locale: 'cs-CZ', timezoneId: 'Europe/Prague', colorScheme: mode.scheme, reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(WAIT);
  const visitor = new Visitor(visitors, context, context.pages()[0] ?? await context.newPage(), mode);
  visitors.all.push(visitor);
  return visitor;
}

// The ways people look at the site; light and dark are spread over them.
export const MODES = [
  { name: 'js, 1280 px', js: true, width: 1280, height: 900, scheme: 'light' },
  { name: 'no js, 320 px', js: false, width: 320, height: 640, scheme: 'dark' },
  { name: 'js, 320 px', js: true, width: 320, height: 640, scheme: 'dark' },
];

// Visitors opens people with browsers of their own and closes them all.
export class Visitors {
  constructor(browser, base, report) {
    Object.assign(this, { browser, base, report, all: [], readers: new Map(), examined: report.sum?.examined });
  }

  // open gives a person a fresh browser; `cookies` are those of somebody who was here before, `touch` is a screen for fingers.
  async open(mode, { cookies = [], scale = 1, touch = false, base = this.base } = {}) {
    const context = await this.browser.newContext({
      baseURL: base, hasTouch: touch, javaScriptEnabled: mode.js, viewport: { width: mode.width, height: mode.height },
      colorScheme: mode.scheme, locale: 'cs-CZ', timezoneId: 'Europe/Prague', deviceScaleFactor: scale, reducedMotion: 'reduce', acceptDownloads: true,
    });
    context.setDefaultTimeout(WAIT);
    if (cookies.length) await context.addCookies(cookies);
    const visitor = new Visitor(this, context, await context.newPage(), mode);
    this.all.push(visitor);
    return visitor;
  }

  // reader is a page with JavaScript in which a page seen without it can be examined.
  async reader(mode) {
    const key = `${mode.width} ${mode.scheme}`;
    if (!this.readers.has(key)) {
      const context = await this.browser.newContext({ viewport: { width: mode.width, height: mode.height }, colorScheme: mode.scheme });
      this.readers.set(key, { context, page: await context.newPage() });
    }
    return this.readers.get(key).page;
  }

  async closeAll() {
    await Promise.all(this.all.splice(0).map((v) => v.context.close()));
  }

  async close() {
    await this.closeAll();
    for (const { context } of this.readers.values()) await context.close();
  }

  // pictures keeps what everybody saw when a step failed.
  async pictures(title) {
    const dir = new URL('../../var/e2e/', import.meta.url).pathname;
    await mkdir(dir, { recursive: true });
    const names = [];
    for (const [i, v] of this.all.entries()) {
      const name = `${dir}${this.report.name}-${title}-${i + 1}.png`.replace(/[ ,:·]+/g, '-');
      await v.page.screenshot({ path: name, fullPage: true, timeout: 5000 }).then(() => names.push(`${name} (${v.page.url()})`), () => {});
    }
    return names.join(' ');
  }
}

class Visitor {
  constructor(house, context, page, mode) {
    Object.assign(this, { house, context, page, mode, js: mode.js, faults: [] });
    page.on('pageerror', (err) => this.faults.push(`script: ${err.message}`));
    page.on('console', (message) => this.heard(message));
    page.on('dialog', (dialog) => { this.faults.push(`dialog: ${dialog.message()}`); dialog.dismiss().catch(() => {}); });
  }

  // heard keeps errors of the console. An answer such as 404 or 422 to the page itself is no fault of the page.
  heard(message) {
    if (message.type() !== 'error' && !/Content.Security.Policy/i.test(message.text())) return;
    if (/^Failed to load resource/.test(message.text()) && /status of 4(01|03|04|09|22|29)/.test(message.text())) {
      const path = new URL(message.location().url, this.house.base).pathname;
      if (!path.startsWith('/static/')) return;
    }
    if (this.cut && /ERR_INTERNET_DISCONNECTED/.test(message.text())) return; // the browser notes what it cannot reach
    this.faults.push(`console: ${message.text()}`);
  }

  async go(path) {
    const answer = await this.page.goto(path, { waitUntil: 'load', timeout: WAIT });
    await this.look();
    return answer;
  }

  // turn does something that leads to another page and looks at it.
  async turn(act) {
    await Promise.all([this.page.waitForEvent('load', { timeout: WAIT + 2000 }), typeof act === 'function' ? act() : act.click()]);
    await this.look();
  }

  // press uses a button that changes the page: with JavaScript in place, else by loading it anew. `then` shows up after it.
  async press(button, then) {
    if (this.js) await button.click();
    else await this.turn(button);
    await then.waitFor({ timeout: WAIT });
    if (this.js) await this.look();
  }

  // settled waits until what was asked for in place stands in the page.
  settled() { return this.page.waitForFunction(() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')); }

  // look examines the page as it stands.
  async look() {
    if (this.house.blind) return;
    if (this.js) await this.settled();
    const faults = [...await look(this), ...this.faults.splice(0)];
    this.house.report.page(`${shape(new URL(this.page.url()).pathname)} (${this.mode.name})`, faults);
  }

  // network cuts the visitor off, or connects again.
  async network(on) {
    this.cut ||= !on; // what was asked for while it was cut may be noted later
    await this.context.setOffline(!on);
  }

  path() { return new URL(this.page.url()).pathname; }

  button(name) { return this.page.getByRole('button', { name, exact: false }); }

  link(name) { return this.page.getByRole('link', { name, exact: false }); }

  field(name) { return this.page.locator(`[name="${name}"]:not([type="hidden"])`); }

  option(name, value) { return this.page.locator(`[name="${name}"][value="${value}"]`); }

  // says waits until the page says something; what is folded up does not count.
  async says(text) { await this.page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: WAIT }); }

  async text() { return (await this.page.locator('main').innerText()).replace(/\u00a0/g, ' '); }

  async fill(values) {
    for (const [name, value] of Object.entries(values)) await this.field(name).fill(value);
  }

  cookies() { return this.context.cookies(); }

  close() {
    this.house.all = this.house.all.filter((v) => v !== this);
    return this.context.close();
  }
}

// shape is an address without what differs from run to run.
function shape(path) {
  return path.replace(/[0-9A-Z]{4}-[0-9A-Z]{4}/, ':reference').replace(/\/(pokracovat|prihlaseni)\/[\w-]{20,}/, '/$1/:token').replace(/\/\d+(?=\/|$)/g, '/:id');
}
