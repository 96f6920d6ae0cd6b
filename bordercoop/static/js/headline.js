// A headline from the list: only those of the chosen category are offered, and the page shows how the
// chosen one is read. The server says it: the same form, sent to be looked at and not to be kept.
import { ask } from './ask.js';

const WAIT = 500;
const SAYS =
  /^(category|headline_template|people_|place$|border_sign$|direction$|vehicles|goods|documents)/;

/** Bring the [data-headline] part of the report form to life. */
export function headline(form) {
  const part = form.querySelector('[data-headline]');
  if (!part) return;
  const list = part.querySelector('select');
  const shown = part.querySelector('[data-headline-preview]');
  part.querySelector('[data-headline-show]').hidden = true;
  let timer = 0,
    turn = 0;

  function offer() {
    const category = form.querySelector('[data-category]:checked')?.value;
    for (const group of list.querySelectorAll('optgroup')) {
      for (const option of group.children) {
        const fits = !category || option.dataset.for.split(' ').includes(category);
        // What was chosen for another category stays in sight until another is chosen.
        option.hidden = option.disabled = !fits && !option.selected;
      }
      group.hidden = [...group.children].every(option => option.hidden);
    }
  }

  async function look() {
    const mine = ++turn;
    if (!list.value) {
      shown.replaceChildren();
      return;
    }
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string' && (SAYS.test(name) || name === 'csrfmiddlewaretoken')) {
        body.append(name, value);
      }
    }
    body.set('show', 'headline');
    try {
      const answer = await ask(location.href, { method: 'POST', body });
      const doc = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = doc.querySelector('[data-headline-preview]');
      if (mine !== turn || !fresh) return;
      shown.replaceChildren(...[...fresh.childNodes].map(node => document.importNode(node, true)));
    } catch {
      /* no connection: the headline is made when the report is sent */
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  }
  const anew = () => {
    offer();
    later();
  };
  form.addEventListener('input', event => {
    if (SAYS.test(event.target.name ?? '') && list.value) later();
  });
  form.addEventListener('change', event => {
    if (SAYS.test(event.target.name ?? '')) anew();
  });
  form.addEventListener('draft:restored', anew);
  offer();
}
