/**
 * SLIC, step by step: the algorithm of seglearn/superpixels/slic.py (Achanta et al., TPAMI 34(11), 2012), pixel for pixel.
 *
 *   const slic = runSlic(lab, width, height, nSegments, compactness);
 *   slic.seeds, slic.nudged        [[y, x], …]
 *   slic.iterations                10 × { labels, before, centres, residual }: labels are nearest to `before`
 *   slic.connected                 see connectivity.enforce
 */
import { enforce } from "./connectivity.js";

export const ITERATIONS = 10;
/**
 * @param {number} v
 * @param {number} n
 */
const clip = (v, n) => (v < 0 ? 0 : v >= n ? n - 1 : v);
/**
 * The nine places around (y, x), in reading order; some may lie outside.
 * @param {number} y
 * @param {number} x
 * @returns {[number, number][]}
 */
export const around = (y, x) => Array.from({ length: 9 }, (_, i) => [y + Math.floor(i / 3) - 1, x + (i % 3) - 1]);
const round = Math.fround;

/**
 * Rows and columns of a grid of nearly square cells, about `n` in all, rather one more than one too few.
 * @param {number} height
 * @param {number} width
 * @param {number} n
 * @returns {[number, number]}
 */
export function gridShape(height, width, n) {
  let best = Infinity;
  /** @type {[number, number]} */
  let choice = [1, 1];
  const ideal = Math.trunc(Math.sqrt((n * height) / width));
  for (let rows = Math.max(1, ideal - 3); rows <= Math.min(height, ideal + 4); rows++) {
    for (const wanted of new Set([Math.floor(n / rows), Math.ceil(n / rows)])) {
      const columns = Math.min(Math.max(wanted, 1), width);
      const excess = Math.log((rows * columns) / n);
      const stretch = Math.abs(Math.log(height / rows / (width / columns)));
      const cost = stretch + (excess >= 0 ? 3 * excess : -12 * excess);
      if (cost < best) {
        best = cost;
        choice = [rows, columns];
      }
    }
  }
  return choice;
}

/**
 * Squared gradient at (y, x), from differences of the neighbours' colours; the border repeats.
 * @param {Lab} lab
 * @param {number} width
 * @param {number} height
 * @param {number} y
 * @param {number} x
 * @returns {number}
 */
export function slope({ l, a, b }, width, height, y, x) {
  /**
   * @param {number} v
   * @param {number} u
   */
  const at = (v, u) => clip(v, height) * width + clip(u, width);
  let sum = 0;
  for (const plane of [l, a, b]) {
    const dy = round(plane[at(y + 1, x)] - plane[at(y - 1, x)]);
    const dx = round(plane[at(y, x + 1)] - plane[at(y, x - 1)]);
    sum = round(sum + round(round(dy * dy) + round(dx * dx)));
  }
  return sum;
}

/**
 * The whole run, step by step.
 * @param {Lab} lab
 * @param {number} width
 * @param {number} height
 * @param {number} nSegments about how many superpixels
 * @param {number} compactness m of the paper, above 0
 */
export function runSlic(lab, width, height, nSegments, compactness) {
  const [rows, columns] = gridShape(height, width, nSegments);
  const step = Math.sqrt((height * width) / (rows * columns));
  const weight = round((compactness / step) ** 2);
  /**
   * @param {number} i
   * @param {number} n
   * @param {number} length
   */
  const middle = (i, n, length) => Math.trunc(((i + 0.5) * length) / n);
  const seeds = Array.from({ length: rows * columns }, (_, k) => [
    middle(Math.floor(k / columns), rows, height),
    middle(k % columns, columns, width),
  ]);
  const nudged = seeds.map(([y, x]) => {
    let best = Infinity;
    let flattest = [y, x];
    around(y, x).forEach(([v, u], i) => {
      const g = round(slope(lab, width, height, v, u) - (i === 4 ? 1e-6 : 0)); // stay where all is equally flat
      if (g < best) [best, flattest] = [g, [clip(v, height), clip(u, width)]];
    });
    return flattest;
  });
  const tiles = { y: cut(height, rows), x: cut(width, columns) };
  let centres = nudged.map(([y, x]) => {
    const p = y * width + x;
    return [lab.l[p], lab.a[p], lab.b[p], y, x];
  });
  const iterations = [];
  for (let i = 0; i < ITERATIONS; i++) {
    const { labels, sums } = assign(lab, width, height, rows, columns, step, weight, tiles, centres);
    const next = centres.map((old, k) => {
      const count = sums[6 * k + 5];
      return count ? old.map((_, j) => sums[6 * k + j] / count) : old;
    });
    const moved = next.reduce((sum, c, k) => sum + Math.hypot(c[3] - centres[k][3], c[4] - centres[k][4]), 0);
    iterations.push({ labels, before: centres, centres: next, residual: moved / next.length });
    centres = next;
  }
  const connected = enforce(iterations[ITERATIONS - 1].labels, width, nSegments, lab, step ** 2 / 16);
  return { rows, columns, step, weight, seeds, nudged, tiles, iterations, connected };
}

/**
 * Where the tiles of one axis begin, and the tile of each pixel.
 * @param {number} length
 * @param {number} n
 * @returns {Tiles}
 */
function cut(length, n) {
  const edge = Int32Array.from({ length: n + 1 }, (_, i) => Math.floor((i * length) / n));
  const of = new Int16Array(length);
  for (let i = 0; i < n; i++) of.fill(i, edge[i], edge[i + 1]);
  return { edge, of };
}

/**
 * Lets every pixel join the nearest of the nine centres around its tile whose 2S × 2S window holds it. Centre by centre,
 * as the paper does it: about four looks a pixel instead of nine.
 * @param {Lab} lab
 * @param {number} width
 * @param {number} height
 * @param {number} rows
 * @param {number} columns
 * @param {number} step S of the paper, in pixels
 * @param {number} weight of a squared pixel against a squared step of colour
 * @param {{ x: Tiles, y: Tiles }} tiles
 * @param {number[][]} centres [l, a, b, y, x] each
 */
function assign(lab, width, height, rows, columns, step, weight, tiles, centres) {
  const { l, a, b } = lab;
  const n = width * height;
  const labels = new Int16Array(n).fill(-1);
  const least = new Float64Array(n).fill(Infinity);
  const reach = round(step);
  for (let k = 0; k < centres.length; k++) {
    const [cl, ca, cb, cy, cx] = centres[k];
    const r = Math.floor(k / columns);
    const c = k % columns;
    const top = Math.max(tiles.y.edge[Math.max(0, r - 1)], Math.ceil(cy - step - 1e-3));
    const bottom = Math.min(tiles.y.edge[Math.min(rows, r + 2)], Math.floor(cy + step + 1e-3) + 1);
    const left = Math.max(tiles.x.edge[Math.max(0, c - 1)], Math.ceil(cx - step - 1e-3));
    const right = Math.min(tiles.x.edge[Math.min(columns, c + 2)], Math.floor(cx + step + 1e-3) + 1);
    for (let y = top; y < bottom; y++) {
      const dy = round(y - cy);
      if (Math.abs(dy) > reach) continue;
      const bias = 3 * (r - tiles.y.of[y] + 1) + c + 1; // the first of two equally near ones wins
      for (let x = left; x < right; x++) {
        const dx = round(x - cx);
        if (Math.abs(dx) > reach) continue;
        const p = y * width + x;
        const dl = l[p] - cl;
        const da = a[p] - ca;
        const db = b[p] - cb;
        const d = dl * dl + da * da + db * db + weight * (dy * dy + dx * dx) + 1e-3 * (bias - tiles.x.of[x]);
        if (d < least[p]) {
          least[p] = d;
          labels[p] = k;
        }
      }
    }
  }
  const sums = new Float64Array(6 * centres.length);
  for (let p = 0, y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      if (labels[p] < 0) labels[p] = nearest(y, x);
      const at = 6 * labels[p];
      sums[at] += l[p];
      sums[at + 1] += a[p];
      sums[at + 2] += b[p];
      sums[at + 3] += y;
      sums[at + 4] += x;
      sums[at + 5]++;
    }
  }
  return { labels, sums };

  /**
   * Where a pixel in nobody's window goes: to the nearest of the nine centres.
   * @param {number} y
   * @param {number} x
   */
  function nearest(y, x) {
    const p = y * width + x;
    let least = Infinity;
    let home = -1;
    around(tiles.y.of[y], tiles.x.of[x]).forEach(([r, c], j) => {
      if (r < 0 || c < 0 || r >= rows || c >= columns) return;
      const [cl, ca, cb, cy, cx] = centres[r * columns + c];
      const colour = (l[p] - cl) ** 2 + (a[p] - ca) ** 2 + (b[p] - cb) ** 2;
      const d = colour + weight * ((y - cy) ** 2 + (x - cx) ** 2) + 1e-3 * j;
      if (d < least) [least, home] = [d, r * columns + c];
    });
    return home;
  }
}
