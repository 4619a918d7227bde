// One item as one file, so that it can go by another way: a stick, a mail, a counter. With a passphrase the file is sealed.
import * as store from './store.js';
import { nameOf } from './send.js';

const ROUNDS = 600_000; // PBKDF2-SHA-256
const enc = new TextEncoder();

function base64(bytes) {
  let s = '';
  for (const b of new Uint8Array(bytes)) s += String.fromCharCode(b);
  return btoa(s);
}

const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

// content is the item as it is exported.
export async function content(item) {
  const { answers } = await store.words(item);
  const files = [];
  for (const f of await store.filesOf(item.id)) files.push({ id: f.id, name: nameOf(answers, f.id), type: f.type, data: base64(await store.fileBytes(f)) });
  return { epom: 1, key: item.id, code: item.code, version: item.version, lang: item.lang, title: item.title, filledAt: new Date(item.filledAt), answers, files };
}

async function keyFrom(passphrase, salt, rounds) {
  const raw = await crypto.subtle.importKey('raw', enc.encode(passphrase.normalize('NFC')), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, raw, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

// pack writes an item as the text of a .epom file.
export async function pack(item, passphrase) {
  const plain = JSON.stringify(await content(item));
  if (!passphrase) return plain;
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyFrom(passphrase, salt, ROUNDS), enc.encode(plain));
  return JSON.stringify({ epom: 1, sealed: { rounds: ROUNDS, salt: base64(salt), iv: base64(iv), data: base64(data) } });
}

// unpack reads such a file and puts the item into the queue of this device under its own key: wherever it is sent from,
// the office gets it once. The reason why it cannot is thrown as a word: broken, passphrase.
export async function unpack(text, passphrase) {
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Error('broken');
  }
  if (read?.epom === 1 && read.sealed) {
    const { rounds, salt, iv, data } = read.sealed;
    if (!(rounds > 0 && rounds <= 10_000_000)) throw new Error('broken');
    let plain;
    try {
      plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytesOf(iv) }, await keyFrom(passphrase, bytesOf(salt), rounds), bytesOf(data));
    } catch {
      throw new Error('passphrase');
    }
    read = JSON.parse(new TextDecoder().decode(plain));
  }
  if (read?.epom !== 1 || !/^[\w-]{32,64}$/.test(read.key) || !read.code || !read.answers) throw new Error('broken');
  if (await store.get('items', read.key)) return read.key; // it is here already
  for (const f of read.files ?? []) await store.saveFile(read.key, f.id, new Blob([bytesOf(f.data)], { type: f.type }));
  await store.saveItem({ id: read.key, state: 'queued', code: read.code, version: read.version, lang: read.lang, title: String(read.title ?? read.code), filledAt: Date.parse(read.filledAt), brought: true }, { answers: read.answers });
  return read.key;
}
