// A proposal: the time groups say what both clocks show. Nothing of the copy is kept on this PC, so
// that a recall leaves nothing here either.
import { hotkey } from './hotkeys.js';
import { when } from './when.js';

const form = document.getElementById('propose');
for (const group of form.querySelectorAll('[data-when]')) when(group);
hotkey('Ctrl+Enter', () => form.requestSubmit());
document.querySelector('.errsum[data-focus]')?.focus();
