// Advance notices on the offline map: hatched circles and areas. The table or the page says
// the same and is what a keyboard or a reader of screens uses.
import { base } from './map.js';

/** What the page names to be drawn. */
export const notices = () =>
  JSON.parse(document.getElementById('notices-drawn')?.textContent ?? '[]');

/** Add notices to a map; returns their bounds, null without any. A click opens the notice. */
export function draw_notices(map, rows, { link = true } = {}) {
  const layer = L.featureGroup();
  for (const row of rows) {
    const look = {
      className: `m-notice${row.now ? ' now' : ''}`,
      weight: 2,
      fillColor: `url(#hatch-${row.now ? 'now' : 'coming'})`,
      fillOpacity: 1,
      dashArray: row.now ? null : '6 4',
    };
    let shape = null;
    if (row.kind === 'circle') shape = L.circle([row.lat, row.lon], { ...look, radius: row.m });
    else shape = L.polygon(row.points, look);
    if (row.label) {
      const words = document.createElement('span');
      words.textContent = row.label;
      shape.bindTooltip(words);
    }
    if (link && row.url) shape.on('click', () => window.location.assign(row.url));
    layer.addLayer(shape);
  }
  layer.addTo(map);
  return rows.length ? layer.getBounds() : null;
}

async function start(element) {
  element.hidden = false;
  const rows = notices();
  const map = await base(element, { center: [55.82, 27.35], zoom: 8.5 });
  const bounds = draw_notices(map, rows, { link: false });
  if (bounds) map.fitBounds(bounds, { padding: [40, 40], maxZoom: 11 });
}

const own = document.querySelector('[data-notices-map]');
if (own && window.L) start(own);
