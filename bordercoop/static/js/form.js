// The incident form by keyboard alone: number keys for the category and the severity, sections by
// Alt+1 to 4, the present by Alt+N, a repeated line by Alt+Shift+Down.
import { keep } from './draft.js';
import { headline } from './headline.js';
import { hotkey } from './hotkeys.js';
import { near } from './near.js';
import { rows } from './rows.js';
import { say, toast } from './say.js';
import { t } from './texts.js';
import { when } from './when.js';
import { where } from './where.js';

const form = document.getElementById('report');
const changed = field => field.dispatchEvent(new Event('input', { bubbles: true }));

// A number key chooses in the group that has the focus.
for (const group of form.querySelectorAll('[data-numbers]')) {
  group.addEventListener('keydown', event => {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (!digit || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const choice = group.querySelector(`input[data-number="${digit[1]}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.focus();
    choice.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

const sections = [...form.querySelectorAll('[data-section]')];
sections.forEach((section, i) =>
  hotkey(`Alt+Digit${i + 1}`, () => {
    const fields = [...section.querySelectorAll('input, select, textarea')].filter(
      field => field.type !== 'hidden' && field.checkVisibility(),
    );
    (section.querySelector('input:checked') ?? fields[0])?.focus();
    section.scrollIntoView({ block: 'nearest' });
  }),
);

const times = [...form.querySelectorAll('[data-when]')].map(group => ({ group, ...when(group) }));
hotkey('Alt+KeyN', () => {
  const here = times.find(({ group }) => group.contains(document.activeElement));
  (here ?? times[0])?.now();
});
form.addEventListener('draft:restored', () => times.forEach(time => time.show()));

// The line with the cursor once more below it, as in an editor.
hotkey('Alt+Shift+ArrowDown', () => {
  const text = document.activeElement;
  if (!text?.matches?.('textarea')) return false;
  const { value, selectionStart: at } = text;
  const from = value.lastIndexOf('\n', at - 1) + 1;
  const end = value.indexOf('\n', at) < 0 ? value.length : value.indexOf('\n', at);
  text.setRangeText(`\n${value.slice(from, end)}`, end, end, 'preserve');
  const moved = at + end - from + 1;
  text.setSelectionRange(moved, moved);
  changed(text);
});

// What the last report of this unit said, into fields that are still empty.
const last = document.getElementById('last-report');
for (const button of form.ownerDocument.querySelectorAll('[data-copy-last]')) {
  button.addEventListener('click', () => {
    for (const [name, value] of Object.entries(JSON.parse(last.textContent))) {
      const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
      if (fields[0]?.type === 'radio') {
        if (fields.some(field => field.checked)) continue;
        const choice = fields.find(field => field.value === String(value));
        if (choice) choice.checked = true;
      } else if (fields[0] && (fields[0].value === '' || fields[0].matches('select'))) {
        fields[0].value = value ?? '';
      }
      if (fields[0]) changed(fields[0]);
    }
    form.dispatchEvent(new CustomEvent('draft:restored'));
    toast(t('copied'));
    say(t('copied'));
  });
}

// Some categories never leave their side: say it as soon as one is chosen.
const never = document.getElementById('never');
function tell() {
  const chosen = form.querySelector('[data-category]:checked');
  if (never) never.hidden = !(chosen && 'never' in chosen.dataset);
}
form.addEventListener('change', tell);
form.addEventListener('draft:restored', tell);
tell();

const group = form.querySelector('[data-where]');
if (group) where(group, form);
rows(form);
near(form);
headline(form);
if (form.dataset.draft) keep(form);
