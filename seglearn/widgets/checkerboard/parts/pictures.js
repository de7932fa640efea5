/** A picture through the layer, and beside it the same through resizing and a convolution. */
import { resizeConvolution2d, transposedConvolution2d } from "../../web/core/upsampling.js";
import { segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

const GREY = 140; // of the constant picture, out of 255: the pattern can go up and down
const words = strings.pictures;

export function createPictures(shell, photo, side) {
  const { store } = shell;
  const choice = segmented({
    label: words.label,
    id: "picture",
    options: ["photo", "constant"].map((value) => ({ value, label: words[value] })),
    onChange: (picture) => store.commit({ ...store.state, picture }),
  });
  const pane = (name) => {
    const canvas = h("canvas", { role: "img", "data-testid": `picture-${name}` });
    const size = h("span", { class: "hint" });
    const frame = h("div", { class: "picture-frame" }, canvas);
    return {
      canvas,
      size,
      frame,
      el: h("figure", { class: `picture ${name}` }, h("figcaption", {}, h("strong", {}, words[name]), size), frame),
    };
  };
  const panes = { transposed: pane("transposed"), resized: pane("resized") };
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(panes.transposed.frame);
  shell.onClose(() => observer.disconnect());

  let done = "";
  let results = null;
  return {
    el: h(
      "div",
      { class: "pictures" },
      panes.transposed.el,
      panes.resized.el,
      h("div", { class: "under" }, choice.el, h("p", { class: "hint" }, words.note)),
    ),
    draw({ taps, stride, padding, picture }, m) {
      choice.value = picture;
      const key = JSON.stringify([taps, stride, padding, picture]);
      if (key !== done) {
        done = key;
        const n = Math.floor(side / stride);
        const small = picture === "photo" ? reduced(photo, side, n, stride) : new Float64Array(n * n).fill(GREY);
        const total = taps.reduce((a, b) => a + b, 0) || 1;
        results = {
          n,
          transposed: { ...transposedConvolution2d(small, n, n, taps, stride, padding), gain: (stride / total) ** 2 },
          resized: { ...resizeConvolution2d(small, n, n, taps, stride), gain: 1 / total ** 2 },
        };
      }
      for (const [name, { canvas, size, frame }] of Object.entries(panes)) {
        const result = results[name];
        paint(canvas, frame.clientWidth, result);
        size.textContent = words.from(results.n, result.width);
        canvas.setAttribute(
          "aria-label",
          name === "resized" ? words.described.resized : words.described.transposed(score(m.contrast_2d)),
        );
      }
    },
  };
}

/** Mean of each block of `stride` × `stride`: n × n values. */
function reduced(photo, side, n, stride) {
  const out = new Float64Array(n * n);
  for (let y = 0; y < n * stride; y++) {
    for (let x = 0; x < n * stride; x++) {
      out[Math.floor(y / stride) * n + Math.floor(x / stride)] += photo[y * side + x] / stride ** 2;
    }
  }
  return out;
}

/** Whole device pixels for each value, or the screen would add a pattern of its own. */
function paint(canvas, available, { values, width, height, gain }) {
  const ratio = window.devicePixelRatio || 1;
  const scale = Math.max(1, Math.floor((available * ratio) / width));
  if (!available) return;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  canvas.style.width = `${(width * scale) / ratio}px`;
  canvas.style.height = `${(height * scale) / ratio}px`;
  const ctx = canvas.getContext("2d");
  const pixels = ctx.createImageData(width, height);
  for (let i = 0; i < values.length; i++) {
    pixels.data.fill(values[i] * gain, 4 * i, 4 * i + 3); // clamped to 0 … 255 by the array
    pixels.data[4 * i + 3] = 255;
  }
  ctx.putImageData(pixels, 0, 0);
}
