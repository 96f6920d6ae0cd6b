// What a screen reader hears: politely through a log, at once only for what cannot wait.
export function say(text, { now = false } = {}) {
  const log = document.getElementById(now ? 'say-now' : 'say');
  if (!log || !text) return;
  const line = document.createElement('p');
  line.textContent = text;
  log.append(line);
  while (log.childElementCount > 20) log.firstElementChild.remove();
}

/** A short message at the edge of the page that goes by itself; `href` makes a link of it. */
export function toast(text, href = '') {
  const place = document.getElementById('toasts');
  if (!place || !text) return;
  const line = document.createElement('p');
  line.className = 'toast';
  const words = href ? document.createElement('a') : line;
  if (href) {
    words.href = href;
    line.append(words);
  }
  words.textContent = text;
  place.append(line);
  setTimeout(() => line.remove(), 8000);
}
