/** A picture through the layer, and beside it the same through resizing and a convolution. */
import { resizeConvolution2d, transposedConvolution2d } from "../../web/core/upsampling.js";
import { segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { score } from "../../web/ui/format.js";
import { ownPicture } from "../../web/ui/own_picture.js";
import { strings } from "../words/en.js";

const GREY = 140; // of the constant picture, out of 255: the pattern can go up and down
const LUMA = [0.299, 0.587, 0.114]; // of red, green, blue in grey, ITU-R BT.601, as Pillow has it
const FILLED = 0.85; // of the frame, at least
const words = strings.pictures;

/**
 * @param {Shell} shell
 * @param {Uint8Array} photo side × side
 * @param {number} side pixels
 */
export function createPictures(shell, photo, side) {
  const { store } = shell;
  const choice = segmented({
    label: words.label,
    id: "picture",
    options: ["photo", "constant"].map((value) => ({ value, label: words[value] })),
    onChange: (picture) => store.commit({ ...store.state, picture }),
  });
  let shown = photo;
  const panes = { transposed: createPane("transposed"), resized: createPane("resized") };
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(panes.transposed.frame);
  shell.onClose(() => observer.disconnect());
  const compute = remembered((state, values) => results(state, values, side));
  const pair = h("div", { class: "pair" }, panes.transposed.el, panes.resized.el);
  const own = ownPicture(shell, {
    drop: pair,
    onPicture({ rgb, width, height }) {
      shown = greySquare(rgb, width, height, side);
      store.commit({ ...store.state, picture: "photo" });
      shell.redraw();
    },
  });
  return {
    el: h(
      "div",
      { class: "pictures" },
      pair,
      h("div", { class: "under" }, choice.el, own.el, h("p", { class: "hint small" }, words.note)),
    ),
    draw(state, m) {
      choice.value = state.picture;
      const { n, ...made } = compute(state, shown);
      panes.transposed.draw(made.transposed, n, words.described.transposed(score(m.contrast_2d)));
      panes.resized.draw(made.resized, n, words.described.resized);
    },
  };
}

/** @param {"transposed" | "resized"} name */
function createPane(name) {
  const canvas = h("canvas", { role: "img", "data-testid": `picture-${name}` });
  const size = h("span", { class: "hint" });
  const frame = h("div", { class: "picture-frame", "data-readout": true }, canvas);
  return {
    canvas,
    frame,
    el: h("figure", { class: `picture ${name}` }, h("figcaption", {}, h("strong", {}, words[name]), size), frame),
    draw(result, n, described) {
      paint(canvas, frame.clientWidth, result);
      size.textContent = words.from(n, result.width);
      canvas.setAttribute("aria-label", described);
    },
  };
}

/** The last result, as long as state and photograph are the same. */
function remembered(work) {
  let done = null;
  let from = null;
  let result = null;
  return ({ taps, stride, padding, picture }, photo) => {
    const key = JSON.stringify([taps, stride, padding, picture]);
    if (key !== done || photo !== from) {
      [done, from] = [key, photo];
      result = work({ taps, stride, padding, picture }, photo);
    }
    return result;
  };
}

/** Both pictures of a state, and what their brightness is to be multiplied with to keep the mean: { n, transposed, resized }. */
function results({ taps, stride, padding, picture }, photo, side) {
  const n = Math.floor(side / stride);
  const small = picture === "photo" ? reduced(photo, side, n, stride) : new Float64Array(n * n).fill(GREY);
  const total = taps.reduce((a, b) => a + b, 0) || 1;
  return {
    n,
    transposed: { ...transposedConvolution2d(small, n, n, taps, stride, padding), gain: (stride / total) ** 2 },
    resized: { ...resizeConvolution2d(small, n, n, taps, stride), gain: 1 / total ** 2 },
  };
}

/**
 * The middle of a picture in grey, `side` × `side`; each pixel is the mean of what it covers.
 * @param {ArrayLike<number>} rgb height × width × 3, 0 … 255
 * @param {number} width
 * @param {number} height
 * @param {number} side
 * @returns {Uint8Array}
 */
export function greySquare(rgb, width, height, side) {
  const square = Math.min(width, height);
  const [left, top] = [(width - square) >> 1, (height - square) >> 1];
  const edge = (i) => Math.floor((i * square) / side);
  const out = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let [sum, count] = [0, 0];
      for (let r = edge(y); r < Math.max(edge(y) + 1, edge(y + 1)); r++) {
        for (let c = edge(x); c < Math.max(edge(x) + 1, edge(x + 1)); c++) {
          const at = 3 * ((top + r) * width + left + c);
          sum += LUMA[0] * rgb[at] + LUMA[1] * rgb[at + 1] + LUMA[2] * rgb[at + 2];
          count++;
        }
      }
      out[y * side + x] = Math.round(sum / count);
    }
  }
  return out;
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

/**
 * Whole device pixels for each value, or the screen would add a pattern of its own. Where they would leave much of the
 * frame empty, the frame shows the middle of a larger picture.
 */
function paint(canvas, available, { values, width, height, gain }) {
  const ratio = window.devicePixelRatio || 1;
  const fits = (available * ratio) / width;
  if (!available) return;
  const scale = Math.floor(fits) < FILLED * fits ? Math.ceil(fits) : Math.floor(fits);
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
