/**
 * Transposed convolution, one direction at a time: a 2-D kernel is the outer product of `taps` with itself.
 * seglearn/widgets/upsampling.py says the same numbers.
 */

/**
 * Length of the output of a transposed convolution.
 * @param {number} n
 * @param {number} kernel
 * @param {number} stride
 * @param {number} [padding]
 * @returns {number}
 */
export const outputSize = (n, kernel, stride, padding = 0) => (n - 1) * stride + kernel - 2 * padding;

/**
 * Size of the kernel that up-samples bilinearly by `stride`: Caffe's bilinear filler, which FCN starts with.
 * @param {number} stride
 * @returns {number}
 */
export const bilinearSize = (stride) => 2 * stride - (stride % 2);

/**
 * Triangle of `size` weights.
 * @param {number} size
 * @returns {number[]}
 */
export function bilinearTaps(size) {
  const factor = (size + 1) >> 1;
  const centre = size % 2 ? factor - 1 : factor - 0.5;
  return Array.from({ length: size }, (_, i) => 1 - Math.abs(i - centre) / factor);
}

/**
 * Each value stamps value × taps, `stride` apart, and what overlaps is added up.
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} taps
 * @param {number} stride
 * @param {number} [padding]
 * @returns {Float64Array}
 */
export function transposedConvolution(values, taps, stride, padding = 0) {
  const out = new Float64Array(outputSize(values.length, taps.length, stride, padding));
  for (let i = 0; i < values.length; i++) {
    for (let j = 0; j < taps.length; j++) {
      const o = i * stride + j - padding;
      if (o >= 0 && o < out.length) out[o] += values[i] * taps[j];
    }
  }
  return out;
}

/**
 * How many stamps each output gets.
 * @param {number} n
 * @param {number} kernel
 * @param {number} stride
 * @param {number} [padding]
 * @returns {Float64Array}
 */
export const overlapCounts = (n, kernel, stride, padding = 0) =>
  transposedConvolution(new Float64Array(n).fill(1), new Float64Array(kernel).fill(1), stride, padding);

/**
 * Sum of the weights that reach each of the `stride` kinds of output far from the ends.
 * @param {number[]} taps
 * @param {number} stride
 * @returns {number[]} of length `stride`
 */
export function phaseSums(taps, stride) {
  const sums = new Array(stride).fill(0);
  taps.forEach((w, j) => (sums[j % stride] += w));
  return sums;
}

/**
 * (max − min) / (max + min); 0 where they are equal up to rounding, null where all is 0.
 * @param {number[]} sums
 * @returns {Score}
 */
export function contrast(sums) {
  const [low, high] = [Math.min(...sums), Math.max(...sums)];
  if (high === 0) return null;
  return high - low < 1e-9 ? 0 : (high - low) / (high + low);
}

/**
 * The same in two directions, where sums multiply.
 * @param {number[]} sums
 * @returns {Score}
 */
export const contrast2d = (sums) => contrast([Math.min(...sums) ** 2, Math.max(...sums) ** 2]);

/**
 * A 2-D transposed convolution of `values` (height × width): { values, width, height }.
 * @param {Float64Array} values height × width
 * @param {number} width
 * @param {number} height
 * @param {number[]} taps
 * @param {number} stride
 * @param {number} [padding]
 * @returns {{ values: Float64Array, width: number, height: number }}
 */
export function transposedConvolution2d(values, width, height, taps, stride, padding = 0) {
  const w = outputSize(width, taps.length, stride, padding);
  const h = outputSize(height, taps.length, stride, padding);
  const across = new Float64Array(height * w);
  for (let y = 0; y < height; y++) {
    across.set(transposedConvolution(values.subarray(y * width, (y + 1) * width), taps, stride, padding), y * w);
  }
  const out = new Float64Array(h * w);
  for (let y = 0; y < height; y++) {
    for (let j = 0; j < taps.length; j++) {
      const o = y * stride + j - padding;
      if (o < 0 || o >= h) continue;
      for (let x = 0; x < w; x++) out[o * w + x] += taps[j] * across[y * w + x];
    }
  }
  return { values: out, width: w, height: h };
}

/**
 * Resize, then convolve: every value becomes a block of `stride` × `stride`, and a convolution with the same taps goes
 * over it. The border is continued, so the size is `stride` times as large.
 * @param {ArrayLike<number>} values height × width
 * @param {number} width
 * @param {number} height
 * @param {number[]} taps
 * @param {number} stride
 * @returns {{ values: Float64Array, width: number, height: number }}
 */
export function resizeConvolution2d(values, width, height, taps, stride) {
  const [w, h] = [width * stride, height * stride];
  const before = (taps.length - 1) >> 1;
  /**
   * @param {number} v
   * @param {number} n
   */
  const clamp = (v, n) => (v < 0 ? 0 : v >= n ? n - 1 : v);
  const across = new Float64Array(height * w);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < w; x++) {
      let sum = 0;
      for (let j = 0; j < taps.length; j++) {
        sum += taps[j] * values[y * width + Math.floor(clamp(x + j - before, w) / stride)];
      }
      across[y * w + x] = sum;
    }
  }
  const out = new Float64Array(h * w);
  for (let y = 0; y < h; y++) {
    for (let j = 0; j < taps.length; j++) {
      const from = Math.floor(clamp(y + j - before, h) / stride) * w;
      for (let x = 0; x < w; x++) out[y * w + x] += taps[j] * across[from + x];
    }
  }
  return { values: out, width: w, height: h };
}

/**
 * FCN's up-sampling of score maps { values, n, width, height } by an even factor, with the bilinear kernel, cropped to
 * `width` × `height`. Nothing lies beyond the border, so scores fade over the outermost half cell.
 * @param {ScoreMap} map
 * @param {number} factor even
 * @param {number} width
 * @param {number} height
 * @returns {ScoreMap}
 */
export function upsample(map, factor, width, height) {
  const taps = bilinearTaps(2 * factor);
  const out = new Float64Array(map.n * width * height);
  const size = map.width * map.height;
  for (let c = 0; c < map.n; c++) {
    const channel = map.values.subarray(c * size, (c + 1) * size);
    const large = transposedConvolution2d(channel, map.width, map.height, taps, factor, factor / 2);
    for (let y = 0; y < height; y++) {
      const row = large.values.subarray(y * large.width, y * large.width + width);
      out.set(row, (c * height + y) * width);
    }
  }
  return { values: out, n: map.n, width, height };
}
