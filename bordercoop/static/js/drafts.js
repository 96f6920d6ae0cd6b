// What was typed and not yet sent, kept in this browser and encrypted with a key that the server
// derives from the session: after signing out nobody at this PC can read it.
import { hms, ownZone } from './clock.js';
import { toast } from './say.js';
import { t } from './texts.js';

const STORE = 'drafts';
let opened = null;
let wiped = false;

function base() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open('bordercoop', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  return opened;
}

async function within(mode, work) {
  const transaction = (await base()).transaction(STORE, mode);
  const request = work(transaction.objectStore(STORE));
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done(request?.result);
    transaction.onabort = transaction.onerror = () => failed(transaction.error);
  });
}

const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
function key() {
  const raw = document.body.dataset.draftKey;
  if (!raw || !crypto.subtle) throw new Error('no key for drafts');
  const plain = raw.replaceAll('-', '+').replaceAll('_', '/');
  return crypto.subtle.importKey('raw', bytes(plain), 'AES-GCM', false, ['encrypt', 'decrypt']);
}
const place = name => `${document.body.dataset.user}:${name}`;

/** Keep `values` under `name`; `ref` is the form's own key, by which the server confirms it. */
export async function put(name, ref, values) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(values));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key(), plain);
  // A save that was under way while the officer signed out must not come after the wipe.
  if (wiped) return;
  await within('readwrite', store => store.put({ at: Date.now(), ref, iv, sealed }, place(name)));
}

/** {at, values} or null. A draft of an earlier session cannot be read and is dropped. */
export async function get(name) {
  const kept = await within('readonly', store => store.get(place(name)));
  if (!kept) return null;
  try {
    const plain = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: kept.iv },
      await key(),
      kept.sealed,
    );
    return { at: kept.at, values: JSON.parse(new TextDecoder().decode(plain)) };
  } catch {
    await drop(name);
    return null;
  }
}

export const drop = name => within('readwrite', store => store.delete(place(name)));

/** Wipe every draft on this PC; never takes longer than a second. */
export function forget() {
  wiped = true;
  const cleared = within('readwrite', store => store.clear()).catch(() => {
    /* nothing was kept */
  });
  return Promise.race([cleared, new Promise(done => setTimeout(done, 1000))]);
}

/** The server confirmed a form: the page it led to names the form's key. Drop that draft. */
export async function sent() {
  const mark = document.querySelector('[data-sent]');
  if (!mark?.dataset.sent) return;
  toast(t('save_server', { time: hms(Date.parse(mark.dataset.sentAt) || Date.now(), ownZone()) }));
  try {
    await within('readwrite', store => {
      store.openCursor().onsuccess = event => {
        const cursor = event.target.result;
        if (!cursor) return;
        if (cursor.value.ref === mark.dataset.sent) cursor.delete();
        cursor.continue();
      };
    });
  } catch {
    /* storage blocked: then there is no draft either */
  }
}
