/** Boundary IoU (Cheng et al., CVPR 2021): IoU of the bands inside two masks along their contours. */
import { areas, iou } from "./areas.js";

/**
 * Chessboard distance of each pixel to the nearest one outside the mask; beyond the image counts as outside.
 * Two passes: down from the neighbours above and left, then up from those below and right.
 * @param {ArrayLike<number>} mask zero or not, height × width
 * @param {number} width
 * @param {number} height
 * @returns {Int32Array} pixels, height × width; 0 outside the mask, 1 on its border
 */
export function chessboardDistance(mask, width, height) {
  const w = width + 2; // a rim of zeros saves every border test
  const d = new Int32Array(w * (height + 2));
  for (let y = 1; y <= height; y++) {
    for (let x = 1, i = y * w + 1, j = (y - 1) * width; x <= width; x++, i++, j++) {
      if (mask[j]) d[i] = 1 + Math.min(d[i - 1], d[i - w - 1], d[i - w], d[i - w + 1]);
    }
  }
  const out = new Int32Array(width * height);
  for (let y = height; y >= 1; y--) {
    for (let x = width, i = y * w + width, j = y * width - 1; x >= 1; x--, i--, j--) {
      if (d[i]) d[i] = Math.min(d[i], 1 + Math.min(d[i + 1], d[i + w - 1], d[i + w], d[i + w + 1]));
      out[j] = d[i];
    }
  }
  return out;
}

/**
 * Width of the band in pixels: a share of the diagonal, rounded half to even as Python does, at least 1.
 * @param {number} width
 * @param {number} height
 * @param {number} [dilationRatio] share of the diagonal
 * @returns {number}
 */
export function bandWidth(width, height, dilationRatio = 0.02) {
  return Math.max(1, roundHalfEven(dilationRatio * Math.sqrt(width * width + height * height)));
}

/**
 * The pixels of the mask that d erosions with a 3 × 3 square would take away.
 * @param {ArrayLike<number>} mask zero or not, height × width
 * @param {number} width
 * @param {number} height
 * @param {number} d pixels, at least 1
 * @returns {Mask}
 */
export function band(mask, width, height, d) {
  const distance = chessboardDistance(mask, width, height);
  return Uint8Array.from(distance, (v) => (v > 0 && v <= d ? 1 : 0));
}

/**
 * { d, truth, prediction, areas, iou }: the band width, both bands, their areas, and the score.
 * @param {ArrayLike<number>} truth zero or not, height × width
 * @param {ArrayLike<number>} prediction the same
 * @param {number} width
 * @param {number} height
 * @param {number} [dilationRatio] share of the diagonal
 * @returns {{ d: number, truth: Mask, prediction: Mask, areas: Areas, iou: Score }}
 */
export function boundaryIou(truth, prediction, width, height, dilationRatio = 0.02) {
  const d = bandWidth(width, height, dilationRatio);
  const bands = { truth: band(truth, width, height, d), prediction: band(prediction, width, height, d) };
  const counted = areas(bands.truth, bands.prediction);
  return { d, ...bands, areas: counted, iou: iou(counted) };
}

/**
 * @param {number} x
 * @returns {number}
 */
function roundHalfEven(x) {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}
