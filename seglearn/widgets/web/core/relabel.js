/** Moves pixels from one predicted label to another where a real network would: along the border of what takes them. */

/**
 * A copy of `prediction` in which `count` pixels of truth i go from label `from` to label `to`: those nearest to where
 * `to` is predicted already, so that mistakes grow as clumps on borders. The same call moves the same pixels.
 * @param {LabelMap} truth
 * @param {LabelMap} prediction
 * @param {number} width
 * @param {{ i: number, from: number, to: number, count: number }} move
 * @returns {LabelMap}
 */
export function movePixels(truth, prediction, width, { i, from, to, count }) {
  const moved = prediction.slice();
  /** @type {number[]} */
  const mine = [];
  for (let p = 0; p < truth.length; p++) if (truth[p] === i && prediction[p] === from) mine.push(p);
  const seeds = places(prediction, to) ?? places(truth, to) ?? [mine[mine.length >> 1]];
  const distance = stepsFrom(seeds, width, truth.length);
  const order = mine.map((p) => distance[p] + ripple(p % width, Math.floor(p / width)));
  mine
    .map((_, at) => at)
    .sort((a, b) => order[a] - order[b] || mine[a] - mine[b])
    .slice(0, count)
    .forEach((at) => (moved[mine[at]] = to));
  return moved;
}

/**
 * Indices of the pixels with this label, or null where there is none.
 * @param {LabelMap} labels
 * @param {number} label
 * @returns {number[] | null}
 */
function places(labels, label) {
  const found = [];
  for (let p = 0; p < labels.length; p++) if (labels[p] === label) found.push(p);
  return found.length ? found : null;
}

/**
 * City-block distance of every pixel to the nearest seed.
 * @param {number[]} seeds
 * @param {number} width
 * @param {number} size
 */
function stepsFrom(seeds, width, size) {
  const distance = new Int32Array(size).fill(-1);
  const queue = new Int32Array(size);
  let tail = 0;
  /**
   * @param {number} p
   * @param {number} d
   */
  const reach = (p, d) => {
    if (distance[p] >= 0) return;
    distance[p] = d;
    queue[tail++] = p;
  };
  for (const p of seeds) reach(p, 0);
  for (let head = 0; head < tail; head++) {
    const p = queue[head];
    const d = distance[p] + 1;
    if (p >= width) reach(p - width, d);
    if (p + width < size) reach(p + width, d);
    if (p % width > 0) reach(p - 1, d);
    if (p % width < width - 1) reach(p + 1, d);
  }
  return distance;
}

/**
 * A gentle wave of about ±1 pixel: keeps a growing patch from creeping along a border in reading order.
 * @param {number} x
 * @param {number} y
 */
const ripple = (x, y) => 0.8 * Math.sin(0.55 * x + 0.31 * y + 1) + 0.8 * Math.cos(0.27 * x - 0.47 * y);
