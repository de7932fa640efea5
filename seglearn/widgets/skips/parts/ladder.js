/**
 * The network as a ladder: fine layers above, coarse below. Features go down on the left, each is scored on its own
 * path, and on the right the sums climb up again. A path is a switch.
 */
import { argmax, PATHS } from "../../web/core/skips.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";

const STRIDE = { fc7: 32, pool4: 16, pool3: 8 };
const words = strings.ladder;

export function createLadder(shell, { scores, width, height, image, toggle }) {
  const { light } = shell;
  const thumb = (id) => h("canvas", { class: "thumb", "aria-hidden": "true", "data-testid": id });
  const rungs = {};
  const rows = [];
  const ratio = { style: `--ratio: ${width / height}` };
  for (const path of [...PATHS].reverse()) {
    const { width: w, height: hgt } = scores[path];
    const edge = h(
      "button",
      {
        type: "button",
        class: "edge",
        "data-testid": `edge-${path}`,
        onclick: () => toggle(path),
      },
      h("span", { class: "edge-label", "aria-hidden": "true" }),
    );
    light.bind(edge, { term: path });
    const own = thumb(`own-${path}`);
    const sum = thumb(`sum-${path}`);
    const plus = h(
      "span",
      { class: path === "fc7" ? "through" : "plus", "aria-hidden": "true" },
      path === "fc7" ? "" : "+",
    );
    rungs[path] = { edge, own, sum, plus };
    rows.push(
      h("span", { class: "layer" }, h("b", {}, words.names[path]), h("small", {}, words.cells(STRIDE[path], hgt, w))),
      edge,
      own,
      plus,
      sum,
    );
    if (path !== "fc7") rows.push(...between(h("span", { class: "down" }), h("span", { class: "up" }, words.up(2))));
  }
  let drawn = {};
  const final = thumb("thumb-prediction");
  const el = h(
    "div",
    { class: "ladder", role: "group", "aria-label": words.label, "data-testid": "ladder", ...ratio },
    words.head.map((name) => h("small", { class: "head-cell", "aria-hidden": "true" }, name)),
    h("img", { class: "thumb", src: image, alt: words.image }),
    h("span", { class: "final-name", "aria-hidden": "true" }, words.prediction),
    final,
    between(h("span", { class: "down" }), h("span", { class: "up" }, words.up(8))),
    rows,
  );

  return {
    el,
    draw({ keep, away, fused, prediction, pixel }) {
      el.classList.toggle("away", away);
      const hue = (k) => shell.color(`hue-${k}`);
      // The squares are drawn anew when the sums or the colours change; a move of the pixel only moves the frames.
      const look = [hue(0), hue(1), shell.color("stage"), away].join();
      const same = drawn.fused === fused && drawn.prediction === prediction && drawn.look === look;
      drawn = { fused, prediction, look };
      for (const path of PATHS) {
        const { edge, own, sum, plus } = rungs[path];
        const on = keep[path];
        edge.setAttribute("aria-pressed", String(on));
        const said = on ? words.kept : words.cut;
        edge.firstChild.textContent = said;
        edge.setAttribute("aria-label", words.toggle[path](said));
        plus.classList.toggle("on", on);
        const cell = pixel.map((v) => Math.floor(v / STRIDE[path]));
        paint(own, scores[path], same ? undefined : on ? argmax(scores[path]) : null, hue, cell, shell);
        const dead = fused.sum[path].values.every((v) => v === 0);
        paint(sum, scores[path], same ? undefined : dead ? null : argmax(fused.sum[path]), hue, cell, shell);
      }
      paint(final, { width, height }, same ? undefined : prediction, hue, pixel, shell);
    },
  };
}

const between = (down, up) => [down, h("span"), up];

const grounds = new WeakMap(); // what lies under the frame of each canvas

/** One square a cell, in the colour of its class; a cross where `labels` is null; as before where it is undefined. */
function paint(canvas, { width, height }, labels, hue, [row, col], shell) {
  const cell = Math.max(2, Math.round(320 / width));
  if (labels !== undefined) grounds.set(canvas, squares({ width, height, cell, labels, hue, shell }));
  const { ground, empty } = grounds.get(canvas);
  if (canvas.width !== ground.width) {
    canvas.width = ground.width;
    canvas.height = ground.height;
  }
  const ctx = canvas.getContext("2d");
  ctx.drawImage(ground, 0, 0);
  if (empty) return;
  const thick = 5;
  const grow = cell < 8 ? 8 : 0; // a pixel of the full map would be a dot
  for (const [color, line] of [
    ["panel", thick + 4],
    ["ink", thick],
  ]) {
    ctx.strokeStyle = shell.color(color);
    ctx.lineWidth = line;
    ctx.strokeRect(col * cell - grow, row * cell - grow, cell + 2 * grow, cell + 2 * grow);
  }
}

function squares({ width, height, cell, labels, hue, shell }) {
  const ground = h("canvas", { width: width * cell, height: height * cell });
  const ctx = ground.getContext("2d");
  ctx.fillStyle = shell.color("stage");
  ctx.fillRect(0, 0, ground.width, ground.height);
  if (labels) {
    for (let i = 0; i < labels.length; i++) {
      ctx.fillStyle = hue(labels[i]);
      ctx.fillRect((i % width) * cell, Math.floor(i / width) * cell, cell, cell);
    }
  } else {
    ctx.strokeStyle = shell.color("line-strong");
    ctx.lineWidth = 2;
    ctx.setLineDash([10, 8]);
    ctx.beginPath();
    ctx.moveTo(0, 0);
    ctx.lineTo(ground.width, ground.height);
    ctx.moveTo(ground.width, 0);
    ctx.lineTo(0, ground.height);
    ctx.stroke();
  }
  return { ground, empty: !labels };
}
