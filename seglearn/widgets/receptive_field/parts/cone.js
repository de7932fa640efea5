/**
 * The cone of a unit through its stack, in SVG: the image on the left, a column a layer, rows of the image downwards.
 * Units stand at the centre of what they see. Those with a path to the unit are filled, holes and padding are hollow.
 */
import { cone } from "../../web/core/receptive_field.js";

const ROOM = 5; // CSS pixels between units from which they are drawn as dots
const MOST_LINES = 260; // between two layers; more is a blot, and a band says the same

/** Pixel of the image at which unit u of a level stands. */
export const centreOf = ({ field, jump, start }, u) => start + u * jump + field / 2;

/**
 * Where things are: y(level, unit) in CSS pixels, x(level), and the nearest unit to a place.
 * `steps` are those of the whole stack; the box of `unit` of `level` fills the height.
 */
export function frameOf(steps, level, unit, { width, height, columns }) {
  const { field } = steps[level];
  const centre = centreOf(steps[level], unit);
  const reach = field * 0.54 + 0.5;
  const scale = height / (2 * reach);
  const pitch = width / columns;
  return {
    scale,
    x: (l) => (l + 0.5) * pitch,
    y: (pixel) => (pixel - centre + reach) * scale,
    at(px, py) {
      const l = Math.min(level, Math.max(0, Math.round(px / pitch - 0.5)));
      const { jump } = steps[l];
      return { level: l, unit: Math.round((py / scale - reach + centre - centreOf(steps[l], 0)) / jump) };
    },
  };
}

/** Markup of the cone of one unit. `sizes[l]` units are in the map of level l, the others are padding. */
export function drawCone(layers, steps, sizes, level, unit, place, kind) {
  const levels = cone(layers.slice(0, level), unit);
  const { x, y, scale } = place;
  const spot = (l, u) => y(centreOf(steps[l], u));
  const half = (l) => Math.max(0.5, (steps[l].jump * scale) / 2);
  const edges = levels.map(({ first, counts }, l) => [
    spot(l, first) - half(l),
    spot(l, first + counts.length - 1) + half(l),
  ]);

  const outline = [
    ...edges.map(([top], l) => `${x(l)},${top}`),
    ...edges.map(([, end], l) => `${x(l)},${end}`).reverse(),
  ];
  let markup = `<polygon class="hull ${kind}" points="${outline.join(" ")}"/>`;

  for (let l = 1; l < levels.length; l++) {
    const { first, counts } = levels[l];
    const { kernel, dilation, stride, padding } = layers[l - 1];
    const used = counts.reduce((n, paths) => n + (paths > 0 ? 1 : 0), 0);
    if (used * kernel > MOST_LINES || steps[l - 1].jump * scale < 2) continue;
    let d = "";
    counts.forEach((paths, u) => {
      if (!paths) return;
      for (let tap = 0; tap < kernel; tap++) {
        const below = (first + u) * stride - padding + tap * dilation;
        d += `M${x(l).toFixed(1)} ${spot(l, first + u).toFixed(1)}L${x(l - 1).toFixed(1)} ${spot(l - 1, below).toFixed(1)}`;
      }
    });
    markup += `<path class="wire ${kind}" d="${d}"/>`;
  }

  levels.forEach(({ first, counts }, l) => {
    const gap = steps[l].jump * scale;
    if (gap >= ROOM) {
      const radius = Math.min(5, gap * 0.36).toFixed(2);
      counts.forEach((paths, u) => {
        const inside = first + u >= 0 && first + u < sizes[l];
        const look = !paths ? "hole" : inside ? "used" : "outside";
        markup += `<circle class="unit ${kind} ${look}" cx="${x(l).toFixed(1)}" cy="${spot(l, first + u).toFixed(1)}" r="${radius}"/>`;
      });
      return;
    }
    // Too many for dots: a bar of runs, so that holes stay holes.
    let from = -1;
    for (let u = 0; u <= counts.length; u++) {
      if (counts[u] > 0 && from < 0) from = u;
      if (!(counts[u] > 0) && from >= 0) {
        const [top, end] = [spot(l, first + from) - gap / 2, spot(l, first + u - 1) + gap / 2];
        markup += `<rect class="bar ${kind}" x="${(x(l) - 3).toFixed(1)}" y="${top.toFixed(1)}" width="6" height="${Math.max(0.5, end - top).toFixed(1)}"/>`;
        from = -1;
      }
    }
  });
  return markup;
}
