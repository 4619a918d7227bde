// Sending what waits: by the page and by its worker, whoever is there. The server takes each key once, so it does no harm
// when both try, or when an answer gets lost and the item goes again.
import * as store from './store.js';

// sendAll sends every item that waits and returns how many were sent; `changed` is called after each.
export async function sendAll(changed = () => {}) {
  const go = async () => {
    let sent = 0;
    for (const item of (await store.all('items')).filter((i) => i.state === 'queued').sort((a, b) => a.filledAt - b.filledAt)) {
      const done = await sendOne(item);
      if (done === undefined) break; // no network: the rest waits too
      if (done) sent++;
      await changed();
    }
    return sent;
  };
  return navigator.locks ? navigator.locks.request('epom-offline-send', go) : go();
}

// sendOne gives true when the item was taken in, false when it was refused, undefined when nobody answered.
async function sendOne(item) {
  await store.put('items', { ...item, tried: true }); // from now on it may be there, so it cannot be changed any more
  const { answers } = await store.words(item);
  const form = new FormData();
  form.set('podani', JSON.stringify({ key: item.id, code: item.code, version: item.version, lang: item.lang, answers, filledAt: new Date(item.filledAt), clock: new Date() }));
  for (const file of await store.filesOf(item.id)) {
    form.set(`soubor-${file.id}`, new Blob([await store.fileBytes(file)], { type: file.type }), nameOf(answers, file.id) ?? 'soubor');
  }
  let answer;
  let said;
  try {
    answer = await fetch('/api/offline/podani', { method: 'POST', body: form });
    said = await answer.json();
  } catch {
    return undefined;
  }
  if (answer.ok) {
    await store.settle(item, said);
    return true;
  }
  if (answer.status >= 500 || answer.status === 429 || !said.why) return undefined;
  await store.put('items', { ...item, tried: false, state: 'refused', problem: { text: said.error, why: said.why, detail: said.detail } });
  return false;
}

// nameOf finds the name of a file in the answers.
export function nameOf(v, id) {
  if (v === null || typeof v !== 'object') return undefined;
  if (v.id === id && 'size' in v) return v.name;
  for (const x of Object.values(v)) {
    const name = nameOf(x, id);
    if (name) return name;
  }
  return undefined;
}
