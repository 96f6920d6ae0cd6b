// The border in ten sections, thick and dark by count. The drawing of the server stays until the map
// is there, and the table says the same.
import { base } from './map.js';

const place = document.getElementById('line');
const source = document.getElementById('sections');

function number(at, section) {
  const text = document.createElement('span');
  text.textContent = `${section.number}: ${section.count}`;
  const icon = L.divIcon({
    className: 'hv-n',
    iconSize: [48, 20],
    iconAnchor: [24, 34],
    html: text,
  });
  return L.marker(at, { interactive: false, keyboard: false, icon });
}

async function start() {
  place.hidden = false;
  const map = await base(place, { center: [55.87, 27.4], zoom: 8 });
  if (place.dataset.ready !== 'yes') {
    place.hidden = true;
    return;
  }
  document.getElementById('line-plain').hidden = true;
  const all = [];
  for (const { points: whole, shade, ...section } of JSON.parse(source.textContent)) {
    const points = whole.map(([lat, lon]) => [lat / 10000, lon / 10000]);
    const weight = 4 + shade * 2;
    const line = { interactive: false, lineCap: 'butt' };
    L.polyline(points, { ...line, weight: weight + 3, className: 'm-section-edge' }).addTo(map);
    L.polyline(points, { ...line, weight, className: `m-section q${shade}` }).addTo(map);
    // On a narrow screen the labels of empty sections would hide the others.
    if (section.count || place.clientWidth > 500)
      number(points[Math.floor(points.length / 2)], section).addTo(map);
    all.push(...points);
  }
  map.fitBounds(L.latLngBounds(all).pad(0.08));
}

if (place && source && window.L) start();
