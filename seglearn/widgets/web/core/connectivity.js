/** From any label map to superpixels: connected, numbered, not too many. As seglearn/superpixels/connectivity.py. */

/**
 * Gives every connected part of every label a number: { parts: Int32Array, sizes }, in reading order.
 * @param {ArrayLike<number>} labels height × width
 * @param {number} width
 * @param {boolean} [corners] whether pixels touch at corners too
 * @returns {{ parts: Int32Array, sizes: number[] }}
 */
export function connectedParts(labels, width, corners = false) {
  const n = labels.length;
  const beside = corners ? [-width, 0, width] : [0];
  const parts = new Int32Array(n).fill(-1);
  const stack = new Int32Array(n);
  const sizes = [];
  for (let start = 0; start < n; start++) {
    if (parts[start] >= 0) continue;
    const part = sizes.length;
    const label = labels[start];
    let size = 0;
    let top = 0;
    /** @param {number} p beyond the first and the last row there is no label */
    const push = (p) => {
      if (labels[p] === label && parts[p] < 0) {
        parts[p] = part;
        stack[top++] = p;
      }
    };
    push(start);
    while (top) {
      const p = stack[--top];
      const x = p % width;
      size++;
      push(p - width);
      push(p + width);
      for (const dy of beside) {
        if (x) push(p + dy - 1);
        if (x < width - 1) push(p + dy + 1);
      }
    }
    sizes.push(size);
  }
  return { parts, sizes };
}

/**
 * The connected parts of a mask: the large ones are 1 … n in reading order, and the others 0, as all that is not in it.
 * @param {Mask} mask height × width
 * @param {number} width
 * @param {boolean} corners whether pixels touch at corners too
 * @param {number} minArea pixels
 * @returns {{ labels: Int32Array, areas: number[], dropped: number[] }} areas of those that stay and of the others
 */
export function components(mask, width, corners, minArea) {
  const { parts, sizes } = connectedParts(mask, width, corners);
  const inside = new Uint8Array(sizes.length);
  for (let p = 0; p < mask.length; p++) inside[parts[p]] = mask[p];
  /** @type {number[]} */
  const areas = [];
  /** @type {number[]} */
  const dropped = [];
  const number = sizes.map((size, part) => {
    if (!inside[part]) return 0;
    if (size < minArea) return dropped.push(size) && 0;
    return areas.push(size);
  });
  return { labels: parts.map((part) => number[part]), areas, dropped };
}

/**
 * Calls `meet` with every pixel and its neighbour to the right, and with every pixel and the one below.
 * @param {ArrayLike<number>} labels height × width
 * @param {number} width
 * @param {(p: number, q: number) => void} meet
 */
export function pairs({ length }, width, meet) {
  for (let p = 0; p < length; p++) {
    if ((p + 1) % width) meet(p, p + 1);
    if (p + width < length) meet(p, p + width);
  }
}

/**
 * Which of the labels 0 … n−1 touch: an array of sorted arrays.
 * @param {ArrayLike<number>} labels height × width
 * @param {number} width
 * @param {number} n
 * @returns {number[][]}
 */
export function neighbours(labels, width, n) {
  /** @type {Set<number>[]} */
  const sets = Array.from({ length: n }, () => new Set());
  pairs(labels, width, (p, q) => {
    if (labels[p] === labels[q]) return;
    sets[labels[p]].add(labels[q]);
    sets[labels[q]].add(labels[p]);
  });
  return sets.map((set) => [...set].sort((a, b) => a - b));
}

/**
 * The largest `nSegments` parts of at least `minSize` pixels stay; the others join the neighbour of most alike colour.
 * → { labels: Int32Array 0 … n−1, n, crumbs: Uint8Array, 1 where a pixel joined, nCrumbs }
 * @param {ArrayLike<number>} labels height × width
 * @param {number} width
 * @param {number} nSegments
 * @param {Lab} lab
 * @param {number} minSize pixels
 */
export function enforce(labels, width, nSegments, lab, minSize) {
  const { parts, sizes } = connectedParts(labels, width);
  const n = sizes.length;
  const bySize = [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a]);
  const keep = new Uint8Array(n);
  for (const part of bySize.slice(0, nSegments)) keep[part] = sizes[part] >= minSize ? 1 : 0;
  keep[bySize[0]] = 1;

  const means = [lab.l, lab.a, lab.b].map((channel) => {
    const sums = new Float64Array(n);
    for (let p = 0; p < parts.length; p++) sums[parts[p]] += channel[p];
    return sums.map((sum, part) => sum / sizes[part]);
  });
  /**
   * @param {number} a
   * @param {number} b
   */
  const apart = (a, b) => means.reduce((sum, mean) => sum + (mean[a] - mean[b]) ** 2, 0);
  const beside = neighbours(parts, width, n);
  const home = Int32Array.from(keep, (kept, part) => (kept ? part : -1));
  // Parts beside a kept one go first, then those beside them, so that all stay connected.
  let orphans = [...home.keys()].filter((part) => home[part] < 0);
  const nCrumbs = orphans.length;
  while (orphans.length) {
    const found = [];
    for (const part of orphans) {
      let [best, least] = [-1, Infinity];
      const order = [...beside[part].filter((o) => o > part), ...beside[part].filter((o) => o < part)];
      for (const other of order) {
        if (home[other] >= 0 && apart(part, other) < least) [best, least] = [other, apart(part, other)];
      }
      if (best >= 0) found.push([part, home[best]]);
    }
    for (const [part, to] of found) home[part] = to;
    orphans = orphans.filter((part) => home[part] < 0);
  }
  const number = new Int32Array(n).fill(-1);
  let count = 0;
  for (let part = 0; part < n; part++) if (keep[part]) number[part] = count++;
  return {
    labels: parts.map((part) => number[home[part]]),
    n: count,
    crumbs: Uint8Array.from(parts, (part) => 1 - keep[part]),
    nCrumbs,
  };
}
