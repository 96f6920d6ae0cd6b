// Tabs with a roving focus: [role=tablist] over panels named by aria-controls.
export function tabs(list) {
  const all = [...list.querySelectorAll('[role=tab]')];
  function choose(tab) {
    for (const one of all) {
      const chosen = one === tab;
      one.tabIndex = chosen ? 0 : -1;
      one.setAttribute('aria-selected', String(chosen));
      const panel = document.getElementById(one.getAttribute('aria-controls'));
      if (panel) panel.hidden = !chosen;
    }
  }
  list.addEventListener('click', event => {
    const tab = event.target.closest('[role=tab]');
    if (tab) choose(tab);
  });
  list.addEventListener('keydown', event => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const tab = all[(all.indexOf(event.target) + by + all.length) % all.length];
    choose(tab);
    tab.focus();
  });
}
