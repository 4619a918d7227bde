// The screen in the street without a network: the last known state with the pictures of documents, also after the machine
// was switched off. It keeps what hangs and nothing of those who read it.
const base = new URL(self.registration.scope).pathname;
const CACHE = `kiosk ${base}`;
const STATE = `${base}/stav.json`;
const CONTENTS = `${base}/obsah.json`;
const PATIENCE = 4000; // ms for a page; whoever stands there waits no longer
let down = false; // the network was not there when last asked

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname === base || url.pathname.startsWith(`${base}/`)) event.respondWith(page(request, url));
  } else if (url.pathname === STATE) {
    event.respondWith(state(Number(request.headers.get('x-now'))));
  } else if (/^\/static\/|\/strana\/|\/znak$/.test(url.pathname)) {
    event.respondWith(kept(request));
  }
});

self.addEventListener('message', (event) => {
  if (event.data !== 'renew') return;
  event.waitUntil(renew().then((version) => event.source.postMessage({ kept: version }), () => {}));
});

// key is the address under which a page is kept: languages differ, the contrast and the place in the list do not.
function key(url) {
  const lang = url.searchParams.get('jazyk');
  return url.pathname + (lang ? `?jazyk=${lang}` : '');
}

async function page(request, url) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(key(url));
  if (!down || !known) {
    try {
      const answer = await within(known ? PATIENCE : 30_000, fetch(request));
      if (answer.status < 500 || !known) return answer;
    } catch { /* below */ }
    down = true;
  }
  return known ?? (url.pathname === base ? Response.error() : Response.redirect(base));
}

// state asks the server; without an answer it gives the last one and says so. The difference of the clocks is kept with it.
async function state(clock) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await within(8000, fetch(STATE, { cache: 'no-store' }));
    if (!answer.ok) throw new Error(String(answer.status));
    const now = await answer.json();
    const said = { ...now, offset: Date.parse(now.at) - clock };
    down = false;
    await cache.put(STATE, json(said));
    return json({ ...said, online: true });
  } catch {
    down = true;
    const last = await cache.match(STATE);
    return last ? json({ ...await last.json(), online: false }) : new Response(null, { status: 503 });
  }
}

// kept gives what never changes under its address.
async function kept(request) {
  const cache = await caches.open(CACHE);
  return await cache.match(request.url) ?? fetch(request);
}

let renewing;
function renew() {
  renewing ??= bring().finally(() => { renewing = undefined; });
  return renewing;
}

// bring fetches what changed: pictures first, then the pages that show them, the list of it all last; only then what is no
// more is let go. Cut off in the middle it goes on where it was.
async function bring() {
  const cache = await caches.open(CACHE);
  const contents = await get(CONTENTS).then((r) => r.json());
  const last = await cache.match(CONTENTS).then((r) => r?.json());
  if (last?.version === contents.version) return contents.version;
  for (const href of contents.files) {
    if (await cache.match(href)) continue;
    const answer = await fetch(href);
    if (answer.ok) await cache.put(href, answer); // a picture that is no more comes with no page of the next list
  }
  for (const { href, version } of contents.pages) {
    const old = await cache.match(href);
    if (old?.headers.get('x-version') === version) continue;
    const answer = await fetch(href, { cache: 'no-cache' });
    if (answer.ok) await cache.put(href, marked(await answer.text(), version)); // one taken down meanwhile comes with the next list
  }
  await cache.put(CONTENTS, json(contents));
  const wanted = new Set([STATE, CONTENTS, ...contents.files, ...contents.pages.map((p) => p.href)].map((href) => new URL(href, self.location.origin).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
  return contents.version;
}

async function get(href) {
  const answer = await fetch(href, { cache: 'no-store' });
  if (!answer.ok) throw new Error(`${href}: ${answer.status}`);
  return answer;
}

const json = (value) => new Response(JSON.stringify(value), { headers: { 'Content-Type': 'application/json' } });

// marked is a page as it is kept: with the security of a page that came from the server.
const marked = (html, version) => new Response(html, { headers: {
  'Content-Type': 'text/html; charset=utf-8', 'x-version': version, 'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
} });

function within(ms, promise) {
  return Promise.race([promise, new Promise((_, reject) => { setTimeout(() => reject(new Error('no answer')), ms); })]);
}
