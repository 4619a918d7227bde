// What the device keeps: forms as they came, and people's words sealed by a key that cannot be read out of the browser.
// A newer client may only add to the database: an older one's items are never lost.
const NAME = 'epom-offline';
const VERSION = 1;
const enc = new TextEncoder();
const dec = new TextDecoder();

let opened;
function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = ({ oldVersion }) => {
      const db = asked.result;
      if (oldVersion < 1) {
        db.createObjectStore('meta');
        db.createObjectStore('forms', { keyPath: 'id' });
        db.createObjectStore('items', { keyPath: 'id' });
        db.createObjectStore('files', { keyPath: 'id' }).createIndex('item', 'item');
      }
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = undefined; }; // a newer client waits for this one
      resolve(asked.result);
    };
    asked.onerror = () => { opened = undefined; reject(asked.error); };
  });
  return opened;
}

// act runs fn over stores in one transaction and resolves when it is on the disk.
async function act(stores, mode, fn) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const tx = db.transaction(stores, mode, { durability: 'strict' });
    const asked = fn(tx);
    tx.oncomplete = () => resolve(asked?.result);
    tx.onabort = () => reject(tx.error ?? new Error('aborted'));
  });
}

export const get = (store, key) => act(store, 'readonly', (tx) => tx.objectStore(store).get(key));
export const all = (store) => act(store, 'readonly', (tx) => tx.objectStore(store).getAll());
export const put = (store, value, key) => act(store, 'readwrite', (tx) => tx.objectStore(store).put(value, key));
export const drop = (store, key) => act(store, 'readwrite', (tx) => tx.objectStore(store).delete(key));
export const filesOf = (item) => act('files', 'readonly', (tx) => tx.objectStore('files').index('item').getAll(item));

// key is made once; it lies in the database but its bytes never leave the browser.
async function key() {
  const known = await get('meta', 'key');
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await act('meta', 'readwrite', (tx) => { // two tabs may begin at once: the first key stays
    const meta = tx.objectStore('meta');
    meta.get('key').onsuccess = (e) => { if (!e.target.result) meta.put(made, 'key'); };
  });
  return get('meta', 'key');
}

async function seal(bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key(), bytes) };
}

const unseal = async ({ iv, data }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await key(), data);

// saveItem keeps an item: what is in `open` may be read by whoever has the device, `words` are sealed.
export async function saveItem(open, words) {
  await put('items', { ...open, sealed: await seal(enc.encode(JSON.stringify(words))) });
}

export const words = async (item) => JSON.parse(dec.decode(await unseal(item.sealed)));

export async function saveFile(item, id, file) {
  await put('files', { id, item, type: file.type, sealed: await seal(await file.arrayBuffer()) });
}

export const fileBytes = (file) => unseal(file.sealed);

// settle writes how an item ended and erases every word of it in the same transaction.
export function settle(item, answer) {
  return act(['items', 'files'], 'readwrite', (tx) => {
    const { id, title, filledAt } = item;
    tx.objectStore('items').put({ id, title, filledAt, state: 'sent', answer });
    eraseFiles(tx, id);
  });
}

export const remove = (id) => act(['items', 'files'], 'readwrite', (tx) => { tx.objectStore('items').delete(id); eraseFiles(tx, id); });

function eraseFiles(tx, item) {
  tx.objectStore('files').index('item').openKeyCursor(IDBKeyRange.only(item)).onsuccess = ({ target: { result } }) => {
    if (!result) return;
    tx.objectStore('files').delete(result.primaryKey);
    result.continue();
  };
}

// eraseAll leaves nothing, not even the key.
export async function eraseAll() {
  (await open()).close();
  opened = undefined;
  await new Promise((resolve, reject) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = resolve;
    asked.onerror = () => reject(asked.error);
  });
}

export const newKey = (bytes = 24) => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes)))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
