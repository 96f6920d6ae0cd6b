// Shows what the portal pushed: that an alert waits, and how urgent it is. It keeps nothing, answers
// no requests, and opens addresses of the portal alone.
const WORDS = { title: 'BorderCoop', body: '', tag: 'alert', path: '/console/' };

function read(event) {
  try {
    return { ...WORDS, ...event.data.json() };
  } catch {
    return WORDS;
  }
}

function here(path) {
  try {
    const url = new URL(String(path), self.location.origin);
    return url.origin === self.location.origin ? url.href : new URL('/', self.location.origin).href;
  } catch {
    return new URL('/', self.location.origin).href;
  }
}

self.addEventListener('push', event => {
  const { title, body, tag, path } = read(event);
  event.waitUntil(
    self.registration.showNotification(String(title), {
      body: String(body),
      tag: String(tag),
      renotify: true,
      requireInteraction: true,
      icon: '/static/img/icon.svg',
      data: { path: here(path) },
    }),
  );
});

self.addEventListener('notificationclick', event => {
  event.notification.close();
  const to = here(event.notification.data?.path ?? '/');
  event.waitUntil(
    self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then(open => {
      const page = open.find(one => one.url.startsWith(to)) ?? null;
      return page ? page.focus() : self.clients.openWindow(to);
    }),
  );
});
