/**
 * Boxes [x0, y0, x1, y1] in whole pixels, half-open: columns x0 … x1 − 1, rows y0 … y1 − 1. So a box covers
 * (x1 − x0)(y1 − y0) pixels, and box arithmetic and pixel counting agree exactly.
 * @param {number} v
 * @param {number} low
 * @param {number} high
 */
const clamp = (v, low, high) => Math.min(high, Math.max(low, v));

/**
 * Pixels in a box; 0 where its sides have crossed.
 * @param {Box} box
 * @returns {number}
 */
export const boxArea = ([x0, y0, x1, y1]) => Math.max(0, x1 - x0) * Math.max(0, y1 - y0);

/**
 * The same three areas as areas.js counts on masks.
 * @param {Box} a the truth
 * @param {Box} b the prediction
 * @returns {Areas}
 */
export function boxAreas(a, b) {
  const both = boxArea([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);
  return { both, truthOnly: boxArea(a) - both, predictionOnly: boxArea(b) - both };
}

/**
 * The box as a mask.
 * @param {Box} box
 * @param {number} width
 * @param {number} height
 * @returns {Mask}
 */
export function boxMask([x0, y0, x1, y1], width, height) {
  const mask = new Uint8Array(width * height);
  for (let y = y0; y < y1; y++) mask.fill(1, y * width + x0, y * width + x1);
  return mask;
}

/**
 * Moves a box by whole pixels and keeps it on the grid.
 * @param {Box} box
 * @param {number} dx pixels; rounded
 * @param {number} dy
 * @param {number} width of the grid
 * @param {number} height
 * @returns {Box}
 */
export function moveBox([x0, y0, x1, y1], dx, dy, width, height) {
  const mx = clamp(Math.round(dx), -x0, width - x1);
  const my = clamp(Math.round(dy), -y0, height - y1);
  return [x0 + mx, y0 + my, x1 + mx, y1 + my];
}

/**
 * Drags a handle, named by compass ("n", "se" …); a side stops one pixel before the opposite one.
 * @param {Box} box
 * @param {string} handle
 * @param {number} dx pixels; rounded
 * @param {number} dy
 * @param {number} width of the grid
 * @param {number} height
 * @returns {Box}
 */
export function resizeBox([x0, y0, x1, y1], handle, dx, dy, width, height) {
  const [mx, my] = [Math.round(dx), Math.round(dy)];
  return [
    handle.includes("w") ? clamp(x0 + mx, 0, x1 - 1) : x0,
    handle.includes("n") ? clamp(y0 + my, 0, y1 - 1) : y0,
    handle.includes("e") ? clamp(x1 + mx, x0 + 1, width) : x1,
    handle.includes("s") ? clamp(y1 + my, y0 + 1, height) : y1,
  ];
}
