/**
 * Panoptic maps: one segment a pixel, and what panoptic quality makes of two of them.
 *
 * A map is a Uint8Array of labels. Label 0 is void in a truth and "no answer" in a prediction; label n is
 * segments[n − 1], an entry [id, class, number]. An entry without a pixel is no segment. The same numbers as
 * seglearn.metrics.panoptic_quality (Kirillov et al., "Panoptic Segmentation", CVPR 2019, section 4).
 */
import { ratio } from "./areas.js";

/**
 * @param {Segment[]} segments
 * @param {number} label
 */
const classOf = (segments, label) => segments[label - 1][1];

/**
 * Pixels of each label, by label.
 * @param {LabelMap} map
 * @param {number} n the largest label
 * @returns {Int32Array} of length n + 1
 */
export function labelAreas(map, n) {
  const found = new Int32Array(n + 1);
  for (const label of map) found[label]++;
  return found;
}

/**
 * Which segments found each other.
 *
 *   { matches: [{ truth, prediction, iou }],    labels, by truth; IoU > 0.5, so each has one partner at most
 *     missed: [label], false: [label],          truths and predictions without a partner
 *     forgiven: [label],                        predictions without one that lie mostly on void: not counted
 *     areas: { truth, prediction }, iou(t, p) } IoU of any two labels, void left out of the union
 * @param {LabelMap} truth
 * @param {LabelMap} prediction
 * @param {Segment[]} truthSegments
 * @param {Segment[]} predictionSegments
 * @returns {Matching}
 */
export function matchSegments(truth, prediction, truthSegments, predictionSegments) {
  const [nt, np] = [truthSegments.length, predictionSegments.length];
  const shared = new Int32Array((nt + 1) * (np + 1));
  for (let i = 0; i < truth.length; i++) shared[truth[i] * (np + 1) + prediction[i]]++;
  const areas = { truth: labelAreas(truth, nt), prediction: labelAreas(prediction, np) };
  /**
   * @param {number} t
   * @param {number} p
   */
  const iou = (t, p) => {
    const both = shared[t * (np + 1) + p];
    return ratio(both, areas.truth[t] + areas.prediction[p] - shared[p] - both);
  };
  const matches = [];
  const found = new Set();
  const used = new Set();
  for (let t = 1; t <= nt; t++) {
    for (let p = 1; p <= np; p++) {
      const share = iou(t, p) ?? 0;
      if (classOf(truthSegments, t) !== classOf(predictionSegments, p) || share <= 0.5) continue;
      matches.push({ truth: t, prediction: p, iou: share });
      found.add(t);
      used.add(p);
    }
  }
  const alone = labelsOf(areas.prediction).filter((p) => !used.has(p));
  /** @param {number} p */
  const onVoid = (p) => 2 * shared[p] > areas.prediction[p];
  return {
    matches,
    missed: labelsOf(areas.truth).filter((t) => !found.has(t)),
    false: alone.filter((p) => !onVoid(p)),
    forgiven: alone.filter(onVoid),
    areas,
    iou,
  };
}

/**
 * Labels that have a pixel, void left out.
 * @param {Int32Array} areas
 */
const labelsOf = (areas) => [...areas.keys()].filter((label) => label > 0 && areas[label] > 0);

/**
 * For each class { tp, fp, fn, iouSum, pq, sq, rq }; 0/0 is null.
 * @param {Matching} found
 * @param {Segment[]} truthSegments
 * @param {Segment[]} predictionSegments
 * @param {number} nClasses
 * @returns {ClassQuality[]}
 */
export function classQuality(found, truthSegments, predictionSegments, nClasses) {
  const rows = Array.from({ length: nClasses }, () => ({ tp: 0, fp: 0, fn: 0, iouSum: 0 }));
  for (const { truth, iou } of found.matches) {
    const row = rows[classOf(truthSegments, truth)];
    row.tp++;
    row.iouSum += iou;
  }
  for (const label of found.false) rows[classOf(predictionSegments, label)].fp++;
  for (const label of found.missed) rows[classOf(truthSegments, label)].fn++;
  return rows.map((row) => {
    const weight = row.tp + row.fp / 2 + row.fn / 2;
    return { ...row, pq: ratio(row.iouSum, weight), sq: ratio(row.iouSum, row.tp), rq: ratio(row.tp, weight) };
  });
}

/**
 * Means over the classes in which a score is defined, and counts in all.
 * @param {ClassQuality[]} rows
 */
export function meanQuality(rows) {
  /** @param {"pq" | "sq" | "rq"} name */
  const mean = (name) => {
    const defined = rows.map((row) => row[name]).filter((x) => x !== null);
    return ratio(total(defined), defined.length);
  };
  /** @param {"tp" | "fp" | "fn"} name */
  const sum = (name) => total(rows.map((row) => row[name]));
  return { pq: mean("pq"), sq: mean("sq"), rq: mean("rq"), tp: sum("tp"), fp: sum("fp"), fn: sum("fn") };
}

/** @param {number[]} numbers */
const total = (numbers) => numbers.reduce((a, b) => a + b, 0);

/**
 * A pixel deep inside each segment, where a link can end, and how far up the segment goes around there:
 * [{ col, row, top }] by label, null where a label has no pixel. Of equally deep pixels the one nearest to the middle
 * of the segment is taken.
 * @param {LabelMap} map
 * @param {number} width
 * @param {number} height
 * @param {number} n the largest label
 * @returns {(Anchor | null)[]} of length n + 1
 */
export function anchors(map, width, height, n) {
  const depth = depths(map, width, height);
  const middle = Array.from({ length: n + 1 }, () => [0, 0, 0]);
  for (let i = 0; i < map.length; i++) {
    const m = middle[map[i]];
    m[0] += i % width;
    m[1] += Math.floor(i / width);
    m[2]++;
  }
  const best = new Array(n + 1).fill(null);
  for (let i = 0; i < map.length; i++) {
    const label = map[i];
    const [col, row] = [i % width, Math.floor(i / width)];
    const [x, y, area] = middle[label];
    const away = Math.hypot(col - x / area, row - y / area);
    const at = best[label];
    // Being deep counts for more than being central, up to a point.
    const worth = 4 * Math.min(depth[i], 12) - away;
    if (!at || worth > at.worth) best[label] = { col, row, worth };
  }
  for (const at of best) if (at) at.top = at.row;
  for (let i = map.length - 1; i >= 0; i--) {
    const at = best[map[i]];
    if (Math.abs((i % width) - at.col) <= 3) at.top = Math.min(at.top, Math.floor(i / width));
  }
  return best;
}

/**
 * City-block steps to the nearest pixel of another label; the border of the picture is no end.
 * @param {LabelMap} map
 * @param {number} width
 * @param {number} height
 */
function depths(map, width, height) {
  const depth = new Int32Array(map.length).fill(width + height);
  /**
   * @param {number} i
   * @param {number} j
   */
  const step = (i, j) => {
    depth[i] = Math.min(depth[i], map[j] === map[i] ? depth[j] + 1 : 1);
  };
  for (let i = 0; i < map.length; i++) {
    if (i % width) step(i, i - 1);
    if (i >= width) step(i, i - width);
  }
  for (let i = map.length - 1; i >= 0; i--) {
    if (i % width < width - 1) step(i, i + 1);
    if (i + width < map.length) step(i, i + width);
  }
  return depth;
}

// --- spoiling a prediction: each returns a new map -------------------------------------------------------------------

/**
 * `other` becomes part of `label`.
 * @param {LabelMap} map
 * @param {number} label
 * @param {number} other
 * @returns {LabelMap}
 */
export const mergeLabels = (map, label, other) => map.map((at) => (at === other ? label : at));

/**
 * Its pixels go without an answer.
 * @param {LabelMap} map
 * @param {number} label
 * @returns {LabelMap}
 */
export const dropLabel = (map, label) => mergeLabels(map, 0, label);

/**
 * Half of the pixels, on one side of a cut across the longer way of the segment, become `other`.
 * @param {LabelMap} map
 * @param {number} width
 * @param {number} label
 * @param {number} other
 * @returns {LabelMap}
 */
export function splitLabel(map, width, label, other) {
  const mine = pixelsOf(map, label);
  /** @param {(i: number) => number} along */
  const spread = (along) => Math.max(...mine.map(along)) - Math.min(...mine.map(along));
  /** @type {((i: number) => number)[]} */
  const [x, y] = [(i) => i % width, (i) => Math.floor(i / width)];
  const along = spread(x) > spread(y) ? x : y;
  const out = map.slice();
  mine.sort((a, b) => along(a) - along(b) || a - b);
  for (const i of mine.slice(mine.length >> 1)) out[i] = other;
  return out;
}

/**
 * The segment moves by whole pixels, over what lies there; it stays in the picture whole.
 * @param {LabelMap} map
 * @param {number} width
 * @param {number} height
 * @param {number} label
 * @param {number} dx pixels; rounded
 * @param {number} dy
 * @returns {LabelMap}
 */
export function shiftLabel(map, width, height, label, dx, dy) {
  const mine = pixelsOf(map, label);
  const [cols, rows] = [mine.map((i) => i % width), mine.map((i) => Math.floor(i / width))];
  /**
   * @param {number} d
   * @param {number[]} at
   * @param {number} size
   */
  const within = (d, at, size) => Math.min(size - 1 - Math.max(...at), Math.max(-Math.min(...at), Math.round(d)));
  const by = within(dy, rows, height) * width + within(dx, cols, width);
  const out = dropLabel(map, label);
  for (const i of mine) out[i + by] = label;
  return out;
}

/**
 * The segment loses the pixels along its border, which go without an answer; the picture's border is no border.
 * @param {LabelMap} map
 * @param {number} width
 * @param {number} label
 * @returns {LabelMap}
 */
export function erodeLabel(map, width, label) {
  const out = map.slice();
  for (const i of pixelsOf(map, label)) if (neighbours(map, width, i).some((j) => map[j] !== label)) out[i] = 0;
  return out;
}

/**
 * The segment takes one pixel all around from whatever lies there.
 * @param {LabelMap} map
 * @param {number} width
 * @param {number} label
 * @returns {LabelMap}
 */
export function growLabel(map, width, label) {
  const out = map.slice();
  for (const i of pixelsOf(map, label)) for (const j of neighbours(map, width, i)) out[j] = label;
  return out;
}

/**
 * @param {LabelMap} map
 * @param {number} label
 */
function pixelsOf(map, label) {
  const found = [];
  for (let i = 0; i < map.length; i++) if (map[i] === label) found.push(i);
  return found;
}

/**
 * @param {LabelMap} map
 * @param {number} width
 * @param {number} i
 */
function neighbours(map, width, i) {
  const found = [];
  if (i % width) found.push(i - 1);
  if (i % width < width - 1) found.push(i + 1);
  if (i >= width) found.push(i - width);
  if (i + width < map.length) found.push(i + width);
  return found;
}
