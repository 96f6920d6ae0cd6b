// While the gaps of a standard phrase are filled, the page shows what the other side will read. The
// server says it: the same form, sent to be looked at and not to be sent on.
import { ask } from './ask.js';

const form = document.querySelector('[data-phrase]');
let waiting = null,
  asked = 0;

async function look() {
  const mine = ++asked;
  const body = new FormData(form);
  body.set('do', 'preview');
  try {
    const answer = await ask(location.href, { method: 'POST', body: new URLSearchParams(body) });
    const doc = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = doc.querySelector('[data-phrase-preview] dl');
    const shown = form.querySelector('[data-phrase-preview] dl');
    if (mine === asked && fresh && shown) shown.replaceWith(document.importNode(fresh, true));
  } catch {
    /* no connection: the button still shows it */
  }
}

form?.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(look, 400);
});
if (form?.querySelector('.field')) look();
