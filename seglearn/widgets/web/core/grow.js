/** Region growing; seglearn/classical/region.py does the same, pixel by pixel. */

const ROUNDING = 2 ** -22; // as in seglearn/inputs.py: 0.3 and 0.2 are 0.1 apart, whatever rounding makes of them

/**
 * A queue that gives the smallest key first and, of equal keys, the one that came first.
 * @param {number} most pushes
 */
function createQueue(most) {
  const keys = new Float64Array(most); // by age
  const pixels = new Int32Array(most);
  const heap = new Int32Array(most); // of ages
  let [age, size] = [0, 0];
  /**
   * @param {number} a
   * @param {number} b
   */
  const before = (a, b) => keys[a] < keys[b] || (keys[a] === keys[b] && a < b);
  return {
    get size() {
      return size;
    },
    /**
     * @param {number} key
     * @param {number} pixel
     */
    push(key, pixel) {
      keys[age] = key;
      pixels[age] = pixel;
      let i = size++;
      for (let up = (i - 1) >> 1; i && before(age, heap[up]); i = up, up = (i - 1) >> 1) heap[i] = heap[up];
      heap[i] = age++;
    },
    /** @returns {number} the pixel */
    pop() {
      const first = pixels[heap[0]];
      const last = heap[--size];
      let i = 0;
      for (let down = 1; down < size; down = 2 * i + 1) {
        if (down + 1 < size && before(heap[down + 1], heap[down])) down++;
        if (!before(heap[down], last)) break;
        heap[i] = heap[down];
        i = down;
      }
      heap[i] = last;
      return first;
    },
  };
}

/**
 * The indices of seeds, each once, in reading order, and the mean of their values. Outside, a region would never end.
 * @param {Float32Array} values
 * @param {number} width
 * @param {[number, number][]} seeds row and column
 */
function begin(values, width, seeds) {
  const outside = (/** @type {[number, number]} */ [row, column]) =>
    !(column >= 0 && column < width && row >= 0 && row < values.length / width);
  if (seeds.some(outside)) throw new RangeError("a seed lies outside the picture");
  const start = [...new Set(seeds.map(([row, column]) => row * width + column))].sort((a, b) => a - b);
  return { start, mean: start.reduce((sum, p) => sum + values[p], 0) / start.length };
}

/**
 * Calls `meet` with the four neighbours of a pixel: above, left, right, below.
 * @param {number} p
 * @param {number} width
 * @param {number} n pixels
 * @param {(q: number) => void} meet
 */
function around(p, width, n, meet) {
  const x = p % width;
  if (p >= width) meet(p - width);
  if (x) meet(p - 1);
  if (x < width - 1) meet(p + 1);
  if (p < n - width) meet(p + width);
}

/**
 * Grows one region from seeds: the neighbour most alike goes first, as long as it is within the tolerance.
 * @param {Float32Array} values in [0, 1], height × width
 * @param {number} width
 * @param {[number, number][]} seeds row and column
 * @param {number} tolerance
 * @param {boolean} follow compare with the mean of the region as it is by then, not with that of the seeds
 * @returns {Mask}
 */
export function grow(values, width, seeds, tolerance, follow) {
  const region = new Uint8Array(values.length);
  if (!seeds.length) return region;
  let { start: joining, mean } = begin(values, width, seeds);
  let n = joining.length;
  const limit = tolerance + ROUNDING;
  const far = (/** @type {number} */ p) => Math.abs(values[p] - mean);
  for (const p of joining) region[p] = 1;
  if (!follow) {
    // Nothing moves, so the order plays no part.
    for (let p = joining.pop(); p !== undefined; p = joining.pop()) {
      around(p, width, values.length, (q) => {
        if (region[q] || far(q) > limit) return;
        region[q] = 1;
        joining.push(q);
      });
    }
    return region;
  }
  const queue = createQueue(4 * values.length); // a pixel is met once from each side
  while (joining.length) {
    for (const p of joining) {
      around(p, width, values.length, (q) => {
        if (!region[q]) queue.push(far(q), q);
      });
    }
    joining = [];
    while (queue.size && !joining.length) {
      const p = queue.pop();
      if (!region[p] && far(p) <= limit) {
        region[p] = 1;
        joining = [p];
      }
    }
    if (joining.length) mean += (values[joining[0]] - mean) / ++n;
  }
  return region;
}

/**
 * How many pixels the region has at each tolerance 0, 1 / steps, … 1, compared with the seeds: one flood that always
 * takes the pixel that needs the least.
 * @param {Float32Array} values in [0, 1], height × width
 * @param {number} width
 * @param {[number, number][]} seeds row and column
 * @param {number} steps
 * @returns {Float64Array} steps + 1 numbers
 */
export function areasByTolerance(values, width, seeds, steps) {
  const areas = new Float64Array(steps + 1);
  if (!seeds.length) return areas;
  const { start, mean } = begin(values, width, seeds);
  /** @param {number} p the first step at which a pixel is alike */
  const needs = (p) => Math.max(0, Math.ceil((Math.abs(values[p] - mean) - ROUNDING) * steps - 1e-9));
  const met = new Uint8Array(values.length);
  /** @type {number[][]} */
  const waiting = Array.from({ length: steps + 1 }, () => []);
  for (const p of start) met[p] = 1;
  waiting[0].push(...start);
  let area = 0;
  for (let step = 0; step <= steps; step++) {
    const now = waiting[step];
    while (now.length) {
      const p = /** @type {number} */ (now.pop());
      area++;
      around(p, width, values.length, (q) => {
        if (met[q]) return;
        met[q] = 1;
        waiting[Math.max(step, needs(q))].push(q);
      });
    }
    areas[step] = area;
  }
  return areas;
}

/**
 * The step before the largest jump of the areas: beyond it the region leaks.
 * @param {ArrayLike<number>} areas
 * @returns {number}
 */
export function lastBeforeLeak(areas) {
  let [at, jump] = [0, -1];
  for (let i = 0; i + 1 < areas.length; i++) {
    if (areas[i + 1] - areas[i] > jump) [at, jump] = [i, areas[i + 1] - areas[i]];
  }
  return at;
}
