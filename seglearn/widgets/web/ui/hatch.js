/** Hatch patterns for canvas, drawn in device pixels so that lines stay crisp and equally dense at any zoom. */
import { context } from "./dom.js";

const PITCH = 7; // CSS pixels between lines

const tiles = new Map();

/**
 * Device pixels from one tile to the next.
 * @param {number} ratio device pixels in a CSS pixel
 */
export const hatchSize = (ratio) => Math.round(PITCH * ratio);

/**
 * How much of each pixel of a tile the strokes of `kind` ("/", "\\", "x", "-", "|", "+", ".", "") cover, 0 … 255.
 * @param {string} kind
 * @param {number} ratio device pixels in a CSS pixel
 * @returns {Uint8ClampedArray}
 */
export function hatchCover(kind, ratio) {
  const key = `${kind}${ratio}`;
  if (!tiles.has(key)) tiles.set(key, draw(kind, ratio));
  return tiles.get(key);
}

/**
 * @param {string} kind
 * @param {number} ratio
 * @returns {Uint8ClampedArray}
 */
function draw(kind, ratio) {
  const size = hatchSize(ratio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const ctx = context(tile);
  ctx.lineWidth = 1.3 * ratio;
  /**
   * @param {number} x0
   * @param {number} y0
   * @param {number} x1
   * @param {number} y1
   */
  const line = (x0, y0, x1, y1) => {
    ctx.beginPath();
    ctx.moveTo(x0 * size, y0 * size);
    ctx.lineTo(x1 * size, y1 * size);
    ctx.stroke();
  };
  // Each diagonal is drawn three times, so that the corners of neighbouring tiles meet.
  if (kind === "/" || kind === "x") for (const k of [-1, 0, 1]) line(k - 0.5, 1.5, k + 1.5, -0.5);
  if (kind === "\\" || kind === "x") for (const k of [-1, 0, 1]) line(k - 0.5, -0.5, k + 1.5, 1.5);
  if (kind === "-" || kind === "+") line(0, 0.5, 1, 0.5);
  if (kind === "|" || kind === "+") line(0.5, 0, 0.5, 1);
  if (kind === ".") {
    ctx.beginPath();
    ctx.arc(size / 2, size / 2, 1.3 * ratio, 0, 7);
    ctx.fill();
  }
  return ctx.getImageData(0, 0, size, size).data.filter((_, i) => i % 4 === 3);
}
