/** How near a picture is to the one it should be; seglearn/imaging/fidelity.py does the same. Images as in denoise.js. */
import { gaussianWeights, separable } from "./denoise.js";

const REACH = 5; // of SSIM's window: 11 × 11
const WEIGHTS = gaussianWeights(1.5, REACH);

/**
 * Mean squared error over all samples.
 * @param {ArrayLike<number>} truth
 * @param {ArrayLike<number>} data of the same length
 * @returns {number}
 */
export function meanSquaredError(truth, data) {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += (truth[i] - data[i]) ** 2;
  return sum / truth.length;
}

/**
 * Decibels for a peak of 1; null, which JSON can carry, where there is no error.
 * @param {number} mse
 * @returns {number | null}
 */
export const psnr = (mse) => (mse ? -10 * Math.log10(mse) : null);

/**
 * { map, mean } of SSIM, the map a Float32Array of one value a sample; the mean leaves out a border of 5 pixels.
 * @param {Picture} truth
 * @param {Picture} image of the same shape
 * @returns {{ map: Float32Array, mean: number | null }} in [−1, 1]
 */
export function ssim(truth, image) {
  const { width, height, channels } = truth;
  /** @param {Float64Array} values */
  const over = (values) => separable({ data: values, width, height, channels }, WEIGHTS);
  const [x, y] = [truth.data, image.data].map((data) => new Float64Array(data));
  const [ux, uy, uxx, uyy, uxy] = [x, y, x.map((v) => v * v), y.map((v) => v * v), x.map((v, i) => v * y[i])].map(over);
  const [c1, c2] = [0.01 ** 2, 0.03 ** 2];
  const map = new Float32Array(x.length);
  let sum = 0;
  let n = 0;
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const inside = row >= REACH && column >= REACH && row < height - REACH && column < width - REACH;
      for (let c = 0; c < channels; c++, i++) {
        const a = ux[i] * uy[i];
        const b = ux[i] * ux[i] + uy[i] * uy[i];
        const s = ((2 * a + c1) * (2 * (uxy[i] - a) + c2)) / ((b + c1) * (uxx[i] + uyy[i] - b + c2));
        map[i] = s;
        if (inside) {
          sum += s;
          n++;
        }
      }
    }
  }
  return { map, mean: n ? sum / n : null };
}
