// While an officer is chosen for an activity: with what that clashes, asked of the server. It stops
// nothing; the server says it again when the form is sent.
import { ask } from './ask.js';

const form = document.querySelector('form[data-check]');
const panel = form?.querySelector('[data-clashes]');
let turn = 0;

async function look() {
  const mine = ++turn;
  const officer = form.elements.officer.value;
  panel.replaceChildren();
  if (!officer) return;
  try {
    const answer = await ask(`${form.dataset.check}?officer=${encodeURIComponent(officer)}`);
    if (!answer.ok || mine !== turn) return;
    const found = new DOMParser().parseFromString(await answer.text(), 'text/html');
    panel.replaceChildren(
      ...[...found.body.childNodes].map(node => document.importNode(node, true)),
    );
  } catch {
    /* no connection: the server says it when the form is sent */
  }
}

if (panel) {
  form.elements.officer.addEventListener('change', look);
  // After a refusal the field says it already.
  if (form.elements.officer.value && !form.elements.officer.matches('[aria-invalid]')) look();
}
