// Every request of a script. The server answers a script with 401 instead of the sign-in page, and
// the address to sign in at comes with it; the page then says so and keeps what was typed.
export const session = new EventTarget();

export const token = () =>
  document.querySelector('input[name=csrfmiddlewaretoken]')?.value ||
  document.body.dataset.csrf ||
  '';

/** fetch() that the server knows as a script's; emits `signedout` on the session at 401. */
export async function ask(url, options = {}) {
  const headers = new Headers(options.headers);
  headers.set('X-Requested-With', 'XMLHttpRequest');
  if (options.method === 'POST') headers.set('X-CSRFToken', token());
  const answer = await fetch(url, { credentials: 'same-origin', ...options, headers });
  if (answer.status === 401) {
    const address = answer.headers.get('X-Signed-Out');
    session.dispatchEvent(new CustomEvent('signedout', { detail: { address } }));
  }
  return answer;
}

/** A page or a part of one as a document; null when it was not to be had. */
export async function page(url) {
  const answer = await ask(url, { headers: { Accept: 'text/html' }, cache: 'no-store' });
  if (!answer.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

/** What a refusal says, from JSON or from the page that carries it. */
export async function refusal(answer) {
  const text = await answer.text();
  try {
    const body = JSON.parse(text);
    const first = Object.values(body.fields ?? {})[0];
    return first?.[0] ?? body.detail ?? '';
  } catch {
    const found = new DOMParser().parseFromString(text, 'text/html');
    return found.querySelector('[data-refusal]')?.textContent.trim() ?? '';
  }
}
