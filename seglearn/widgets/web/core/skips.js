/** FCN's three score maps: cut, up-sampled, added. The numbers are whole steps, so that Python's sums are equal bit by bit. */

import { ratio } from "./areas.js";
import { bandWidth } from "./boundary.js";
import { upsample } from "./upsampling.js";

export const PATHS = ["fc7", "pool4", "pool3"];
export const IGNORE = 255;

/**
 * A score map as Python wrote it: 16 bits with sign, little-endian, base64.
 * @param {{ shape: [number, number, number], values: string }} packed
 * @returns {ScoreMap}
 */
export function decodeScores({ shape: [n, height, width], values }) {
  const bytes = Uint8Array.from(atob(values), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return {
    values: Float64Array.from({ length: n * height * width }, (_, i) => view.getInt16(2 * i, true)),
    n,
    width,
    height,
  };
}

/**
 * @param {ScoreMap} map
 * @returns {ScoreMap}
 */
const zeros = (map) => ({ ...map, values: new Float64Array(map.values.length) });

/**
 * @param {ScoreMap} a
 * @param {ScoreMap} b
 * @returns {ScoreMap}
 */
function add(a, b) {
  return { ...b, values: a.values.map((v, i) => v + b.values[i]) };
}

/**
 * What happens in the network: at each stride the path's own scores, and the sum so far; then the logits of the pixels.
 * { own: { fc7, pool4, pool3 }, sum: { fc7, pool4, pool3 }, logits }; a path that is cut adds zeros.
 * @param {Record<string, ScoreMap>} scores by path
 * @param {Record<string, boolean>} keep by path; what is missing is cut
 * @param {number} width of the logits
 * @param {number} height
 * @returns {{ own: Record<string, ScoreMap>, sum: Record<string, ScoreMap>, logits: ScoreMap }}
 */
export function fuse(scores, keep, width, height) {
  /** @type {Record<string, ScoreMap>} */
  const own = {};
  for (const path of PATHS) own[path] = keep[path] ? scores[path] : zeros(scores[path]);
  /** @type {Record<string, ScoreMap>} */
  const sum = { fc7: own.fc7 };
  sum.pool4 = add(upsample(sum.fc7, 2, own.pool4.width, own.pool4.height), own.pool4);
  sum.pool3 = add(upsample(sum.pool4, 2, own.pool3.width, own.pool3.height), own.pool3);
  return { own, sum, logits: upsample(sum.pool3, 8, width, height) };
}

/**
 * What each path alone adds to the logits of every pixel; up-sampling is linear, so the three add up to them.
 * @param {Record<string, ScoreMap>} scores by path
 * @param {number} width
 * @param {number} height
 * @returns {Record<string, ScoreMap>}
 */
export const contributions = (scores, width, height) =>
  Object.fromEntries(PATHS.map((path) => [path, fuse(scores, { [path]: true }, width, height).logits]));

/**
 * Labels + 1 in which pixels to ignore take the label of a nearest neighbour, so that a void border becomes a line.
 * @param {LabelMap} labels
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array}
 */
export function filled(labels, width, height) {
  const out = Uint8Array.from(labels, (label) => (label === IGNORE ? 0 : label + 1));
  /** @type {number[]} */
  let front = [];
  for (let i = 0; i < out.length; i++) if (out[i]) front.push(i);
  while (front.length) {
    /** @type {number[]} */
    const next = [];
    for (const i of front) {
      const x = i % width;
      const around = [
        x > 0 ? i - 1 : i,
        x < width - 1 ? i + 1 : i,
        i >= width ? i - width : i,
        i < width * (height - 1) ? i + width : i,
      ];
      for (const j of around) {
        if (out[j]) continue; // i itself stands for what is not there
        out[j] = out[i];
        next.push(j);
      }
    }
    front = next;
  }
  return out;
}

/**
 * The class with the highest score of each pixel, the first of several.
 * @param {ScoreMap} map
 * @returns {LabelMap}
 */
export function argmax({ values, n, width, height }) {
  const size = width * height;
  const labels = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    for (let c = 1, best = values[i]; c < n; c++) {
      const v = values[c * size + i];
      if (v > best) {
        best = v;
        labels[i] = c;
      }
    }
  }
  return labels;
}

/**
 * Pixels whose whole neighbourhood, (2d + 1) × (2d + 1), lies in the image and has their label: runs of runs.
 * @param {LabelMap} labels
 * @param {number} width
 * @param {number} height
 * @param {number} d pixels
 * @returns {Mask}
 */
export function interior(labels, width, height, d) {
  const across = new Uint8Array(labels.length);
  const inside = new Uint8Array(labels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0, from = 0; x < width; x++) {
      const i = y * width + x;
      if (x + 1 < width && labels[i + 1] === labels[i]) continue;
      if (x - from >= 2 * d) across.fill(1, y * width + from + d, i - d + 1);
      from = x + 1;
    }
  }
  for (let x = 0; x < width; x++) {
    for (let y = 0, from = 0; y < height; y++) {
      const i = y * width + x;
      if (across[i] && y + 1 < height && across[i + width] && labels[i + width] === labels[i]) continue;
      if (across[i]) for (let r = from + d; r <= y - d; r++) inside[r * width + x] = 1;
      from = y + 1;
    }
  }
  return inside;
}

/**
 * Mean over classes of the boundary IoU of label maps, as seglearn.metrics.mean_boundary_iou counts it: pixels to ignore
 * are outside the image in both maps, and a class that is in neither is left out.
 * @param {LabelMap} truth
 * @param {LabelMap} prediction
 * @param {number} n classes
 * @param {number} width
 * @param {number} height
 * @returns {Score}
 */
export function meanBoundaryIou(truth, prediction, n, width, height) {
  const d = bandWidth(width, height);
  const bands = [truth, prediction].map((labels) => {
    const out = Uint8Array.from(labels, (label, i) => (truth[i] === IGNORE ? IGNORE : label));
    const inner = interior(out, width, height, d);
    return out.map((label, i) => (inner[i] ? IGNORE : label));
  });
  const both = new Array(n).fill(0);
  const either = new Array(n).fill(0);
  for (let i = 0; i < truth.length; i++) {
    const [t, p] = [bands[0][i], bands[1][i]];
    if (t === p) {
      if (t !== IGNORE) {
        both[t]++;
        either[t]++;
      }
      continue;
    }
    if (t !== IGNORE) either[t]++;
    if (p !== IGNORE) either[p]++;
  }
  const scores = both.map((hit, k) => ratio(hit, either[k])).filter((x) => x !== null);
  return scores.length ? scores.reduce((a, b) => a + b, 0) / scores.length : null;
}
