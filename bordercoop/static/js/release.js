// Releasing: the preview is drawn by the server from the very copy that would go out, anew at each
// choice. Without scripts the same form has a button for it.
import { ask } from './ask.js';

/** Bring the release form inside `within` to life, if there is one. */
export function release(within) {
  const form = within.querySelector('form[data-release]');
  const preview = within.querySelector('[data-preview]');
  if (!form || !preview) return;
  let turn = 0;
  form.addEventListener('change', async () => {
    const mine = ++turn;
    preview.setAttribute('aria-busy', 'true');
    const asked = new URLSearchParams(
      [...new FormData(form)].filter(([name]) => name !== 'csrfmiddlewaretoken'),
    );
    asked.set('preview', '1');
    try {
      const answer = await ask(`${form.dataset.release}?${asked}`, { headers: { Accept: 'text/html' } });
      if (!answer.ok || mine !== turn) return;
      const found = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = found.querySelector('[data-preview]') ?? found.body;
      preview.replaceChildren(...[...fresh.childNodes].map(node => document.importNode(node, true)));
    } catch { /* the old preview stays, and sending asks the server once more */ } finally {
      if (mine === turn) preview.removeAttribute('aria-busy');
    }
  });
}
