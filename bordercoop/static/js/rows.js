// Rows of people, vehicles, goods and documents: another one at once, and as many as a draft had.
const fields = row => [...row.querySelectorAll('input, select')];

function another(group) {
  const all = group.querySelectorAll('[data-row]');
  const last = all[all.length - 1];
  const fresh = last.cloneNode(true);
  for (const field of fields(fresh)) {
    const label = fresh.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    field.id = field.id.replace(/\d+$/, all.length + 1);
    if (label) label.htmlFor = field.id;
    field.value = '';
  }
  const legend = fresh.querySelector('legend');
  legend.textContent = legend.textContent.replace(/\d+(?=\D*$)/, all.length + 1);
  last.after(fresh);
  return fresh;
}

/** Let the buttons of `form` add rows, and make room for a draft that comes back. */
export function rows(form) {
  const groups = [...form.querySelectorAll('[data-rows]')];
  for (const button of form.querySelectorAll('[data-add-row]')) {
    const group = groups.find(each => each.dataset.rows === button.value);
    button.type = 'button';
    button.addEventListener('click', () => fields(another(group))[0].focus());
  }
  form.addEventListener('draft:restoring', ({ detail: kept }) => {
    for (const group of groups) {
      const name = fields(group)[0].name;
      const wanted = Math.min((kept.get(name) ?? []).length, 100);
      while (group.querySelectorAll('[data-row]').length < wanted) another(group);
    }
  });
  form.addEventListener('draft:restored', () => {
    for (const section of form.querySelectorAll('[data-things]')) {
      const filled = [...section.querySelectorAll('input, select')].some(field =>
        field.type === 'checkbox' ? field.checked : field.value !== '',
      );
      if (filled) section.open = true;
    }
  });
}
