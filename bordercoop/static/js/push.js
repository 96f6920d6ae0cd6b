// Lets this browser be pushed to: asks the officer, subscribes at the browser's push service, and
// sends the subscription with the form. Nothing is asked before the button is pressed.
const form = document.querySelector('[data-push-key]');

function bytes(text) {
  const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(raw, letter => letter.charCodeAt(0));
}

function show(word) {
  for (const each of form.querySelectorAll('[data-push-says]')) {
    each.hidden = each.dataset.pushSays !== word;
  }
}

function browser() {
  const agent = navigator.userAgent;
  const names = [['Edg/', 'Edge'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']];
  const name = names.find(([mark]) => agent.includes(mark))?.[1] ?? '';
  const systems = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac', 'Linux'];
  return [name, systems.find(system => agent.includes(system))].filter(Boolean).join(', ');
}

async function subscribe() {
  const worker = await navigator.serviceWorker.register('/push-worker.js', { scope: '/' });
  await navigator.serviceWorker.ready;
  const key = bytes(form.dataset.pushKey);
  const known = await worker.pushManager.getSubscription();
  if (known) {
    const old = new Uint8Array(known.options.applicationServerKey ?? []);
    if (old.length === key.length && old.every((byte, place) => byte === key[place])) return known;
    await known.unsubscribe();
  }
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

if (form) {
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) {
    show('unable');
  } else {
    show(Notification.permission === 'denied' ? 'denied' : 'ready');
    form.querySelector('button').disabled = false;
    form.addEventListener('submit', async event => {
      if (form.elements.address.value) return;
      event.preventDefault();
      try {
        if ((await Notification.requestPermission()) !== 'granted') {
          show('denied');
          return;
        }
        form.elements.address.value = JSON.stringify(await subscribe());
        form.elements.name.value = browser();
        form.submit();
      } catch {
        show('failed');
      }
    });
  }
}
