/**
 * Receptive fields of a stack of square layers { kind, kernel, stride, padding, dilation, name }, the first one next
 * to the image. Rows and columns behave alike, so that everything here is along one axis.
 */

/** Bounds of what can be built; `receptive_field/widget.py` has the same. */
export const LIMITS = { kernel: [1, 15], stride: [1, 8], padding: [0, 128], dilation: [1, 32] };
export const MOST_LAYERS = 24;
export const MOST_PIXELS = 2048;

/**
 * The padding with which a layer is born: a convolution keeps the size of its map, pooling pads nothing.
 * @param {Pick<Layer, "kind" | "kernel" | "dilation">} layer
 * @returns {number}
 */
export const usualPadding = ({ kind, kernel, dilation }) => (kind === "conv" ? (dilation * (kernel - 1)) >> 1 : 0);

/**
 * Field, jump and start after each layer, the image first: how many pixels a unit sees, how far apart the boxes of
 * neighbours are, and where that of unit 0 begins.
 * @param {Layer[]} layers
 * @returns {Step[]}
 */
export function steps(layers) {
  const out = [{ field: 1, jump: 1, start: 0 }];
  for (const { kernel, stride, padding, dilation } of layers) {
    const { field, jump, start } = out[out.length - 1];
    out.push({ field: field + dilation * (kernel - 1) * jump, jump: jump * stride, start: start - padding * jump });
  }
  return out;
}

/**
 * Units along an axis of n pixels after each layer, the image first; 0 from where the map is used up.
 * @param {Layer[]} layers
 * @param {number} n
 * @returns {number[]}
 */
export function mapSizes(layers, n) {
  const out = [n];
  for (const { kernel, stride, padding, dilation } of layers) {
    const before = out[out.length - 1];
    const room = before + 2 * padding - dilation * (kernel - 1) - 1;
    out.push(before === 0 || room < 0 ? 0 : Math.floor(room / stride) + 1);
  }
  return out;
}

/**
 * Where the inputs of unit i of a layer lie: its first one, and then every `dilation`.
 * @param {Layer} layer
 * @param {number} i
 * @returns {number}
 */
export const firstInput = ({ stride, padding }, i) => i * stride - padding;

/**
 * The cone of unit i of the last of `layers`: per level, the image first, { first, counts }: counts[u] paths lead from
 * unit first + u of that level to it, 0 where dilation leaves a hole. Units outside their map are padding.
 * @param {Layer[]} layers
 * @param {number} i
 * @returns {{ first: number, counts: Float64Array }[]}
 */
export function cone(layers, i) {
  const levels = [{ first: i, counts: Float64Array.of(1) }];
  for (const layer of [...layers].reverse()) {
    const { first, counts } = levels[0];
    const { kernel, stride, dilation } = layer;
    const below = new Float64Array((counts.length - 1) * stride + dilation * (kernel - 1) + 1);
    for (let tap = 0; tap < kernel; tap++) {
      for (let u = 0; u < counts.length; u++) below[u * stride + tap * dilation] += counts[u];
    }
    levels.unshift({ first: firstInput(layer, first), counts: below });
  }
  return levels;
}

/**
 * Side of the smallest box around the centre through which `share` of all paths go, in two dimensions.
 * @param {Float64Array} counts paths from each place of a unit's box
 * @param {number} [share] in [0, 1]
 * @returns {number}
 */
export function effectiveSize(counts, share = 0.95) {
  const total = counts.reduce((a, b) => a + b, 0);
  for (let size = 2 - (counts.length % 2); size < counts.length; size += 2) {
    const margin = (counts.length - size) / 2;
    const inside = counts.subarray(margin, margin + size).reduce((a, b) => a + b, 0);
    if ((inside / total) ** 2 >= share) return size;
  }
  return counts.length;
}

/**
 * Share of a unit's box, in two dimensions, from which any path leads to it.
 * @param {Float64Array} counts paths from each place of a unit's box
 * @returns {number} in [0, 1]
 */
export const seenShare = (counts) => (counts.reduce((n, paths) => n + (paths > 0 ? 1 : 0), 0) / counts.length) ** 2;

/**
 * The unit of a map of `size` whose box has its centre nearest to pixel `at`.
 * @param {Step} step
 * @param {number} size
 * @param {number} at
 * @returns {number}
 */
export function unitAt({ field, jump, start }, size, at) {
  const i = Math.round((at + 0.5 - start - field / 2) / jump);
  return Math.min(size - 1, Math.max(0, i));
}

/**
 * Everything about a stack that does not depend on the photograph, in the words of the Python side.
 * @param {Layer[]} layers
 */
export function measure(layers) {
  const found = steps(layers);
  const counts = found.map((_, level) => cone(layers.slice(0, level), 0)[0].counts);
  return {
    field: found.map(({ field }) => field),
    jump: found.map(({ jump }) => jump),
    start: found.map(({ start }) => start),
    effective: counts.map((each) => effectiveSize(each)),
    seen: counts.map(seenShare),
  };
}
