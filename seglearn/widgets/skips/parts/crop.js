/** A frame on the picture that can be dragged, and what lies in it, enlarged. */

import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { createStage } from "../../web/ui/stage.js";
import { strings } from "../words/en.js";

const words = strings.crop;

export function createCrop(shell, { stage, size, width, height, photo, hover, pin }) {
  const { store } = shell;
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
      drag = { id: event.pointerId, x: p.x, y: p.y, at: store.view.crop, moved: false };
      frame.setPointerCapture(event.pointerId);
      event.preventDefault();
      frame.focus({ preventScroll: true });
    },
    onpointermove(event) {
      if (drag?.id !== event.pointerId) return;
      const p = stage.point(event);
      const crop = clamp([drag.at[0] + p.y - drag.y, drag.at[1] + p.x - drag.x]);
      if (String(crop) === String(store.view.crop)) return;
      drag.moved = true;
      store.look({ crop });
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
      shell.say(words.at(...crop, size));
    },
  });
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
      h("div", { class: "pane-head" }, h("strong", {}, words.title), place, h("span", { class: "hint" }, words.hint)),
      h("div", { class: "crop-pair" }, figure(words.image, picture), figure(words.prediction, enlarged.el)),
    ),
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
      if (!still)
        enlarged.show({
          labels: cut(labels),
          styles,
          outlines: [{ mask: edges, color: shell.color("truth"), width: 2, halo: true }],
        });
      const [r, c] = [pixel[0] - top, pixel[1] - left];
      mark.hidden = r < 0 || c < 0 || r >= size || c >= size;
      enlarged.place(mark, c, r, c + 1, r + 1);
      paint(shell, picture, photo(), edges, { top, left, size, r, c, height, width });
    },
  };
}

function paint(shell, canvas, photo, borders, { top, left, size, r, c, height, width }) {
  const scale = 12;
  const side = size * scale;
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const ctx = canvas.getContext("2d");
  ctx.imageSmoothingEnabled = false;
  if (photo) {
    const [sx, sy] = [photo.naturalWidth / width, photo.naturalHeight / height];
    ctx.drawImage(photo, left * sx, top * sy, size * sx, size * sy, 0, 0, side, side);
  }
  const path = new Path2D();
  for (let i = 0; i < borders.length; i++) {
    const [x, y] = [(i % size) * scale, Math.floor(i / size) * scale];
    if (x && borders[i] !== borders[i - 1]) path.rect(x, y, 0, scale);
    if (y && borders[i] !== borders[i - size]) path.rect(x, y, scale, 0);
  }
  for (const [color, line] of [
    ["stage-halo", 6],
    ["truth", 3],
  ]) {
    ctx.strokeStyle = shell.color(color);
    ctx.lineWidth = line;
    ctx.stroke(path);
  }
  if (r < 0 || c < 0 || r >= size || c >= size) return;
  for (const [color, line] of [
    ["panel", 6],
    ["ink", 3],
  ]) {
    ctx.strokeStyle = shell.color(color);
    ctx.lineWidth = line;
    ctx.strokeRect(c * scale, r * scale, scale, scale);
  }
}
