// Coordinates as officers write them (the server reads the same), and how far a point is from the
// border line.

const SIGNS = /[NSEW\s+,;/|°º˚'’‘`´ʹ′"”“„″:()[\]]/g;
const NUMBER = /-?\d+(?:\.\d+)?/g;
// Longest first: ПД (south) must not be read as the Д of "долготы".
const HEMISPHERES = [
  [/ПН\.?\s*(?:Ш\.?)?/g, 'N'],
  [/ПД\.?\s*(?:Ш\.?)?/g, 'S'],
  [/С\.?\s*(?:Ш\.?)?/g, 'N'],
  [/Ю\.?\s*(?:Ш\.?)?/g, 'S'],
  [/[ВУ]\.?\s*(?:Д\.?)?/g, 'E'],
  [/З\.?\s*(?:Д\.?)?/g, 'W'],
  [/Е/g, 'E'],
  [/Z/g, 'N'],
  [/D/g, 'S'],
  [/A/g, 'E'],
  [/R/g, 'W'],
];

/**
 * {lat, lon} from degrees with comma or point, degrees and minutes, or degrees, minutes and
 * seconds; with or without N and E, in Latin, Cyrillic or Latvian letters. Null when unclear.
 */
export function position_of(text) {
  let upper = text.toUpperCase().replace(/[−–‑]/g, '-');
  for (const [pattern, letter] of HEMISPHERES) upper = upper.replace(pattern, ` ${letter} `);
  if (!upper.includes('.')) {
    if (/\d,\d+,\d/.test(upper)) return null;
    upper = upper.replace(/(\d),(\d)/g, '$1.$2');
  }
  const letters = upper.match(/[NSEW]/g) ?? [];
  const numbers = upper.match(NUMBER) ?? [];
  const odd = upper.replace(NUMBER, '').replace(SIGNS, '');
  if (odd || ![2, 4, 6].includes(numbers.length) || ![0, 2].includes(letters.length)) return null;
  const half = numbers.length / 2;
  const angle = three => {
    const [degrees, minutes = 0, seconds = 0] = three.map(Number);
    if (minutes < 0 || seconds < 0 || minutes >= 60 || seconds >= 60) return NaN;
    return (
      (Math.abs(degrees) + minutes / 60 + seconds / 3600) * (three[0].startsWith('-') ? -1 : 1)
    );
  };
  let [lat, lon] = [angle(numbers.slice(0, half)), angle(numbers.slice(half))];
  if (letters.length) {
    const [a, b] = letters;
    if ('EW'.includes(a) === 'EW'.includes(b)) return null;
    if ('EW'.includes(a)) [lat, lon] = [lon, lat];
    if (letters.includes('S')) lat = -Math.abs(lat);
    if (letters.includes('W')) lon = -Math.abs(lon);
  }
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}

export const write_position = ({ lat, lon }) => `${lat.toFixed(4)}, ${lon.toFixed(4)}`;

/** Kilometres from a point to the nearest of a GeoJSON (multi)line's segments, on a local plane. */
export function distance_km({ lat, lon }, geometry) {
  const lines = geometry.type === 'LineString' ? [geometry.coordinates] : geometry.coordinates;
  const east = 111.32 * Math.cos((lat * Math.PI) / 180),
    north = 110.57;
  let least = Infinity;
  for (const points of lines) {
    for (let i = 1; i < points.length; i += 1) {
      const [ax, ay] = [(points[i - 1][0] - lon) * east, (points[i - 1][1] - lat) * north];
      const [bx, by] = [(points[i][0] - lon) * east, (points[i][1] - lat) * north];
      const [dx, dy] = [bx - ax, by - ay],
        length = dx * dx + dy * dy;
      const along = length ? Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length)) : 0;
      least = Math.min(least, Math.hypot(ax + along * dx, ay + along * dy));
    }
  }
  return least;
}
