/** A frame on the picture that can be dragged, and what lies in it, enlarged. */

import { context, h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { createStage } from "../../web/ui/stage.js";
import { strings } from "../words/en.js";

const words = strings.crop;
const SCALE = 12; // pixels of the canvas for one of the image

/**
 * @param {Shell} shell
 * @param {{ stage: Stage, size: number, width: number, height: number, photo: () => HTMLImageElement | null,
 *   hover(pixel: number[] | null): void, pin(pixel: number[]): void }} options `size` is the side of the frame in
 *   pixels of the image, which has width × height
 */
export function createCrop(shell, { stage, size, width, height, photo, hover, pin }) {
  const { store } = shell;
  const frame = createFrame(shell, { stage, size, width, height });
  stage.overlay.append(frame);
  const picture = h("canvas", {
    class: "crop-image",
    role: "img",
    "aria-label": words.image,
    "data-testid": "crop-image",
  });
  const inside = ([r, c]) => [store.view.crop[0] + r, store.view.crop[1] + c];
  const enlarged = createStage(shell, {
    label: words.stage,
    width: size,
    height: size,
    id: "crop",
    onHover: (p) => hover(p && inside([p.row, p.col])),
    onKey(event, cursor) {
      if (event.key !== "Enter" && event.key !== " ") return false;
      pin(inside([cursor.row, cursor.col]));
      return true;
    },
  });
  enlarged.el.addEventListener("click", (event) => {
    const p = enlarged.point(event);
    pin(inside([p.row, p.col]));
  });
  const mark = h("div", { class: "pixel-mark", "aria-hidden": "true" });
  enlarged.overlay.append(mark);
  const place = h("span", { class: "hint" });
  const figure = (name, node) => h("figure", {}, node, h("figcaption", {}, name));
  return {
    el: h(
      "div",
      { class: "crop", "data-testid": "crop-pane" },
      h("div", { class: "crop-pair" }, figure(words.prediction, enlarged.el), figure(words.image, picture)),
      h("p", { class: "hint" }, words.hint, " ", place),
    ),
    /** @param {{ borders: Mask, labels: LabelMap, styles: any[], pixel: number[], still: boolean }} of */
    draw({ borders, labels, styles, pixel, still }) {
      const [top, left] = store.view.crop;
      stage.place(frame, left, top, left + size, top + size);
      place.textContent = words.at(top, left, size);
      const cut = (map) =>
        Uint8Array.from(
          { length: size * size },
          (_, i) => map[(top + Math.floor(i / size)) * width + left + (i % size)],
        );
      const edges = cut(borders);
      const outline = { mask: edges, color: shell.color("truth"), width: 2, halo: true };
      if (!still) enlarged.show({ labels: cut(labels), styles, outlines: [outline] });
      const [r, c] = [pixel[0] - top, pixel[1] - left];
      mark.hidden = r < 0 || c < 0 || r >= size || c >= size;
      enlarged.place(mark, c, r, c + 1, r + 1);
      paint(shell, picture, photo(), edges, { top, left, size, r, c, height, width });
    },
  };
}

/** The frame: dragged, or moved by arrow keys. */
function createFrame({ store, say }, { stage, size, width, height }) {
  const clamp = ([row, col]) => [
    Math.min(height - size, Math.max(0, Math.round(row))),
    Math.min(width - size, Math.max(0, Math.round(col))),
  ];
  let drag = null;
  const frame = h("div", {
    class: "crop-frame",
    tabindex: "0",
    role: "application",
    "aria-label": words.box,
    "data-testid": "crop-frame",
    onpointerdown(event) {
      if (event.button !== 0 || !event.isPrimary) return;
      const p = stage.point(event);
      drag = { id: event.pointerId, x: p.x, y: p.y, at: store.view.crop };
      frame.setPointerCapture(event.pointerId);
      event.preventDefault();
      frame.focus({ preventScroll: true });
    },
    onpointermove(event) {
      if (drag?.id !== event.pointerId) return;
      const p = stage.point(event);
      const crop = clamp([drag.at[0] + p.y - drag.y, drag.at[1] + p.x - drag.x]);
      if (String(crop) !== String(store.view.crop)) store.look({ crop });
    },
    onpointerup: () => (drag = null),
    onpointercancel: () => (drag = null),
    onkeydown(event) {
      const by = arrow(event);
      if (!by || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const step = event.shiftKey ? 8 : 1;
      const [row, col] = store.view.crop;
      const crop = clamp([row + step * by[1], col + step * by[0]]);
      store.look({ crop });
      say(words.at(...crop, size));
    },
  });
  return frame;
}

/** The image in the frame with the true borders, and the pixel. */
function paint(shell, canvas, photo, borders, { top, left, size, r, c, height, width }) {
  const side = size * SCALE;
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const ctx = context(canvas);
  ctx.imageSmoothingEnabled = false;
  if (photo) {
    const [sx, sy] = [photo.naturalWidth / width, photo.naturalHeight / height];
    ctx.drawImage(photo, left * sx, top * sy, size * sx, size * sy, 0, 0, side, side);
  }
  const path = new Path2D();
  for (let i = 0; i < borders.length; i++) {
    const [x, y] = [(i % size) * SCALE, Math.floor(i / size) * SCALE];
    if (x && borders[i] !== borders[i - 1]) path.rect(x, y, 0, SCALE);
    if (y && borders[i] !== borders[i - size]) path.rect(x, y, SCALE, 0);
  }
  stroke(shell, ctx, path, ["stage-halo", "truth"]);
  if (r < 0 || c < 0 || r >= size || c >= size) return;
  const pixel = new Path2D();
  pixel.rect(c * SCALE, r * SCALE, SCALE, SCALE);
  stroke(shell, ctx, pixel, ["panel", "ink"]);
}

/** A line with another, twice as wide, under it. */
function stroke(shell, ctx, path, [under, over]) {
  for (const [color, width] of [
    [under, 6],
    [over, 3],
  ]) {
    ctx.strokeStyle = shell.color(color);
    ctx.lineWidth = width;
    ctx.stroke(path);
  }
}
