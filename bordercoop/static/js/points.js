// The map of the contact points: their ends, and a line between those of one point. On the call
// sheet: its print button.
import * as maps from './map.js';

document.querySelector('[data-print]')?.addEventListener('click', () => print());

const element = document.querySelector('[data-points-map]');
if (element && window.L) {
  const ends = maps.places();
  const map = await maps.base(element, { center: [55.3, 26.4], zoom: 6, controls: false });
  const by_point = new Map();
  for (const end of ends) {
    by_point.set(end.point, [...(by_point.get(end.point) ?? []), [end.lat, end.lon]]);
  }
  for (const line of by_point.values()) {
    const style = { interactive: false, className: 'm-link', weight: 2.5 };
    if (line.length > 1) L.polyline(line, style).addTo(map);
  }
  const dots = { interactive: false, className: 'm-end', radius: 6, weight: 2 };
  for (const end of ends) {
    if (end.kind === 'town') L.circleMarker([end.lat, end.lon], dots).addTo(map);
  }
  if (ends.length) {
    const around = L.latLngBounds(ends.map(end => [end.lat, end.lon]));
    map.fitBounds(around, { padding: [60, 48], maxZoom: ends.length > 1 ? 7.5 : 6.25 });
  }
}
