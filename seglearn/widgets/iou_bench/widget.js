/** IoU & Dice bench: two shapes, boxes or masks, and every overlap score of theirs, live. */
import { areas, dice, iou, precision, recall } from "../web/core/areas.js";
import { boundaryIou } from "../web/core/boundary.js";
import { boxMask } from "../web/core/boxes.js";
import { bounds, strokeLine } from "../web/core/brush.js";
import { decodeMask, encodeMask } from "../web/core/codec.js";
import { py, pythonLiteral } from "../web/core/python.js";
import { generator } from "../web/core/random.js";
import { segmented, slider, toolbox } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { count, score } from "../web/ui/format.js";
import { createFormula } from "../web/ui/formula.js";
import { legend } from "../web/ui/legend.js";
import { HATCH, OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { createStage } from "../web/ui/stage.js";
import { boxElement } from "./parts/boxes.js";
import { FORMULAS, TERMS } from "./parts/formulas.js";
import { maskKeys, paintStrokes } from "./parts/masks.js";
import { scoreList } from "./parts/scores.js";
import { diceStrip } from "./parts/strip.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const SHAPES = ["truth", "prediction"];

// Labels of the stage's pixels. In boundary view the bands are drawn over the regions.
const PARTS = [null, "truthOnly", "both", "predictionOnly", "bandTruth", "bandBoth", "bandPrediction"];
const ROLE_OF = [null, "truth", "agreement", "prediction", "truth", "agreement", "prediction"];

const ICONS = {
  move: "M8 1.500v13M1.500 8h13M8 1.500 6.200 3.300M8 1.500l1.800 1.800M8 14.500l-1.800-1.800M8 14.500l1.800-1.800M1.500 8l1.800-1.800M1.500 8l1.800 1.800M14.500 8l-1.800-1.800M14.500 8l-1.800 1.800",
  brush: "M13.500 2.500 7.500 9M6.200 9.200c-2.400.1-1.900 3.300-4.200 4.100 3 .9 6-.3 5.700-2.700",
  erase: "M6.500 13.500h7M3 9.500 9.500 3l4 4-6.500 6.500h-2.500L2.500 11z",
  fill: "M7 2.500 2.500 7.500 7.500 12.500 12.500 7.500zM2.500 7.500h10M13.500 10.500c1.500 2 1 3 0 3s-1.500-1 0-3",
};

/** Masks, areas and scores of a state, worked out once for each state. */
const derived = new WeakMap();
function derive(state) {
  if (!derived.has(state)) {
    const [height, width] = state.shape;
    const [truth, prediction] = SHAPES.map((shape) =>
      state.mode === "boxes" ? boxMask(state[`${shape}_box`], width, height) : decodeMask(state[shape], width * height),
    );
    const counted = areas(truth, prediction);
    derived.set(state, { truth, prediction, areas: counted, boundary: boundaryIou(truth, prediction, width, height) });
  }
  return derived.get(state);
}

function metrics(state) {
  const { areas: a, boundary } = derive(state);
  return {
    intersection: a.both,
    union: a.both + a.truthOnly + a.predictionOnly,
    truth_only: a.truthOnly,
    prediction_only: a.predictionOnly,
    iou: iou(a),
    dice: dice(a),
    precision: precision(a),
    recall: recall(a),
    boundary_iou: boundary.iou,
    boundary_width: boundary.d,
  };
}

function python({ mode, shape, ...state }) {
  const size = py`(${shape[0]}, ${shape[1]})`;
  const lines = ["import numpy as np", "from seglearn.metrics import boundary_iou, dice, iou, precision, recall", ""];
  if (mode === "boxes") {
    for (const name of SHAPES) {
      const [x0, y0, x1, y1] = state[`${name}_box`];
      lines.push(`${name} = np.zeros(${size}, dtype=bool)`, `${name}${py`[${y0}:${y1}, ${x0}:${x1}] = True`}`);
    }
  } else {
    lines.push(
      "",
      `def mask(runs, shape=${size}):`,
      '    """Read run lengths: background first, then in turn, row by row."""',
      "    lengths = [int(run) for run in runs.split()]",
      "    return np.repeat(np.arange(len(lengths)) % 2 == 1, lengths).reshape(shape)",
      "",
      "",
      ...SHAPES.map((name) => `${name} = mask(${pythonLiteral(state[name])})`),
    );
  }
  lines.push(
    "",
    "for score in (iou, dice, precision, recall, boundary_iou):",
    '    print(f"{score.__name__:13}{score(truth, prediction):.3f}")',
    "",
  );
  return lines.join("\n");
}

/** Two blobs of three disks each, the second a disturbed copy of the first. */
function seeded(seed, { shape: [height, width] }) {
  const random = generator(seed);
  const between = (a, b) => a + (b - a) * random();
  const unit = Math.min(width, height);
  const blob = { truth: new Uint8Array(width * height), prediction: new Uint8Array(width * height) };
  const [cx, cy] = [width / 2 + between(-0.1, 0.1) * unit, height / 2 + between(-0.1, 0.1) * unit];
  const [sx, sy] = [between(-0.22, 0.22) * unit, between(-0.16, 0.16) * unit];
  for (let i = 0; i < 3; i++) {
    const disk = { x: cx + between(-0.2, 0.2) * unit, y: cy + between(-0.15, 0.15) * unit };
    const radius = between(0.12, 0.22) * unit;
    strokeLine(blob.truth, width, height, disk, disk, radius, 1);
    const moved = { x: disk.x + sx, y: disk.y + sy };
    strokeLine(blob.prediction, width, height, moved, moved, radius * between(0.75, 1.25), 1);
  }
  return { mode: "masks", truth: encodeMask(blob.truth), prediction: encodeMask(blob.prediction) };
}

function build(shell) {
  const { store, light, control } = shell;
  const [height, width] = store.state.shape;
  light.terms(TERMS);

  // --- which shapes, which tool -----------------------------------------------------------------------------------
  const modes = segmented({
    label: strings.modes.label,
    id: "mode",
    options: ["boxes", "masks"].map((v) => ({ value: v, label: strings.modes[v] })),
    onChange: (mode) => store.commit({ ...store.state, mode }),
  });
  const targets = segmented({
    label: strings.targets.label,
    id: "target",
    options: SHAPES.map((v) => {
      const [letter, word] = strings.targets[v];
      return { value: v, label: [letter, h("span", { class: "when-wide" }, ` ${word}`)], role: v };
    }),
    onChange: (target) => store.look({ target }),
  });
  const tools = toolbox({
    label: strings.tools.label,
    id: "tool",
    options: ["move", "brush", "erase", "fill"].map((v) => ({
      value: v,
      label: strings.tools[v],
      symbol: ICONS[v],
      hint: strings.stage[v],
    })),
    onChange: (tool) => store.look({ tool }),
  });
  const brush = slider({
    label: strings.brushSize,
    id: "brush",
    min: 1,
    max: 25,
    step: 2,
    value: store.view.brush,
    format: strings.pixels,
    onInput: (size) => store.look({ brush: size }),
  });
  const editing = h("div", { class: "editing" }, targets.el, tools.el, brush.el);
  const hint = h("p", { class: "hint" });

  // --- stage ------------------------------------------------------------------------------------------------------
  const hover = (p) => {
    // While painting one looks at the shapes, not at the formula.
    if (store.state.mode === "masks" && ["brush", "erase", "fill"].includes(store.view.tool)) p = null;
    const label = p && labels ? labels[p.row * width + p.col] : 0;
    light.point(label ? { part: PARTS[label] } : null);
  };
  let labels = null;
  const stage = createStage(shell, {
    label: strings.stage.none,
    width,
    height,
    image: shell.data.image,
    onStroke: paintStrokes(shell, width, height),
    onHover: hover,
    onKey: (event, cursor) => keys(event, cursor),
    onKeysEnd: () => store.commit(),
  });
  const keys = maskKeys(shell, stage, width, height);
  const boxes = Object.fromEntries(SHAPES.map((shape) => [shape, boxElement(shell, stage, shape, width, height)]));
  const tags = Object.fromEntries(
    SHAPES.map((shape) => [shape, h("span", { class: `stage-tag ${shape} ${shape}-tag` }, strings.tag[shape])]),
  );
  stage.overlay.append(...SHAPES.map((shape) => boxes[shape]), ...SHAPES.map((shape) => tags[shape]));

  // --- areas: the union as a bar, whose agreed share is the IoU -----------------------------------------------------
  const entries = ["truthOnly", "both", "predictionOnly"].map((part) => {
    const [label, note] = strings.areas[part];
    return { part, label, note, role: ROLE_OF[PARTS.indexOf(part)] };
  });
  const bar = h("div", { class: "union-bar", "aria-hidden": "true" });
  const segments = entries.map(({ part, role }) => light.bind(h("span", { class: `${role}` }), { part }));
  bar.append(...segments);
  const areaList = legend(light, entries, strings.areas.label);

  // --- scores and the formula of the chosen one -------------------------------------------------------------------
  const scores = scoreList(shell);
  const formula = createFormula(light, strings.metrics.label);
  const words = h("span");
  let shownMetric = null;

  const strip = diceStrip();
  shell.head.append(control("tabs", modes.el));
  shell.body.append(
    control("tools", h("div", { class: "bar" }, editing, hint)),
    h(
      "div",
      { class: "columns" },
      h("div", { class: "left" }, stage.el, control("areas", h("div", { class: "areas" }, bar, areaList.el))),
      h(
        "div",
        { class: "right" },
        control("metrics", scores.el),
        control(
          "formula",
          h("div", { class: "formula-box" }, formula.el, h("p", { class: "in-words" }, words, " ", strings.point)),
        ),
      ),
      control("strip", strip.el),
    ),
  );

  // --- every change -----------------------------------------------------------------------------------------------
  return ({ state, view, metrics: m }) => {
    const { truth, prediction, areas: a, boundary } = derive(state);
    const inMasks = state.mode === "masks";
    const onBorder = view.metric === "boundary_iou";

    modes.value = state.mode;
    targets.value = view.target;
    tools.value = view.tool;
    brush.value = view.brush;
    editing.classList.toggle("away", !inMasks);
    hint.textContent = inMasks ? (view.tool ? "" : strings.hints.none) : strings.hints.boxes;
    brush.el.classList.toggle("away", !["brush", "erase"].includes(view.tool));

    labels = new Uint8Array(width * height);
    for (let i = 0; i < labels.length; i++) {
      labels[i] = truth[i] ? (prediction[i] ? 2 : 1) : prediction[i] ? 3 : 0;
      if (!onBorder) continue;
      const [t, p] = [boundary.truth[i], boundary.prediction[i]];
      if (t || p) labels[i] = t ? (p ? 5 : 4) : 6;
    }
    stage.tool = inMasks && view.tool !== null;
    stage.brush = inMasks && ["brush", "erase"].includes(view.tool) ? view.brush / 2 : null;
    stage.el.setAttribute("aria-label", inMasks ? strings.stage[view.tool ?? "none"] : strings.stage.boxes);
    stage.el.classList.toggle("moving", inMasks && view.tool === "move");
    const line = onBorder ? { width: 1.2, halo: false } : { width: 2 };
    stage.show({
      labels,
      styles: PARTS.map((part, i) => {
        if (!part) return null;
        const role = ROLE_OF[i];
        // In boundary view the insides step back: only the bands are counted.
        if (onBorder && i < 4) return { color: shell.color(role), alpha: 0.12, part };
        return { color: shell.color(role), hatch: HATCH[role], alpha: role === "agreement" ? 0.48 : 0.3, part };
      }),
      outlines: [
        { mask: truth, color: shell.color("truth"), ...line },
        { mask: prediction, color: shell.color("prediction"), ...line, dash: [7, 4] },
      ],
    });

    for (const shape of SHAPES) {
      const box = inMasks ? bounds(derive(state)[shape], width, height) : state[`${shape}_box`];
      boxes[shape].hidden = inMasks;
      tags[shape].hidden = !box;
      if (!box) continue;
      stage.place(boxes[shape], box[0], box[1], box[2], box[3]);
      placeTag(tags[shape], shape, box, width, height);
    }

    const union = m.union || 1;
    segments.forEach((segment, i) => (segment.style.flexGrow = a[entries[i].part] / union));
    bar.classList.toggle("empty", !m.union);
    areaList.values(Object.fromEntries(entries.map(({ part }) => [part, count(a[part])])));

    scores.show(m, view.metric);
    if (shownMetric !== view.metric) {
      shownMetric = view.metric;
      formula.el.setAttribute("aria-label", strings.metrics[shownMetric][0]);
      formula.show(...FORMULAS[shownMetric]);
    }
    const band = boundary.areas;
    const [truthArea, predictionArea] = [a.both + a.truthOnly, a.both + a.predictionOnly];
    formula.values({
      intersection: count(m.intersection),
      union: count(m.union),
      truth: count(truthArea),
      prediction: count(predictionArea),
      bandIntersection: count(band.both),
      bandUnion: count(band.both + band.truthOnly + band.predictionOnly),
      result: score(m[view.metric]),
    });
    const sentence = strings.metrics[view.metric][1];
    words.textContent =
      m[view.metric] === null
        ? strings.undefinedScore
        : typeof sentence === "function"
          ? sentence(boundary.d)
          : sentence;
    strip.show(m);
  };
}

/** A's name stands over its upper left corner, B's under its lower right one; both stay on the stage. */
function placeTag(tag, shape, [x0, y0, x1, y1], width, height) {
  const upper = shape === "truth";
  const fromLeft = upper ? x0 <= 0.7 * width : x1 < 0.3 * width;
  const above = upper ? y0 > 0.09 * height : y1 > 0.91 * height;
  tag.style.left = fromLeft ? `${(100 * x0) / width}%` : "auto";
  tag.style.right = fromLeft ? "auto" : `${100 - (100 * x1) / width}%`;
  tag.style.top = `${(100 * (upper ? y0 : y1)) / height}%`;
  tag.style.translate = above ? "0 calc(-100% - 0.3em)" : "0 0.3em";
}

export default defineWidget({
  name: "iou_bench",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  // On a touch screen no tool is in hand at first, so that the page can be scrolled past the stage.
  view: () => ({
    metric: "iou",
    target: "prediction",
    tool: matchMedia("(pointer: coarse)").matches ? null : "move",
    brush: 9,
  }),
  metrics,
  python,
  announce: (state, m) => strings.announce(score(m.iou), score(m.dice)),
  seeded,
  build,
});
