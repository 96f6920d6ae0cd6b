// Hotkeys match event.code, the physical key: J is J on a Cyrillic layout too. Single letters are
// ignored while typing and with AltGr (Latvian letters need it) and can be switched off.
const known = new Map();

/** hotkey('KeyJ', listener), hotkey('Alt+Digit1', listener), hotkey('?', listener). */
export const hotkey = (combination, listener) => known.set(combination, listener);

const FIELD =
  'input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select';
export const typing = element =>
  Boolean(element.closest?.(`${FIELD}, [contenteditable], [data-own-keys]`));

// Signs sit elsewhere on other layouts, so what a key types counts for them too.
const SIGNS = { '?': '?', '.': 'Period', '/': 'Slash' };

function pressed(event) {
  if (event.key in SIGNS && !event.ctrlKey && !event.metaKey && !event.altKey) {
    return SIGNS[event.key];
  }
  const ctrl = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
  return ctrl + (event.altKey ? 'Alt+' : '') + (event.shiftKey ? 'Shift+' : '') + event.code;
}

addEventListener('keydown', event => {
  if (event.isComposing || event.repeat || event.getModifierState?.('AltGraph')) return;
  const combination = pressed(event);
  const listener = known.get(combination);
  if (!listener) return;
  if (!/^(Ctrl|Alt)\+/.test(combination)) {
    if (document.body.dataset.hotkeys === 'off') return;
    if (typing(event.target) || document.querySelector('dialog[open]')) return;
  }
  if (listener(event) !== false) event.preventDefault();
});
