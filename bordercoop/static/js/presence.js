// Who else has this record on the screen: says so every 20 s while the page is looked at, and draws
// what the server answers. Nothing is sent from a tab in the background.
import { ask, token } from './ask.js';

const EVERY = 20000;
const line = document.querySelector('[data-presence]');

async function tell() {
  if (document.visibilityState !== 'visible') return;
  try {
    const answer = await ask(line.dataset.presence, {
      method: 'POST',
      body: new URLSearchParams({ doing: line.dataset.doing ?? 'reading' }),
    });
    if (!answer.ok) return;
    const found = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const words = found.body.textContent.replace(/\s+/g, ' ').trim();
    if (words === line.textContent.replace(/\s+/g, ' ').trim()) return;
    line.replaceChildren(
      ...[...found.body.childNodes].map(node => document.importNode(node, true)),
    );
  } catch {
    /* no connection: the heartbeat says so */
  }
}

if (line) {
  tell();
  setInterval(tell, EVERY);
  document.addEventListener('visibilitychange', tell);
  addEventListener('pagehide', () => {
    const body = new URLSearchParams({ doing: 'leaving', csrfmiddlewaretoken: token() });
    navigator.sendBeacon?.(line.dataset.presence, body);
  });
}
