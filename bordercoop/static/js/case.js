// Pages of joint investigations: time groups say what both clocks show; a refused form is opened.
import { hotkey } from './hotkeys.js';
import { when } from './when.js';

for (const group of document.querySelectorAll('[data-when]')) when(group);
for (const form of document.querySelectorAll('form[data-main]')) {
  hotkey('Ctrl+Enter', () => form.requestSubmit());
}
document.querySelector('.errsum[data-focus]')?.focus();
