// Border signs on the map: filled where the position is verified, hollow where it is not. The list
// says the same and is what a keyboard or a reader of screens uses.
import { base } from './map.js';

const place = document.getElementById('signs-map');
const signs = JSON.parse(document.getElementById('signs')?.textContent ?? '[]');

async function start() {
  place.hidden = false;
  const one = signs.length === 1 ? [signs[0].lat, signs[0].lon] : null;
  const map = await base(place, { center: one ?? [56, 27.6], zoom: one ? 9 : 8 });
  for (const sign of signs) {
    const broken = ['damaged', 'moved', 'missing'].includes(sign.condition);
    const mark = L.circleMarker([sign.lat, sign.lon], {
      radius: 7,
      weight: 3,
      className: `m-sign${broken ? ' broken' : ''}${sign.verified ? '' : ' hollow'}`,
    }).addTo(map);
    const words = document.createElement('span');
    words.textContent = sign.label ? `${sign.name}: ${sign.label}` : sign.name;
    mark.bindTooltip(words);
    if (sign.url) mark.on('click', () => window.location.assign(sign.url));
  }
  if (signs.length > 1) {
    map.fitBounds(signs.map(sign => [sign.lat, sign.lon]), { padding: [30, 30], maxZoom: 10 });
  }
}

if (place) start();
