/** What a threshold captures, painted over the picture by hue and hatch; the picture darkens under it. */
import { hatchCover, hatchSize } from "../../web/ui/hatch.js";
import { HATCH } from "../../web/ui/palette.js";

const CODES = [null, ["tp", "agreement"], ["fp", "prediction"], ["fn", "truth"]];
const VEIL = 0x66000000; // over pixels that are neither
const SCORED = ["tp", "fp", "fn"];

/** By code, the colour of each pixel of a hatch's tile as ABGR; null for what is neither. */
function inksOf(color, lit, ratio) {
  return CODES.map((code) => {
    if (!code) return null;
    const [part, role] = code;
    const [r, g, b] = color(role)
      .match(/[\d.]+/g)
      .map(Number);
    const strong = !lit || !SCORED.some((p) => lit.has(p)) || lit.has(part);
    const fill = strong ? 0.6 : 0.12;
    const cover = (c) => Math.round(255 * (1 - (1 - fill) * (1 - ((strong ? 1 : 0.3) * c) / 255)));
    return Uint32Array.from(hatchCover(HATCH[role], ratio), (c) => r | (g << 8) | (b << 16) | (cover(c) << 24));
  });
}

/** The code of each pixel: 1 captured and right, 2 captured and wrong, 3 missed, 0 neither. */
function encode(codes, { values, roles, side, t }) {
  for (let i = 0; i < codes.length; i++) {
    const inside = side === "below" ? values[i] <= t : values[i] > t;
    codes[i] = roles[i] === 1 ? (inside ? 1 : 3) : roles[i] === 2 && inside ? 2 : 0;
  }
}

/**
 * Returns paint(ctx, found, look): `found` a threshold of the model, `look` { lit, ratio, color }, the canvas being as
 * large as it is shown.
 */
export function createCaptured({ width, height, size }) {
  const over = document.createElement("canvas");
  const codes = new Uint8Array(size);
  return (ctx, found, { lit, ratio, color }) => {
    const { width: w, height: tall } = ctx.canvas;
    encode(codes, found);
    if (over.width !== w || over.height !== tall) [over.width, over.height] = [w, tall];
    const overCtx = over.getContext("2d");
    const paper = overCtx.createImageData(w, tall);
    const out = new Uint32Array(paper.data.buffer);
    const tile = hatchSize(ratio);
    const inks = inksOf(color, lit, ratio);
    const columns = Uint16Array.from({ length: w }, (_, x) => Math.floor(((x + 0.5) * width) / w));
    for (let y = 0, i = 0; y < tall; y++) {
      const row = Math.floor(((y + 0.5) * height) / tall) * width;
      const line = (y % tile) * tile;
      for (let x = 0; x < w; x++, i++) {
        const ink = inks[codes[row + columns[x]]];
        out[i] = ink ? ink[line + (x % tile)] : VEIL;
      }
    }
    overCtx.putImageData(paper, 0, 0);
    ctx.drawImage(over, 0, 0);
  };
}
