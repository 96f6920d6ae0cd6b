// Says in words that a passkey was not used; django-allauth's script only tells the console.
document.addEventListener('allauth.error', event => {
  event.preventDefault();
  for (const words of document.querySelectorAll('[data-passkey-failed]')) words.hidden = false;
});
