// The map of incidents: a circle for each cell, fetched anew when the map moves. The table under it
// says the same and is what a keyboard or a reader of screens uses.
import { base } from './map.js';
import { ask } from './ask.js';
import { draw_notices, notices } from './notices-map.js';

const place = document.getElementById('cells');

function circle(cell) {
  const size = Math.round(22 + 8 * Math.log10(cell.count + 1) * 2);
  const text = document.createElement('span');
  text.textContent = cell.count;
  const icon = L.divIcon({ className: 'cell', iconSize: [size, size], html: text });
  return L.marker([cell.lat, cell.lon], { icon, keyboard: false, cell });
}

async function start() {
  const asked = place.dataset.box.split(',').map(Number);
  const map = await base(place, { center: [55.5, 27.2], zoom: 7 });
  draw_notices(map, notices());
  const layer = L.layerGroup().addTo(map);
  if (asked.length === 4 && asked.every(Number.isFinite)) {
    map.fitBounds([
      [asked[1], asked[0]],
      [asked[3], asked[2]],
    ]);
  }
  let latest = 0;
  async function draw() {
    const mine = ++latest;
    const b = map.getBounds().pad(0.1);
    const edges = [
      Math.max(-180, b.getWest()),
      Math.max(-90, b.getSouth()),
      Math.min(180, b.getEast()),
      Math.min(90, b.getNorth()),
    ];
    const query = new URLSearchParams({ box: edges.map(edge => edge.toFixed(4)).join(',') });
    if (place.dataset.since) query.set('since', place.dataset.since);
    try {
      const answer = await ask(`${place.dataset.cells}?${query}`);
      if (mine !== latest || !answer.ok) return;
      const { cells } = await answer.json();
      layer.clearLayers();
      for (const cell of cells) {
        circle(cell)
          .addTo(layer)
          .on('click', () =>
            map.fitBounds([
              [cell.south, cell.west],
              [cell.north, cell.east],
            ]),
          );
      }
    } catch {
      /* what is drawn stays; the table holds the numbers */
    }
  }
  map.on('moveend', draw);
  draw();
}

if (place && window.L) start();
