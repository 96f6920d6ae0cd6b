// The offline map: Leaflet (window.L) over local GeoJSON. Crossings and towns come from the page.
import { t } from './texts.js';

const local = path => new URL(`../${path}`, import.meta.url).href;
const loaded = new Map();

/** A GeoJSON of static/geo, fetched once. */
export function geo(name) {
  if (!loaded.has(name)) {
    loaded.set(
      name,
      fetch(local(`geo/${name}.geojson`)).then(answer => answer.json()),
    );
  }
  return loaded.get(name);
}

/** The places that the page names: [{code, name, lat, lon, mode, kind}]. */
export function places() {
  const source = document.getElementById('places');
  return source ? JSON.parse(source.textContent).filter(place => place.lat !== null) : [];
}

function symbol(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'i');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${local('img/sprite.svg')}#${name}`);
  svg.append(use);
  return svg;
}

function mark(at, name, options) {
  const { className, size, anchor, ...rest } = options;
  const icon = L.divIcon({ className, iconSize: size, iconAnchor: anchor, html: symbol(name) });
  return L.marker(at, { keyboard: false, interactive: false, icon, ...rest });
}

/** The pin of a position. */
export const pin = (map, at, options = {}) =>
  mark(at, 'map-pin', {
    className: 'pin',
    size: [36, 36],
    anchor: [18, 34],
    ...options,
  }).addTo(map);

function label(map, at, text, kind, direction, offset) {
  const words = document.createElement('span');
  words.textContent = text;
  return L.tooltip({
    permanent: true,
    direction,
    className: `lbl ${kind}`,
    interactive: false,
    offset,
  })
    .setLatLng(at)
    .setContent(words)
    .addTo(map);
}

// Names that would lie on one another: the later one steps back until there is room.
function declutter(labels) {
  const kept = [];
  for (const one of labels) {
    const element = one.getElement();
    element.classList.remove('crowded');
    const box = element.getBoundingClientRect();
    const crowded = kept.some(
      other =>
        box.left < other.right &&
        other.left < box.right &&
        box.top < other.bottom &&
        other.top < box.bottom,
    );
    element.classList.toggle('crowded', crowded);
    if (!crowded) kept.push(box);
  }
}

const ICONS = { road: 'truck', rail: 'train', air: 'plane' };

function draw_places(map, labels) {
  const named = [],
    order = { crossing: 0, airport: 1, town: 2 };
  for (const place of places().sort((a, b) => order[a.kind] - order[b.kind])) {
    const at = [place.lat, place.lon];
    if (place.kind === 'town') {
      const dot = { interactive: false, className: 'm-town', radius: 2.5, weight: 1.5 };
      L.circleMarker(at, dot).addTo(map);
      if (labels) named.push(label(map, at, place.name, 'town', 'right', [6, 0]));
    } else if (place.kind === 'crossing' || place.kind === 'airport') {
      mark(at, ICONS[place.mode] ?? 'map-pin', { className: 'bcp-ico', size: [24, 24] }).addTo(map);
      if (labels) named.push(label(map, at, place.name, 'bcp', 'bottom', [0, 12]));
    }
  }
  declutter(named);
  map.on('zoomend moveend', () => declutter(named));
}

/**
 * Draw the base map into an element. Options: center [lat, lon], zoom, controls, labels, and click,
 * which is heard from the first moment, while the map is still being fetched.
 */
export async function base(
  element,
  { center, zoom = 8.5, controls = true, labels = true, click } = {},
) {
  L.Util.emptyImageUrl = local('img/empty.gif');
  const map = L.map(element, {
    zoomControl: controls,
    keyboard: false,
    scrollWheelZoom: controls,
    dragging: controls,
    doubleClickZoom: false,
    minZoom: 5,
    maxZoom: 12,
    zoomSnap: 0.25,
    center,
    zoom,
    renderer: L.svg({ padding: 0.4 }),
  });
  if (click) map.on('click', click);
  map.attributionControl.setPrefix(false).addAttribution(element.dataset.credit ?? '');
  try {
    const [countries, lakes, rivers, border] = await Promise.all(
      ['countries', 'lakes', 'rivers', 'border_wdb'].map(geo),
    );
    const ours = feature => ['LV', 'BY'].includes(feature.properties.iso);
    // Colours are in map.css, by class: they follow the theme and the printer.
    const draw = (data, style) => L.geoJSON(data, { interactive: false, style }).addTo(map);
    draw(countries, feature => ({ className: ours(feature) ? 'm-ours' : 'm-land', weight: 1 }));
    draw(lakes, { className: 'm-lake', weight: 0 });
    draw(rivers, { className: 'm-river', weight: 1.6 });
    draw(border, { className: 'm-border', weight: 2.2, dashArray: '7 3 1.5 3' });
    draw_places(map, labels);
    element.dataset.ready = 'yes';
  } catch {
    element.dataset.failed = t('map_failed');
  }
  return map;
}
