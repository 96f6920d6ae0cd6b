// What a screen reader hears: politely through a log, at once only for what cannot wait.
export function say(text, { now = false } = {}) {
  const log = document.getElementById(now ? 'say-now' : 'say');
  if (!log || !text) return;
  const line = document.createElement('p');
  line.textContent = text;
  log.append(line);
  while (log.childElementCount > 20) log.firstElementChild.remove();
}

/** A short message at the edge of the page that goes by itself. */
export function toast(text) {
  const place = document.getElementById('toasts');
  if (!place || !text) return;
  const line = document.createElement('p');
  line.className = 'toast';
  line.textContent = text;
  place.append(line);
  setTimeout(() => line.remove(), 8000);
}
