/** The picture that the chosen bands make, with pins, the borders of fields, and what the threshold captures. */

import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";
import { createCaptured } from "./captured.js";

const BORDER = [
  { color: "#000a", thick: 3 },
  { color: "#fff", thick: 1.2 },
];

/** A numbered mark of pin i: hue, shape and number. */
export const mark = (i) =>
  h("span", { class: `mark pin-${i}`, style: `--pin: var(--pin-${i})`, "aria-hidden": "true" }, String(i + 1));

/**
 * `onPoint(i, byKey)` reports the pixel that is pointed at, or null; `onPin([row, column])` one that is pinned or let go.
 * Returns { el, draw(state, view, found) }.
 */
export function createPicture(shell, model, on) {
  const { width, height } = model.cube;
  const canvas = h("canvas", { "aria-hidden": "true", "data-testid": "picture-canvas" });
  const pins = h("div", { class: "pins-layer" });
  const cross = h("div", { class: "stage-cursor", "aria-hidden": "true", hidden: true });
  const stage = h(
    "div",
    { class: "stage", tabindex: "0", role: "application", "aria-label": strings.picture.stage, "data-testid": "stage" },
    canvas,
    pins,
    cross,
  );
  stage.style.setProperty("--columns", width);
  stage.style.setProperty("--rows", height);
  listen(stage, cross, model.cube, on);
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(stage);
  shell.onClose(() => observer.disconnect());
  const paint = createPaint(shell, model, canvas);

  return {
    el: stage,
    draw(state, view, found) {
      paint(state, view, view.paint ? found : null);
      if (pins.dataset.key === state.pins.join(";")) return;
      pins.dataset.key = state.pins.join(";");
      pins.replaceChildren(
        ...state.pins.map(([row, col], i) => {
          const el = mark(i);
          el.style.left = `${(100 * (col + 0.5)) / width}%`;
          el.style.top = `${(100 * (row + 0.5)) / height}%`;
          return el;
        }),
      );
    },
  };
}

/** Pointer and keys. */
function listen(stage, cross, { width, height }, { onPoint, onPin }) {
  let cursor = [height >> 1, width >> 1];
  const clamp = (v, n) => Math.min(n - 1, Math.max(0, Math.floor(v)));
  const pixelAt = (event) => {
    const box = stage.getBoundingClientRect();
    return [
      clamp(((event.clientY - box.top) / box.height) * height, height),
      clamp(((event.clientX - box.left) / box.width) * width, width),
    ];
  };
  /** @param {number[]} place */
  const index = ([row, col]) => row * width + col;
  // A click gives focus as well; the cursor is for those who came by keyboard.
  function showCursor() {
    cross.hidden = !stage.matches(":focus-visible");
    Object.assign(cross.style, {
      left: `${(100 * cursor[1]) / width}%`,
      top: `${(100 * cursor[0]) / height}%`,
      width: `${100 / width}%`,
      height: `${100 / height}%`,
    });
  }
  stage.addEventListener("pointermove", (event) => event.pointerType !== "touch" && onPoint(index(pixelAt(event))));
  stage.addEventListener("pointerleave", () => onPoint(null));
  stage.addEventListener("click", (event) => {
    cursor = pixelAt(event);
    onPin(cursor);
    onPoint(index(cursor));
  });
  stage.addEventListener("keydown", (event) => {
    const by = arrow(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") onPin(cursor);
    else if (by) {
      const step = event.shiftKey ? 10 : 1;
      cursor = [clamp(cursor[0] + step * by[1], height), clamp(cursor[1] + step * by[0], width)];
      showCursor();
      onPoint(index(cursor), true);
    } else return;
    event.preventDefault();
  });
  stage.addEventListener("focus", showCursor);
  stage.addEventListener("blur", () => {
    cross.hidden = true;
    onPoint(null);
  });
}

/** Returns paint(state, view, found), which does nothing where nothing changed. */
function createPaint(shell, model, canvas) {
  const { width, height } = model.cube;
  const small = h("canvas", { width, height });
  const borders = edges(model, width, height);
  const paintCaptured = createCaptured(model.cube);
  let painted = "";
  return (state, view, found) => {
    const ratio = window.devicePixelRatio || 1;
    const [w, tall] = [canvas.clientWidth, canvas.clientHeight].map((n) => Math.round(n * ratio));
    if (!w || !tall) return;
    const channels = model.channels(state);
    const lit = shell.light.parts;
    const cut = found && [found.target, state.rest, state.pins, state.pin, state.on, state.band, found.side, found.t];
    const colors = [shell.color("ink"), shell.color("truth")];
    const key = JSON.stringify([w, tall, state.sensor, channels, view.borders, cut, lit && [...lit], colors]);
    if (key === painted) return;
    painted = key;
    if (canvas.width !== w || canvas.height !== tall) [canvas.width, canvas.height] = [w, tall];
    const ctx = canvas.getContext("2d");
    small.getContext("2d").putImageData(new ImageData(model.picture(state.sensor, ...channels), width, height), 0, 0);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(small, 0, 0, w, tall);
    if (found) paintCaptured(ctx, found, { lit, ratio, color: shell.color });
    if (!view.borders || !model.labels) return;
    const path = new Path2D();
    path.addPath(borders, new DOMMatrix([w / width, 0, 0, tall / height, 0, 0]));
    for (const { color, thick } of BORDER) {
      ctx.strokeStyle = color;
      ctx.lineWidth = thick * ratio;
      ctx.stroke(path);
    }
  };
}

/** The edges between pixels of different labels, in pixels. */
function edges({ labels }, width, height) {
  const path = new Path2D();
  if (!labels) return path;
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const i = r * width + c;
      if (c && labels[i] !== labels[i - 1]) {
        path.moveTo(c, r);
        path.lineTo(c, r + 1);
      }
      if (r && labels[i] !== labels[i - width]) {
        path.moveTo(c, r);
        path.lineTo(c + 1, r);
      }
    }
  }
  return path;
}
