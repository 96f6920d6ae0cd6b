// Releasing: the preview is drawn by the server from the very copy that would go out, anew at each
// choice. Without scripts the same form has a button for it.
import { ask } from './ask.js';
import { hotkey } from './hotkeys.js';

function release(form, preview) {
  let turn = 0;
  form.addEventListener('change', async () => {
    const mine = ++turn;
    preview.setAttribute('aria-busy', 'true');
    const asked = new URLSearchParams(
      [...new FormData(form)].filter(([name]) => name !== 'csrfmiddlewaretoken'),
    );
    asked.set('part', 'preview');
    try {
      const answer = await ask(`${form.dataset.release}?${asked}`, {
        headers: { Accept: 'text/html' },
      });
      if (!answer.ok || mine !== turn) return;
      const found = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = found.querySelector('[data-preview]') ?? found.body;
      preview.replaceChildren(
        ...[...fresh.childNodes].map(node => document.importNode(node, true)),
      );
    } catch {
      /* the old preview stays, and sending asks the server once more */
    } finally {
      if (mine === turn) preview.removeAttribute('aria-busy');
    }
  });
}

const form = document.querySelector('form[data-release]');
release(form, document.querySelector('[data-preview]'));
hotkey('Ctrl+Enter', () => form.requestSubmit());
// A second press must not be a second decision.
form.addEventListener('submit', event => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = 'yes';
});
addEventListener('pageshow', () => {
  delete form.dataset.sent;
});
