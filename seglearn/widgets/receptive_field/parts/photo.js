/** A photograph with the box of a unit on it, and beside it the patch that the unit sees, pixel by pixel. */
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";

const PATCH = 420; // pixels a side of the patch's canvas
const HOLE = [20, 22, 26];
const PADDING = [128, 132, 138];
const ROLES = ["theoretical", "effective", "peeked"];

/**
 * on: hover([row, col] | null), pin([row, col]), move(dRow, dCol) in units. Returns { el, load, draw }; load() after
 * `picture`, { image: url, shape: [rows, columns] }, has become another.
 * draw({ boxes: { theoretical: { top, left, size }, effective, peeked }, grid: { top, left, jump, rows, columns } | null })
 * A box that is left out is not shown.
 */
export function createPhoto({ picture, words, on }) {
  const img = h("img", { alt: "", draggable: "false" });
  const overlay = h("div", { class: "photo-overlay" });
  const el = h(
    "div",
    { class: "photo", tabindex: "0", role: "application", "aria-label": words.label, "data-testid": "photo" },
    img,
    overlay,
  );
  function load() {
    img.src = picture.image;
    el.style.setProperty("--rows", picture.shape[0]);
    el.style.setProperty("--columns", picture.shape[1]);
  }
  load();
  const at = (event) => {
    const [height, width] = picture.shape;
    const box = el.getBoundingClientRect();
    const clamp = (v, n) => Math.min(n - 1, Math.max(0, Math.floor(v * n)));
    return [
      clamp((event.clientY - box.top) / box.height, height),
      clamp((event.clientX - box.left) / box.width, width),
    ];
  };
  el.addEventListener("pointermove", (event) => event.pointerType !== "touch" && on.hover(at(event)));
  el.addEventListener("pointerleave", () => on.hover(null));
  el.addEventListener("click", (event) => on.pin(at(event)));
  el.addEventListener("keydown", (event) => {
    const step = arrow(event);
    if (!step || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    on.move(step[1], step[0]);
  });
  const place = (node, top, left, rows, columns) => {
    const [height, width] = picture.shape;
    node.style.top = `${(100 * top) / height}%`;
    node.style.left = `${(100 * left) / width}%`;
    node.style.height = `${(100 * rows) / height}%`;
    node.style.width = `${(100 * columns) / width}%`;
    return node;
  };
  const dots = h("div", { class: "unit-grid", hidden: true });
  const frames = ROLES.map((role) => h("div", { class: `box ${role}`, hidden: true }));
  overlay.append(dots, ...frames);
  return {
    el,
    load,
    draw({ boxes, grid }) {
      ROLES.forEach((role, i) => {
        const box = boxes[role];
        frames[i].hidden = !box;
        if (box) place(frames[i], box.top, box.left, box.size, box.size);
      });
      dots.hidden = !grid;
      if (!grid) return;
      const { top, left, jump, rows, columns } = grid;
      place(dots, top, left, rows * jump, columns * jump).style.backgroundSize = `${100 / columns}% ${100 / rows}%`;
    },
  };
}

/** Brightness of a pixel with so many paths, of at most `most`. */
const WEIGH = {
  box: (paths) => (paths > 0 ? 1 : 0),
  paths: (paths, most) => paths / most,
  random: (paths, most) => Math.sqrt(paths / most),
};

/**
 * draw({ top, left, rows, columns, mode, effective }): counts of paths along each axis. Returns { el, load, draw };
 * load() as above.
 */
export function createPatch({ picture, words, redraw }) {
  const canvas = h("canvas", { width: PATCH, height: PATCH, "aria-hidden": "true", "data-testid": "patch-canvas" });
  const ctx = canvas.getContext("2d");
  const frame = h("div", { class: "box effective", "aria-hidden": "true" });
  const el = h(
    "div",
    { class: "patch", role: "img", "aria-label": words.label, "data-testid": "patch" },
    canvas,
    h("div", { class: "photo-overlay" }, frame),
  );
  let pixels = null;
  const whole = new Image();
  whole.onload = () => {
    const [height, width] = picture.shape;
    const full = h("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
    full.drawImage(whole, 0, 0, width, height);
    pixels = full.getImageData(0, 0, width, height).data;
    redraw();
  };
  function load() {
    pixels = null;
    whole.src = picture.image;
  }
  load();

  return {
    el,
    load,
    draw({ top, left, counts, mode, effective }) {
      const [height, width] = picture.shape;
      const side = counts.length;
      const inset = `${(50 * (side - effective)) / side}%`;
      frame.style.inset = inset;
      if (!pixels) return;
      const most = Math.max(...counts) ** 2;
      const paper = ctx.createImageData(PATCH, PATCH);
      const cell = PATCH / side;
      const hatched = cell >= 8; // holes large enough for a line through them
      for (let y = 0, i = 0; y < PATCH; y++) {
        const r = Math.floor(((y + 0.5) * side) / PATCH);
        for (let x = 0; x < PATCH; x++, i += 4) {
          const c = Math.floor(((x + 0.5) * side) / PATCH);
          const paths = counts[r] * counts[c];
          const share = WEIGH[mode](paths, most);
          const [row, col] = [top + r, left + c];
          const inside = row >= 0 && col >= 0 && row < height && col < width;
          const from = inside ? 4 * (row * width + col) : -1;
          const dots = !inside && (x + y) % 9 === 0 && (x - y) % 9 === 0 ? 60 : 0;
          const line = paths === 0 && hatched && Math.abs((x % cell) - (y % cell)) < 1.2 ? 70 : 0;
          for (let k = 0; k < 3; k++) {
            const value = inside ? pixels[from + k] : PADDING[k] + dots;
            paper.data[i + k] = HOLE[k] + line + share * (value - HOLE[k]);
          }
          paper.data[i + 3] = 255;
        }
      }
      ctx.putImageData(paper, 0, 0);
    },
  };
}
