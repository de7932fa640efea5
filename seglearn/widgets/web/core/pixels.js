/** Noise, blur and CIELAB; seglearn/widgets/superpixel_lab/widget.py and seglearn/superpixels/_inputs.py do the same. */
import { generator } from "./random.js";

const round = Math.fround;

/**
 * Nearly normal noise of `sd` grey levels, the same every time: sums of four uniform numbers. Uint8Array in and out.
 * @param {Uint8Array | Uint8ClampedArray} pixels
 * @param {number} sd grey levels, at least 0
 * @returns {Uint8Array | Uint8ClampedArray}
 */
export function addNoise(pixels, sd) {
  if (!sd) return pixels;
  const random = generator(1);
  return Uint8ClampedArray.from(pixels, (value) => {
    const sum = random() + random() + random() + random();
    return Math.floor(value + sd * Math.sqrt(3) * (sum - 2) + 0.5);
  });
}

/**
 * Bytes to Float32Array in [0, 1], blurred by a Gaussian of `sigma` pixels, four of them wide to each side.
 * @param {ArrayLike<number>} pixels samples 0 … 255, height × width × channels
 * @param {number} width
 * @param {number} height
 * @param {number} channels
 * @param {number} sigma pixels, at least 0
 * @returns {Float32Array}
 */
export function blur(pixels, width, height, channels, sigma) {
  const image = Float32Array.from(pixels, (value) => value / 255);
  if (!sigma) return image;
  const reach = Math.floor(4 * sigma + 0.5);
  let weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp((-0.5 * (i - reach) ** 2) / sigma ** 2));
  const total = weights.reduce((a, b) => a + b);
  weights = weights.map((w) => w / total);
  /**
   * @param {Float32Array} source
   * @param {number} n
   * @param {number} stride
   * @param {number} rows
   * @param {number} rowStride
   */
  const pass = (source, n, stride, rows, rowStride) => {
    const out = new Float32Array(source.length);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < n; i++) {
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let k = -reach; k <= reach; k++) {
            const at = i + k < 0 ? 0 : i + k >= n ? n - 1 : i + k; // the border repeats
            sum += weights[k + reach] * source[row * rowStride + at * stride + c];
          }
          out[row * rowStride + i * stride + c] = sum;
        }
      }
    }
    return out;
  };
  const down = pass(image, height, width * channels, width, channels);
  return pass(down, width, channels, height, width * channels).map((v) => Math.min(1, Math.max(0, v)));
}

const XYZ = [
  [0.412453 / 0.95047, 0.35758 / 0.95047, 0.180423 / 0.95047],
  [0.212671, 0.71516, 0.072169],
  [0.019334 / 1.08883, 0.119193 / 1.08883, 0.950227 / 1.08883],
].map((row) => row.map(round));
// In 32 bits at every step, as NumPy does it: equal greys must give equal gradients, so that ties end alike.
/** @param {number} v */
const linear = (v) =>
  v > round(0.04045) ? round(round(round(v + round(0.055)) / round(1.055)) ** round(2.4)) : round(v / round(12.92));
/** @param {number} t */
const root = (t) => (t > round(0.008856) ? round(t ** round(1 / 3)) : round(round(round(7.787) * t) + round(16 / 116)));

/**
 * sRGB or grey in [0, 1] → { l, a, b }, Float32Arrays: L in 0 … 100, a and b about −100 … 100; white is D65.
 * @param {Float32Array} image
 * @param {number} channels 1 or 3
 * @returns {Lab}
 */
export function toLab(image, channels) {
  const n = image.length / channels;
  const l = new Float32Array(n);
  const a = new Float32Array(n);
  const b = new Float32Array(n);
  const light = Float32Array.from(image, linear);
  for (let i = 0; i < n; i++) {
    if (channels === 1) {
      l[i] = round(116 * root(light[i])) - 16;
      continue;
    }
    const red = light[3 * i];
    const green = light[3 * i + 1];
    const blue = light[3 * i + 2];
    const x = root(round(XYZ[0][0] * red + XYZ[0][1] * green + XYZ[0][2] * blue));
    const y = root(round(XYZ[1][0] * red + XYZ[1][1] * green + XYZ[1][2] * blue));
    const z = root(round(XYZ[2][0] * red + XYZ[2][1] * green + XYZ[2][2] * blue));
    l[i] = round(116 * y) - 16;
    a[i] = 500 * round(x - y);
    b[i] = 200 * round(y - z);
  }
  return { l, a, b };
}
