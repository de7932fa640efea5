/** Two directions: the output of 5 × 5 inputs as a map of how many stamps, or how much weight, each cell gets. */
import { overlapCounts, transposedConvolution } from "../../web/core/upsampling.js";
import { segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";
import { tidy } from "./kernel.js";

const INPUTS = 5;
const words = strings.map;

export function createOverlap(shell) {
  const { store } = shell;
  const canvas = h("canvas", { "aria-hidden": "true", "data-testid": "overlap-canvas" });
  const frame = h(
    "div",
    { class: "overlap", tabindex: "0", role: "application", "aria-label": words.stage, "data-testid": "overlap" },
    canvas,
  );
  const read = h("p", { class: "hint", "data-testid": "overlap-readout" });
  const title = h("strong");
  const choice = segmented({
    label: words.label,
    id: "map",
    options: ["counts", "sums"].map((value) => ({ value, label: words[value] })),
    onChange: (map) => store.look({ map }),
  });
  /** @type {Float64Array} */
  let line = new Float64Array(0);
  let at = null; // [row, column] pointed at
  let keys = false;

  const look = (next) => {
    if (String(next) === String(at)) return;
    at = next;
    shell.redraw();
  };
  const cellOf = (event) => {
    const box = canvas.getBoundingClientRect();
    const place = (v, size) => Math.min(line.length - 1, Math.max(0, Math.floor((v / size) * line.length)));
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
    const [r, c] = at ?? [(line.length >> 1) - step[1], (line.length >> 1) - step[0]];
    const clamp = (v) => Math.min(line.length - 1, Math.max(0, v));
    look([clamp(r + step[1]), clamp(c + step[0])]);
    shell.say(words.cell(at[0], at[1], line[at[0]], line[at[1]]));
  });
  frame.addEventListener("blur", () => {
    keys = false;
    look(null);
  });
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(frame);
  shell.onClose(() => observer.disconnect());

  return {
    el: h(
      "figure",
      { class: "map-pane" },
      h("figcaption", {}, title),
      frame,
      h("div", { class: "under" }, choice.el),
      read,
    ),
    draw({ taps, stride, padding }, { map }) {
      choice.value = map;
      title.textContent = map === "counts" ? words.title : words.titleSums;
      const ones = new Float64Array(INPUTS).fill(1);
      line =
        map === "counts"
          ? overlapCounts(INPUTS, taps.length, stride, padding)
          : transposedConvolution(ones, taps, stride, padding);
      if (at && Math.max(...at) >= line.length) at = null;
      paint(shell, canvas, frame.clientWidth, line, at);
      read.textContent = at
        ? words.cell(at[0], at[1], Number(tidy(line[at[0]])), Number(tidy(line[at[1]])))
        : words.point;
    },
  };
}

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
  const most = Math.max(...line) ** 2 || 1;
  const font = Math.min(0.5 * cell, 15 * ratio);
  ctx.font = `600 ${font}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) {
      const v = line[r] * line[c];
      ctx.globalAlpha = 0.06 + 0.84 * (v / most);
      ctx.fillStyle = shell.color("truth");
      ctx.fillRect(c * cell, r * cell, cell - (cell > 8 ? 1 : 0), cell - (cell > 8 ? 1 : 0));
      const text = tidy(Math.round(v * 100) / 100);
      if (font < 9 * ratio || text.length * font * 0.6 > cell) continue;
      ctx.globalAlpha = 1;
      ctx.fillStyle = v / most > 0.55 ? shell.color("on-map") : shell.color("ink");
      ctx.fillText(text, (c + 0.5) * cell, (r + 0.55) * cell);
    }
  }
  ctx.globalAlpha = 1;
  if (!at) return;
  ctx.strokeStyle = shell.color("prediction");
  ctx.lineWidth = 2 * ratio;
  ctx.strokeRect(0, at[0] * cell, side, cell);
  ctx.strokeRect(at[1] * cell, 0, cell, side);
}
