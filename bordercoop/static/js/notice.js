// The form of an advance notice: only the fields of the chosen way of saying where are shown, and
// the map draws what they say. Without scripts all of them are there.
import { hotkey } from './hotkeys.js';
import { base, pin, places } from './map.js';
import { position_of, write_position } from './position.js';
import { when } from './when.js';

const form = document.getElementById('notice');
for (const group of form.querySelectorAll('[data-when]')) when(group);
hotkey('Ctrl+Enter', () => form.requestSubmit(form.querySelector('button.primary')));
document.querySelector('.errsum[data-focus]')?.focus();

const field = name => form.elements[name];
const shape = () => form.querySelector('[name="shape"]:checked')?.value;
const element = form.querySelector('[data-map]');
let map = null,
  layer = null;

const corners = () =>
  field('corners').value.split('\n').map(position_of).filter(Boolean);
const metres = () => Number.parseFloat(field('radius_m').value.replace(',', '.')) * 1000;

function tell(input) {
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

function draw() {
  if (!map) return;
  layer.clearLayers();
  const look = { className: 'm-notice now', weight: 2, fillOpacity: 0.25 };
  const chosen = places().find(place => place.code === field('place').value);
  const at = shape() === 'place' ? chosen : position_of(field('coordinates').value);
  if (shape() === 'area') {
    const found = corners().map(({ lat, lon }) => [lat, lon]);
    for (const one of found) L.circleMarker(one, { ...look, radius: 5 }).addTo(layer);
    if (found.length > 2) L.polygon(found, look).addTo(layer);
    if (found.length) map.panInside(found.at(-1), { padding: [40, 40] });
  } else if (shape() !== 'signs' && at) {
    pin(map, [at.lat, at.lon]).addTo(layer);
    if (metres() > 0) L.circle([at.lat, at.lon], { ...look, radius: metres() }).addTo(layer);
    map.panInside([at.lat, at.lon], { padding: [40, 40] });
  }
}

function show() {
  for (const part of form.querySelectorAll('[data-shape]')) {
    part.hidden = !part.dataset.shape.split(' ').includes(shape());
  }
  const around = form.querySelector('[data-shape-map]');
  if (around) around.hidden = shape() === 'signs';
  const height = form.querySelector('[data-height]');
  const flies = 'altitude' in (form.querySelector('[name="kind"]:checked')?.dataset ?? {});
  if (height) height.hidden = !flies && !field('altitude_m').value;
  draw();
}

function clicked({ latlng }) {
  const at = write_position({ lat: latlng.lat, lon: latlng.lng });
  if (shape() === 'area') {
    const input = field('corners');
    input.value = [input.value.trim(), at].filter(Boolean).join('\n');
    tell(input);
  } else if (shape() === 'point') {
    field('coordinates').value = at;
    tell(field('coordinates'));
  }
}

form.querySelector('[data-undo-corner]')?.addEventListener('click', () => {
  const input = field('corners');
  input.value = input.value.trim().split('\n').slice(0, -1).join('\n');
  tell(input);
});
form.addEventListener('change', show);
form.addEventListener('input', draw);
show();

if (element && window.L) {
  map = await base(element, { center: [55.82, 27.35], zoom: 8.5, click: clicked });
  layer = L.layerGroup().addTo(map);
  draw();
}
