/** The picture that the chosen bands make, with pins, the borders of fields, and what the threshold captures. */

import { h } from "../../web/ui/dom.js";
import { hatchCover, hatchSize } from "../../web/ui/hatch.js";
import { arrow } from "../../web/ui/keys.js";
import { HATCH } from "../../web/ui/palette.js";
import { strings } from "../words/en.js";

const CODES = [null, ["tp", "agreement"], ["fp", "prediction"], ["fn", "truth"]];

/** A numbered mark of pin i: hue, shape and number. */
export const mark = (i) => h("span", { class: `mark pin-${i}`, "aria-hidden": "true" }, String(i + 1));

export function createPicture(shell, model, { onPoint, onPin }) {
  const { width, height, size } = model.cube;
  const canvas = h("canvas", { "aria-hidden": "true", "data-testid": "picture-canvas" });
  const pins = h("div", { class: "pins-layer" });
  const small = h("canvas", { width, height });
  const over = h("canvas");
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
  let cursor = [height >> 1, width >> 1];
  const clamp = (v, n) => Math.min(n - 1, Math.max(0, Math.floor(v)));
  const pixelAt = (event) => {
    const box = canvas.getBoundingClientRect();
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
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(stage);
  shell.onClose(() => observer.disconnect());

  const borders = edges(model, width, height);
  const codes = new Uint8Array(size);
  let painted = "";

  function paint(state, view, found) {
    const ratio = window.devicePixelRatio || 1;
    const [w, hgt] = [stage.clientWidth, stage.clientHeight].map((n) => Math.round(n * ratio));
    if (!w || !hgt) return;
    const channels = model.channels(state);
    const lit = shell.light.parts;
    const shown = view.paint && found;
    const threshold = shown
      ? [found.target, state.rest, state.pins.join(), state.pin, state.on, state.band, found.side, found.t]
      : "";
    const key = [
      w,
      hgt,
      state.sensor,
      channels,
      view.borders,
      threshold,
      lit && [...lit],
      shell.color("ink"),
      shell.color("truth"),
    ].join("|");
    if (key === painted) return;
    painted = key;
    if (canvas.width !== w || canvas.height !== hgt) [canvas.width, canvas.height] = [w, hgt];
    const ctx = canvas.getContext("2d");
    small.getContext("2d").putImageData(new ImageData(model.picture(state.sensor, ...channels), width, height), 0, 0);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(small, 0, 0, w, hgt);
    if (shown) paintCaptured(ctx, found, lit, w, hgt, ratio);
    if (view.borders && model.labels) {
      const path = new Path2D();
      path.addPath(borders, new DOMMatrix([w / width, 0, 0, hgt / height, 0, 0]));
      for (const { color, thick } of [
        { color: "#000a", thick: 3 },
        { color: "#fff", thick: 1.2 },
      ]) {
        ctx.strokeStyle = color;
        ctx.lineWidth = thick * ratio;
        ctx.stroke(path);
      }
    }
  }

  /** The picture darkens, so that what is captured, right or wrong, and what is missed stand out by hue and hatch. */
  function paintCaptured(ctx, { values, roles, side, t }, lit, w, hgt, ratio) {
    for (let i = 0; i < size; i++) {
      const inside = side === "below" ? values[i] <= t : values[i] > t;
      codes[i] = roles[i] === 1 ? (inside ? 1 : 3) : roles[i] === 2 && inside ? 2 : 0;
    }
    if (over.width !== w || over.height !== hgt) [over.width, over.height] = [w, hgt];
    const octx = over.getContext("2d");
    const paper = octx.createImageData(w, hgt);
    const out = new Uint32Array(paper.data.buffer);
    const tile = hatchSize(ratio);
    const inks = CODES.map((code) => {
      if (!code) return null;
      const [part, role] = code;
      const [r, g, b] = shell
        .color(role)
        .match(/[\d.]+/g)
        .map(Number);
      const strong = !lit || !["tp", "fp", "fn"].some((p) => lit.has(p)) || lit.has(part);
      const fill = strong ? 0.6 : 0.12;
      const cover = (c) => Math.round(255 * (1 - (1 - fill) * (1 - ((strong ? 1 : 0.3) * c) / 255)));
      return Uint32Array.from(hatchCover(HATCH[role], ratio), (c) => r | (g << 8) | (b << 16) | (cover(c) << 24));
    });
    const columns = Uint16Array.from({ length: w }, (_, x) => Math.floor(((x + 0.5) * width) / w));
    for (let y = 0, i = 0; y < hgt; y++) {
      const row = Math.floor(((y + 0.5) * height) / hgt) * width;
      const line = (y % tile) * tile;
      for (let x = 0; x < w; x++, i++) {
        const ink = inks[codes[row + columns[x]]];
        out[i] = ink ? ink[line + (x % tile)] : 0x66000000;
      }
    }
    octx.putImageData(paper, 0, 0);
    ctx.drawImage(over, 0, 0);
  }

  return {
    el: stage,
    draw(state, view, found) {
      paint(state, view, found);
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
