// Pictures of every page, for eyes: `EPOM_BIN=…/bin/epom node shots.mjs OUTDIR`.
// {page}-{phone|desktop}-{light|dark}[-nojs].png, made from the demo region and one citizen's journey.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, Visitors } from './browser.mjs';
import { start } from './stand.mjs';
import { fillAll, FORM, onward, ticket } from './journeys/felling.mjs';
import { staff } from './journeys/staff.mjs';

const out = process.argv[2];
if (!out) throw new Error('say where the pictures go: node shots.mjs OUTDIR');
const quiet = { name: 'shots', page() {}, fail: console.error };
const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const names = [];

async function shoot(v, name, size, scheme, js = true) {
  const file = `${name}-${size}-${scheme}${js ? '' : '-nojs'}.png`;
  await v.page.setViewportSize(SIZES[size]);
  await v.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await v.page.evaluate(() => document.fonts.ready);
  await v.page.screenshot({ path: join(out, file), fullPage: true, timeout: 15_000 });
  names.push(file);
}

// all takes a page in every size and look.
async function all(v, name, path) {
  if (path) await v.page.goto(path);
  for (const size of Object.keys(SIZES)) for (const scheme of ['light', 'dark']) await shoot(v, name, size, scheme);
  await v.page.setViewportSize(SIZES.desktop);
}

const PUBLIC = {
  home: '/', found: '/?co=pok%C3%A1cet+strom&obec=Hejnice', forms: '/formulare', form: '/formulare/kaceni-drevin', offices: '/urady', office: '/urady/hejnice',
  'office-elsewhere': '/urady/albrechtice-v-jizerskych-horach', find: '/podani', verify: '/overeni', accessibility: '/pristupnost', 'sign-in': '/prihlaseni', 'sign-in-link': '/prihlaseni/odkaz',
  missing: '/nic-takoveho', mailbox: '/demo/posta', style: '/demo/vzhled', 'style-desk': '/demo/vzhled/kancelar', 'home-en': '/?lang=en', 'home-uk': '/?lang=uk',
};
const DESK = { desk: '/kancelar', 'desk-inbox': '/kancelar/posta', 'desk-cases': '/kancelar/spisy', 'desk-journal': '/kancelar/denik', 'desk-terms': '/kancelar/lhuty', 'desk-search': '/kancelar/hledat?q=hejnice', 'desk-account': '/kancelar/ucet' };
const ADMIN = { 'admin-office': '/kancelar/sprava', 'admin-people': '/kancelar/sprava/lide', 'admin-units': '/kancelar/sprava/utvary', 'admin-competence': '/kancelar/sprava/prislusnost', 'admin-log': '/kancelar/sprava/zaznam' };
const OPERATOR = { operator: '/sprava', 'operator-offices': '/sprava/urady', 'operator-jobs': '/sprava/ulohy', 'operator-mails': '/sprava/posta', 'operator-health': '/sprava/stav' };
const ACTS = { 'case-handle': 'vyridit', 'case-ask': 'vyzva', 'case-forward': 'postoupit?obec=Fr%C3%BDdlant', 'case-assign': 'pridelit', 'case-extend': 'prodlouzit' };

await mkdir(out, { recursive: true });
const stand = await start();
const browser = await launch();
try {
  const visitors = new Visitors(browser, stand.base, quiet);
  visitors.blind = true; // pictures only, nothing is examined
  const mode = { name: 'shots', js: true, scheme: 'light', ...SIZES.desktop };
  const v = await visitors.open(mode);
  for (const [name, path] of Object.entries(PUBLIC)) await all(v, name, path);
  await v.page.goto('/?lang=cs');

  await fillAll(v, { name: ['Eva', 'Obrázková'], email: 'eva.obrazkova@posta.example' }, { until: 'stromy' });
  await all(v, 'step-trees');
  await onward(v);
  await all(v, 'step-wrong');
  await fillAll(v, { name: ['Eva', 'Obrázková'], email: 'eva.obrazkova@posta.example' }, { going: true });
  await all(v, 'check');
  for (const step of ['vztah', 'misto', 'prilohy', 'zadatel', 'kontakt', 'pokracovat']) await all(v, `step-${step}`, `${FORM}/${step}`);
  const plain = await visitors.open({ ...mode, js: false }, { cookies: await v.cookies() });
  for (const [name, path] of [['home', '/'], ['step-zadatel', `${FORM}/zadatel`], ['check', `${FORM}/kontrola`]]) {
    await plain.page.goto(path);
    await shoot(plain, name, 'phone', 'light', false);
  }
  await v.page.goto(`${FORM}/kontrola`);
  await v.turn(v.button(/^Odeslat: /));
  const { reference } = await ticket(v);
  await all(v, 'status');

  const clerk = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'referát');
  for (const [name, path] of Object.entries(DESK)) await all(clerk, name, path);
  await clerk.page.goto(`/kancelar/hledat?q=${reference}`);
  const file = new URL(clerk.page.url()).pathname;
  await all(clerk, 'case');
  for (const [name, act] of Object.entries(ACTS)) await all(clerk, name, `${file}/${act}`);
  await clerk.page.goto(`${file}/vyzva`);
  await clerk.page.locator('#text').fill('Prosíme o doplnění snímku katastrální mapy se zakreslenými stromy.');
  await clerk.turn(clerk.button('Poslat výzvu'));
  await all(clerk, 'case-asked');
  await v.page.reload();
  await all(v, 'status-asked');
  await v.page.goto('/demo/posta');
  await v.turn(v.page.locator('tbody a').first());
  await all(v, 'mail');

  const admin = await staff({ visitors, stand, mode }, 'Městský úřad Hejnice', 'správa úřadu');
  for (const [name, path] of Object.entries(ADMIN)) await all(admin, name, path);
  const operator = await staff({ visitors, stand, mode }, '', 'provozovatel');
  for (const [name, path] of Object.entries(OPERATOR)) await all(operator, name, path);
  const away = await visitors.open(mode);
  await fillAll(away, { name: ['Ota', 'Mimoň'], email: 'ota@posta.example', town: { name: 'Albrechtice v Jizerských horách', zip: '468 43' } });
  await all(away, 'check-elsewhere');
} finally {
  await browser.close();
  await stand.stop();
}
names.sort().forEach((name) => console.log(name));
console.log(`${names.length} pictures in ${out}`);
