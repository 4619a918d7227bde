// The worker of the offline client. KEPT, written before this by the server, lists what the client needs; a new list is a new
// version: it is fetched whole before the old one goes. People's words are in the database, which no version ever clears.
import { sendAll } from './offline/send.js';
import { all } from './offline/store.js';

const CACHE = `offline ${self.KEPT.version}`;

self.addEventListener('install', (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await Promise.all([...self.KEPT.pages, ...self.KEPT.files].map(async (href) => {
    const answer = await fetch(new Request(href, { credentials: 'omit', cache: 'no-cache' }));
    if (!answer.ok) throw new Error(`${href}: ${answer.status}`);
    await cache.put(href, answer);
  }));
  await self.skipWaiting();
})()));

self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('offline ') && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname === '/offline') event.respondWith(page(request, url));
  } else if (url.pathname.startsWith('/static/') || self.KEPT.files.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(request)));
  }
});

// page gives the kept page in the language asked for, or in the one used last.
async function page(request, url) {
  const cache = await caches.open(CACHE);
  const asked = url.searchParams.get('lang');
  const known = asked && await cache.match(`/offline?lang=${asked}`);
  if (known) {
    await cache.put('/lang', new Response(asked));
    return known;
  }
  const last = await cache.match('/lang').then((r) => r?.text());
  return await cache.match(`/offline?lang=${last ?? 'cs'}`) ?? fetch(request);
}

async function send() {
  const sent = await sendAll();
  for (const client of await self.clients.matchAll()) client.postMessage({ sent });
  if ((await all('items')).some((i) => i.state === 'queued')) throw new Error('something still waits'); // the browser tries again
}

self.addEventListener('sync', (event) => { if (event.tag === 'epom-offline') event.waitUntil(send()); });
self.addEventListener('periodicsync', (event) => { if (event.tag === 'epom-offline') event.waitUntil(send().catch(() => {})); });
