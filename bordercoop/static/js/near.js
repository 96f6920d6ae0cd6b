// While a report is typed: what may be the same event, asked of the server when the fingers rest. It
// stops nothing; what was shown goes along with the report.
import { ask } from './ask.js';

const WAIT = 700;
const ASKED =
  /^(category|happened_|place$|border_sign$|coordinates$|people_total$|exercise$|unit$)/;

/** Bring the [data-near] panel of the report form to life. */
export function near(form) {
  const panel = form.querySelector('[data-near]');
  const live = form.elements.near_live;
  if (!panel || !live) return;
  let timer = 0,
    turn = 0;
  const another = new Set();

  // The server need not ask again before it logs; a restored draft does not say otherwise.
  const begin = () => {
    live.value = 'yes';
  };

  const uids = within => [...within.querySelectorAll('[name="near"]')].map(field => field.value);
  // Advance notices that may explain it, and those that were ticked.
  const notices = within => [...within.querySelectorAll('[name="notice"]')];
  const told = within => notices(within).map(field => field.value);
  const ticked = new Set();

  async function look() {
    const mine = ++turn;
    // The long texts stay here: nothing in them makes two reports alike.
    const body = new FormData();
    for (const [name, value] of new FormData(form)) {
      if (ASKED.test(name) || name === 'client_ref') body.append(name, value);
    }
    if (!body.get('category') || !body.get('happened_date')) return;
    try {
      const answer = await ask(panel.dataset.near, { method: 'POST', body });
      if (!answer.ok || mine !== turn) return;
      const found = new DOMParser().parseFromString(await answer.text(), 'text/html');
      // A list that says the same is left alone: somebody may be reading it or ticking its box.
      const fresh = uids(found);
      if (`${fresh}` === `${uids(panel)}` && `${told(found)}` === `${told(panel)}`) return;
      const box = found.querySelector('[name="anyway"]');
      if (box) box.checked = fresh.every(uid => another.has(uid));
      panel.replaceChildren(
        ...[...found.body.childNodes].map(node => document.importNode(node, true)),
      );
      for (const one of notices(panel)) one.checked = ticked.has(one.value);
      const kept = panel.querySelector('[name="anyway"]');
      if (kept && box) kept.checked = box.checked;
    } catch {
      /* no connection: the report is kept and sent without the warning */
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  }

  for (const kind of ['input', 'change']) {
    form.addEventListener(kind, event => {
      const { name, checked, value } = event.target;
      if (name === 'anyway') {
        for (const uid of uids(panel)) another[checked ? 'add' : 'delete'](uid);
      } else if (name === 'notice') ticked[checked ? 'add' : 'delete'](value);
      else if (ASKED.test(name ?? '')) later();
    });
  }
  form.addEventListener('draft:restored', () => {
    begin();
    later();
  });
  begin();
  if (form.dataset.bound) later();
}
