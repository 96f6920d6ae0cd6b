// Sealed personal data leave the screen when nobody does anything for a while. The seconds stand in
// the page; what was hidden is gone from the page too, and comes back only from the server.
const held = document.querySelector('[data-sealed]');
const note = document.getElementById('sealed-note');
const patience = Number(held?.dataset.sealed) * 1000;
let last = Date.now();

function hide() {
  if (!held?.isConnected) return;
  held.remove();
  if (note) note.hidden = false;
}
function look() {
  if (Date.now() - last >= patience) hide();
}
for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
  addEventListener(
    kind,
    () => {
      look(); // a machine that slept wakes with this event, and nothing must flash up
      last = Date.now();
    },
    { passive: true, capture: true },
  );
}
setInterval(look, 5000);
document.addEventListener('visibilitychange', look);
// A page that the browser kept for its back button asks the server again.
addEventListener('pageshow', event => {
  if (event.persisted) hide();
});
