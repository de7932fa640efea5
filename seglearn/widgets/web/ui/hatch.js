/** Hatch patterns for canvas, drawn in device pixels so that lines stay crisp and equally dense at any zoom. */

const PITCH = 7; // CSS pixels between lines

/** A repeating tile with the strokes of `kind` ("/", "\\", "x", "-", "|", "+", "."), or null for a plain fill. */
export function hatchTile(kind, color, ratio) {
  if (!kind) return null;
  const size = Math.round(PITCH * ratio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const ctx = tile.getContext("2d");
  ctx.strokeStyle = ctx.fillStyle = color;
  ctx.lineWidth = 1.3 * ratio;
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
  return tile;
}
