/** The stage: two pictures with a divider between, the window of the filter around a pixel, and what a term stands for. */
import { h } from "../../web/ui/dom.js";

const canvases = new WeakMap();

/** A small canvas with one pixel a pixel. */
function small({ data, width, height, channels }) {
  if (!canvases.has(data)) {
    const canvas = h("canvas", { width, height });
    const out = new ImageData(width, height);
    for (let p = 0; p < width * height; p++) {
      for (let c = 0; c < 3; c++) out.data[4 * p + c] = 255 * data[channels === 1 ? p : 3 * p + c];
      out.data[4 * p + 3] = 255;
    }
    canvas.getContext("2d").putImageData(out, 0, 0);
    canvases.set(data, canvas);
  }
  return canvases.get(data);
}

const derived = new WeakMap();
/** A picture made of another's samples, remembered as long as that other is. */
function made(image, name, how) {
  if (!derived.has(image)) derived.set(image, {});
  const all = derived.get(image);
  all[name] ??= { ...image, data: image.data.map(how) };
  return all[name];
}

/** The picture that stands for a part: a picture itself, or a difference, with grey for none. */
export function pictureOf(part, { clean, noisy, filtered, scores }) {
  if (part === "clean") return clean;
  if (part === "noisy") return noisy;
  if (part === "filtered") return filtered;
  if (part === "noise") return made(noisy, part, (v, i) => 0.5 + v - clean.data[i]);
  if (part === "taken") return made(filtered, part, (v, i) => 0.5 + noisy.data[i] - v);
  if (part === "error") return made(filtered, part, (v, i) => Math.min(1, 3 * Math.abs(v - clean.data[i])));
  return made(filtered, part, (_, i) => scores.map[i]); // ssim
}

export function createPicture(shell, canvas) {
  const ctx = canvas.getContext("2d");

  /** Draws `left` up to the share `at` of the width and `right` beyond; a square of `reach` around the probed pixel. */
  return function draw({ left, right, at, probe, reach }) {
    const { width, height } = left;
    const ratio = window.devicePixelRatio || 1;
    const w = Math.round(canvas.clientWidth * ratio);
    if (!w) return;
    const tall = Math.round((w * height) / width);
    if (canvas.width !== w || canvas.height !== tall) Object.assign(canvas, { width: w, height: tall });
    const cut = Math.round(at * w);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(small(left), 0, 0, w, tall);
    if (right && cut < w) {
      ctx.save();
      ctx.beginPath();
      ctx.rect(cut, 0, w - cut, tall);
      ctx.clip();
      ctx.drawImage(small(right), 0, 0, w, tall);
      ctx.restore();
    }
    if (!probe) return;
    const scale = w / width;
    const box = (r, style, thickness) => {
      ctx.strokeStyle = style;
      ctx.lineWidth = thickness * ratio;
      ctx.strokeRect((probe.col - r) * scale, (probe.row - r) * scale, (2 * r + 1) * scale, (2 * r + 1) * scale);
    };
    for (const r of new Set([0, reach])) {
      box(r, "rgb(0 0 0 / 80%)", 4);
      box(r, "#fff", 2);
    }
  };
}
