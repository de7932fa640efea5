/** Two directions: the output of 5 × 5 inputs as a map of how many stamps, or how much weight, each cell gets. */
import { overlapCounts, transposedConvolution } from "../../web/core/upsampling.js";
import { segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { trimmed } from "../../web/ui/format.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";

const INPUTS = 5;
const words = strings.map;

/** @param {Shell} shell */
export function createOverlap(shell) {
  const { store } = shell;
  const canvas = h("canvas", { "aria-hidden": "true", "data-testid": "overlap-canvas" });
  const read = h("p", { class: "hint readout", "data-testid": "overlap-readout" });
  const title = h("strong");
  const choice = segmented({
    label: words.label,
    id: "map",
    options: ["counts", "sums"].map((value) => ({ value, label: words[value] })),
    onChange: (map) => store.look({ map }),
  });
  const finger = createFinger(shell, canvas);
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(finger.frame);
  shell.onClose(() => observer.disconnect());
  return {
    el: h("figure", { class: "map-pane" }, h("div", { class: "pane-head" }, title, choice.el), finger.frame, read),
    draw({ taps, stride, padding }, { map }) {
      choice.value = map;
      title.textContent = map === "counts" ? words.title : words.titleSums;
      const ones = new Float64Array(INPUTS).fill(1);
      const line =
        map === "counts"
          ? overlapCounts(INPUTS, taps.length, stride, padding)
          : transposedConvolution(ones, taps, stride, padding);
      finger.line = line;
      const at = finger.at && Math.max(...finger.at) < line.length ? finger.at : null;
      paint(shell, canvas, finger.frame.clientWidth, line, at);
      read.textContent = at ? words.cell(at[0], at[1], line[at[0]], line[at[1]]) : words.point;
    },
  };
}

/** What mouse, finger and keys do to the map: they point at a cell, `at` [row, column]. */
function createFinger(shell, canvas) {
  const frame = h(
    "div",
    { class: "overlap", tabindex: "0", role: "application", "aria-label": words.stage, "data-testid": "overlap" },
    canvas,
  );
  /** @type {{ frame: HTMLElement, line: Float64Array, at: [number, number] | null }} */
  const finger = { frame, line: new Float64Array(0), at: null };
  let keys = false;
  const clamp = (v) => Math.min(finger.line.length - 1, Math.max(0, v));
  const look = (next) => {
    if (String(next) === String(finger.at)) return;
    finger.at = next;
    shell.redraw();
  };
  const cellOf = (event) => {
    const box = canvas.getBoundingClientRect();
    const place = (v, size) => clamp(Math.floor((v / size) * finger.line.length));
    return [place(event.clientY - box.top, box.height), place(event.clientX - box.left, box.width)];
  };
  frame.addEventListener("pointermove", (event) => look(cellOf(event)));
  frame.addEventListener("pointerdown", (event) => look(cellOf(event)));
  frame.addEventListener("pointerleave", () => !keys && look(null));
  frame.addEventListener("keydown", (event) => {
    const step = arrow(event);
    if (!step || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    keys = true;
    const { line } = finger;
    const [r, c] = finger.at ?? [(line.length >> 1) - step[1], (line.length >> 1) - step[0]];
    look([clamp(r + step[1]), clamp(c + step[0])]);
    const [row, column] = finger.at;
    shell.say(words.cell(row, column, line[row], line[column]));
  });
  frame.addEventListener("blur", () => {
    keys = false;
    look(null);
  });
  return finger;
}

/**
 * @param {Shell} shell
 * @param {HTMLCanvasElement} canvas
 * @param {number} available width in pixels
 * @param {Float64Array} line one direction; rows and columns multiply
 * @param {[number, number] | null} at what is pointed at
 */
function paint(shell, canvas, available, line, at) {
  const ratio = window.devicePixelRatio || 1;
  const n = line.length;
  if (!available) return;
  const fits = Math.floor((available * ratio) / n);
  const cell = fits < 6 ? 3 : fits; // a fine map fills the pane, whatever that does to its cells
  const side = cell * n;
  if (canvas.width !== side) canvas.width = canvas.height = side;
  canvas.style.width = canvas.style.height = `${fits < 6 ? available : side / ratio}px`;
  const ctx = canvas.getContext("2d");
  ctx.fillStyle = shell.color("stage");
  ctx.fillRect(0, 0, side, side);
  const small = Number.parseFloat(getComputedStyle(canvas).getPropertyValue("--t-small")); // where that does not fit, colour alone
  paintCells(shell, ctx, line, cell, small * ratio);
  if (!at) return;
  ctx.strokeStyle = shell.color("focus");
  ctx.lineWidth = 2 * ratio;
  ctx.strokeRect(0, at[0] * cell, side, cell);
  ctx.strokeRect(at[1] * cell, 0, cell, side);
}

function paintCells(shell, ctx, line, cell, small) {
  const n = line.length;
  const most = Math.max(...line) ** 2 || 1;
  const font = Math.max(small, Math.min(0.5 * cell, 1.25 * small));
  const gap = cell > 8 ? 1 : 0;
  ctx.font = `600 ${font}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) {
      const v = line[r] * line[c];
      ctx.globalAlpha = 0.06 + 0.84 * (v / most);
      ctx.fillStyle = shell.color("heat");
      ctx.fillRect(c * cell, r * cell, cell - gap, cell - gap);
      ctx.globalAlpha = 1;
      const text = trimmed(v, 2);
      if (font > cell || text.length * font * 0.6 > cell) continue;
      ctx.fillStyle = v / most > 0.55 ? shell.color("on-map") : shell.color("ink");
      ctx.fillText(text, (c + 0.5) * cell, (r + 0.55) * cell);
    }
  }
}
