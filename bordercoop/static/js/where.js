// The place of an incident: one coordinate field that typing, the map, the arrow keys and the
// choice of a place all write. A point far from the border line is warned about, never refused.
import * as maps from './map.js';
import { distance_km, position_of, write_position } from './position.js';
import { t } from './texts.js';

const FAR_KM = 3,
  MIDDLE = [55.82, 27.35];

/** Bring the [data-where] group of a form to life. */
export async function where(group, form) {
  const field = group.querySelector('[data-coordinates]');
  const place = group.querySelector('[data-place]');
  const line = group.querySelector('[data-position-line]');
  const element = group.querySelector('[data-map]');
  let map = null,
    pin = null,
    asked = 0;

  const on_land = () => 'land' in (form.querySelector('[data-category]:checked')?.dataset ?? {});

  function warn(text) {
    line.textContent = text;
    line.hidden = !text;
  }

  async function check() {
    const turn = ++asked,
      at = position_of(field.value);
    warn(field.value.trim() && !at ? t('coordinates_unclear') : '');
    if (!at || !on_land()) return;
    try {
      const border = await maps.geo('border_wdb');
      if (turn !== asked) return;
      const km = distance_km(at, border.geometry ?? border.features[0].geometry);
      const far = km.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
      if (km > FAR_KM) warn(t('far_from_line', { km: far }));
    } catch {
      /* without the line there is no warning */
    }
  }

  function show({ pan = false } = {}) {
    check();
    const at = position_of(field.value);
    if (!map) return;
    if (!at) {
      pin?.remove();
      pin = null;
      return;
    }
    const here = [at.lat, at.lon];
    if (pin) pin.setLatLng(here);
    else {
      pin = maps.pin(map, here, { draggable: true, interactive: true });
      pin.on('dragend', () => write(pin.getLatLng().lat, pin.getLatLng().lng));
    }
    if (pan) map.panTo(here);
    else map.panInside(here, { padding: [40, 40] });
  }

  function write(lat, lon) {
    field.value = write_position({ lat, lon });
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  field.addEventListener('input', () => show());
  field.addEventListener('change', () => {
    const at = position_of(field.value);
    if (at) field.value = write_position(at);
    show({ pan: true });
  });
  form.addEventListener('change', event => {
    if (event.target.matches('[data-category]')) check();
  });
  place?.addEventListener('change', () => {
    const chosen = maps.places().find(one => one.code === place.value);
    if (!chosen) return;
    write(chosen.lat, chosen.lon);
    show({ pan: true });
  });
  form.addEventListener('draft:restored', () => show({ pan: true }));

  check();
  if (!element || !window.L) return;
  const at = position_of(field.value);
  map = await maps.base(element, {
    center: at ? [at.lat, at.lon] : MIDDLE,
    zoom: 8.5,
    click: event => write(event.latlng.lat, event.latlng.lng),
  });
  const steps = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  element.addEventListener('keydown', event => {
    const step = steps[event.key];
    if (event.key === '+' || event.key === '-') map.zoomIn(event.key === '+' ? 1 : -1);
    if (!step) return;
    event.preventDefault();
    const size = event.shiftKey ? 0.01 : 0.001;
    const from = position_of(field.value) ?? { lat: map.getCenter().lat, lon: map.getCenter().lng };
    write(from.lat + step[0] * size, from.lon + step[1] * size);
  });
  show();
}
