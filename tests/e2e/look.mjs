// What must be true of every page: no violation axe finds, sound structure, nothing wider than the window.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// look returns the faults of the page a visitor sees. axe examines each page once a width and look: a page built of the same
// elements, such as one more step with a text field, would only give the same answer again.
export async function look(visitor) {
  const { faults, built } = await visitor.page.evaluate(structure);
  const key = createHash('sha256').update(`${visitor.mode.width} ${visitor.mode.scheme} ${built}`).digest('hex');
  if (visitor.house.examined.has(key)) return faults;
  visitor.house.examined.add(key);
  const page = visitor.js ? visitor.page : await twin(visitor);
  return [...faults, ...await violations(page)];
}

// twin shows what a visitor without JavaScript sees in a page where axe can run; the page's own scripts stay away.
async function twin(visitor) {
  const page = await visitor.house.reader(visitor.mode);
  const html = await visitor.page.content();
  await page.unrouteAll();
  await page.route('**/*', (route) => {
    const request = route.request();
    if (request.isNavigationRequest()) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
    return request.resourceType() === 'script' ? route.abort() : route.continue();
  });
  await page.goto(visitor.page.url(), { waitUntil: 'load' });
  return page;
}

async function violations(page) {
  if (!await page.evaluate(() => Boolean(window.axe))) await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const { violations } = await window.axe.run(document, { runOnly: rules, resultTypes: ['violations'], preload: false });
    return violations.map((v) => `axe ${v.id}: ${v.nodes.slice(0, 4).map((n) => `${n.target.join(' ')} (${n.failureSummary.replace(/\s+/g, ' ').slice(0, 180)})`).join('; ')}`);
  }, RULES);
}

// structure runs in the page.
function structure() {
  const faults = [];
  const headings = [...document.querySelectorAll('h1')].filter((h) => h.textContent.trim());
  if (headings.length !== 1) faults.push(`${headings.length} h1`);
  if (!document.documentElement.lang) faults.push('no lang');
  if (!document.title.trim() || document.title.startsWith('–')) faults.push(`title "${document.title}"`);
  const wide = document.scrollingElement.scrollWidth;
  if (wide > window.innerWidth) {
    const culprits = [...document.body.querySelectorAll('*')].filter((el) => el.getBoundingClientRect().right > window.innerWidth + 1);
    faults.push(`${wide} px wide in a window of ${window.innerWidth} px: ${culprits.slice(0, 3).map((el) => `${el.tagName.toLowerCase()}.${el.className}`).join(', ')}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map((el) => el.id);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  if (twice.length) faults.push(`ids used twice: ${[...new Set(twice)].join(', ')}`);
  if (document.querySelector('[style]:not(progress)')) faults.push(`inline style: ${document.querySelector('[style]').outerHTML.slice(0, 120)}`);
  const said = document.querySelector('main')?.innerText ?? '';
  const leak = said.match(/<no value>|%!|\bundefined\b|\bNaN\b|\[object |map\[|(?<!\p{L})nil(?!\p{L})|&(amp|lt|gt|quot|#\d+);/u);
  if (leak) faults.push(`text says "${leak[0]}"`);
  const shape = (el) => `${el.localName}.${el.className?.baseVal ?? el.className}${[...el.attributes].filter((a) => /^(type|role|hidden|open|checked|disabled|multiple|aria-(?!labelledby|describedby|controls)|data-tone)/.test(a.name)).map((a) => ` ${a.name}=${a.value.slice(0, 12)}`).join('')}`;
  const built = [...new Set([...document.querySelectorAll('*')].map((el) => `${el.parentElement ? shape(el.parentElement) : ''}>${shape(el)}`))].sort().join('\n');
  return { faults, built };
}
