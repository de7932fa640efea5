/** Confusion workbench: a matrix that can be edited beside the maps that it counts, and every score made of it. */
import { decodeLabelRuns, encodeLabelRuns } from "../web/core/codec.js";
import * as confusion from "../web/core/confusion.js";
import { py, pythonLiteral } from "../web/core/python.js";
import { movePixels } from "../web/core/relabel.js";
import { button, enable, segmented, slider } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { count } from "../web/ui/format.js";
import { createFormula } from "../web/ui/formula.js";
import { CITYSCAPES, OKABE_ITO, TOL, VOC } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { formulaOf, termParts } from "./parts/formulas.js";
import { classHatch, createMaps } from "./parts/maps.js";
import { createMatrix } from "./parts/matrix.js";
import { createScores, metricId } from "./parts/scores.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const { IGNORE, OVERALL, PER_CLASS } = confusion;
const HATCH_NAMES = {
  "": "plain",
  "/": "slash",
  "\\": "backslash",
  x: "cross",
  "-": "rows",
  "|": "columns",
  "+": "grid",
  ".": "dots",
};
const percent = (x) => (x == null ? "–" : `${(100 * x).toFixed(2)}\u202f%`);

/**
 * What a state means, worked out once: names (with one more where the ignore label is counted as a class), the raw maps,
 * the truth as it is counted (`seen`), and the matrix.
 */
const derived = new WeakMap();
function derive(state) {
  if (!derived.has(state)) {
    const classes = state.classes.length;
    const ownClass = state.ignore === "class";
    const names = ownClass ? [...state.classes, strings.ignoreClass] : state.classes;
    const all = { classes, names, counts: state.counts };
    if (state.shape) {
      const size = state.shape[0] * state.shape[1];
      all.truth = decodeLabelRuns(state.truth, size);
      all.prediction = decodeLabelRuns(state.prediction, size);
      all.seen = confusion.countedTruth(all.truth, state.ignore, classes);
      all.counts = confusion.confusionCounts(all.seen, all.prediction, names.length);
      all.ignored = all.truth.reduce((n, label) => n + (label === IGNORE), 0);
    }
    derived.set(state, all);
  }
  return derived.get(state);
}

const metrics = (state) => ({ matrix: derive(state).counts, ...confusion.scores(derive(state).counts, state.absent) });

/** The state in which cell (i, j) holds `value`, as far as its row has pixels for that. */
function withCell(state, i, j, value) {
  const { classes, counts, seen, prediction } = derive(state);
  const moves = confusion.movesInRow(counts[i], i, j, value, classes);
  if (!state.shape) {
    const next = counts.map((row) => [...row]);
    for (const { from, to, count: n } of moves) {
      next[i][from] -= n;
      next[i][to] += n;
    }
    return { ...state, counts: next };
  }
  const moved = moves.reduce((labels, move) => movePixels(seen, labels, state.shape[1], { i, ...move }), prediction);
  return { ...state, prediction: encodeLabelRuns(moved) };
}

function python(state) {
  const { names, counts } = derive(state);
  const rows = counts.map((row) => `    ${pythonLiteral(row)},`);
  const note = { class: [strings.pythonNotes.class], zero: [strings.pythonNotes.zero] }[state.ignore] ?? [];
  return [
    "from seglearn.metrics import ConfusionMatrix",
    "",
    ...note.map((line) => `# ${line}`),
    `# ${strings.pythonNotes.axes}`,
    "counts = [",
    ...rows,
    "]",
    py`matrix = ConfusionMatrix.from_counts(counts, class_names=${[...names]})`,
    py`scores = matrix.scores(absent=${state.absent})`,
    "print(matrix)",
    "print(scores)",
    "",
  ].join("\n");
}

function build(shell) {
  const { store, light, control, data } = shell;
  let pointed = null; // the score under the pointer; shown while it is there
  let flash = null; // the cell whose pixels blink, and whether they are on
  const selected = (n) => store.view.cell.map((k) => Math.min(k, n - 1));

  // --- what the reader does ----------------------------------------------------------------------------------------
  const edit = (i, j, value) => {
    const before = derive(store.state).counts[i][j];
    store.commit(withCell(store.state, i, j, value));
    const { counts, names } = derive(store.state);
    const change = strings.matrix.cell(names[i], names[j], count(counts[i][j]));
    shell.say(`${change}. ${before === counts[i][j] ? strings.noMore : strings.announce(metrics(store.state))}`);
  };
  const nudge = (i, j, by) => edit(i, j, derive(store.state).counts[i][j] + by);
  let base = null; // the state when a drag began
  const editing = {
    select: (i, j) => store.look({ cell: [i, j] }),
    flash: (i, j) => blink([i, j]),
    set: edit,
    nudge,
    preview(i, j, value) {
      base ??= store.state;
      store.preview(withCell(base, i, j, value));
    },
    commit() {
      base = null;
      store.commit();
    },
    cancel() {
      base = null;
      store.cancel();
    },
  };
  const paint = (map, change) => {
    const labels = derive(store.state)[map].slice();
    if (change(labels)) store.preview({ ...store.state, [map]: encodeLabelRuns(labels) });
  };

  let timer = 0;
  function blink(cell) {
    clearTimeout(timer);
    store.look({ cell });
    const { names, counts } = derive(store.state);
    shell.say(strings.matrix.cell(names[cell[0]], names[cell[1]], count(counts[cell[0]][cell[1]])));
    let left = shell.reducedMotion ? 1 : 5;
    const step = () => {
      flash = left > 0 ? { cell, on: left % 2 === 1 } : null;
      shell.redraw();
      if (left-- > 0) timer = setTimeout(step, shell.reducedMotion ? 1500 : 170);
    };
    step();
  }
  shell.onClose(() => clearTimeout(timer));

  // --- parts that stay ---------------------------------------------------------------------------------------------
  const units = segmented({
    label: strings.units.label,
    id: "units",
    options: ["counts", "rows", "columns"].map((value) => ({ value, label: strings.units[value] })),
    onChange: (value) => store.look({ units: value }),
  });
  const absent = segmented({
    label: strings.absent.label,
    id: "absent",
    options: ["skip", "zero"].map((value) => ({ value, label: strings.absent[value] })),
    onChange: (value) => store.commit({ ...store.state, absent: value }),
  });
  const radius = slider({
    label: strings.brush.size,
    id: "brush-size",
    min: 1,
    max: 25,
    step: 2,
    value: store.view.radius,
    format: strings.pixels,
    onInput: (size) => store.look({ radius: size }),
  });
  const less = button({
    label: strings.inspector.less,
    id: "cell-less",
    quiet: true,
    symbol: "M3 8h10",
    onClick: () => nudge(...selected(derive(store.state).names.length), -1),
  });
  const more = button({
    label: strings.inspector.more,
    id: "cell-more",
    quiet: true,
    symbol: "M3 8h10M8 3v10",
    onClick: () => nudge(...selected(derive(store.state).names.length), 1),
  });
  const inspectorText = h("p", { class: "inspector-text", "data-testid": "inspector" });
  const inspectorNote = h("p", { class: "inspector-note", id: "matrix-help" });
  const inspector = h(
    "div",
    { class: "inspector" },
    h("div", { class: "stepper" }, less, more),
    h("div", {}, inspectorText, inspectorNote),
  );
  const formula = createFormula(light, strings.formula);
  const legendNote = h(
    "p",
    { class: "outline-key", "aria-hidden": "true" },
    h("span", { class: "key over" }, strings.key.over),
    h("span", { class: "key under" }, strings.key.under),
  );
  const verdict = h("p", { class: "verdict", role: "note", "data-testid": "bug-note" });

  const mapsBox = h("div");
  const brushBox = h("div");
  const matrixBox = h("div", { class: "matrix-box" });
  const ignoreBox = h("div");
  const scoresBox = h("div", { class: "scores" });
  const choice = (words, ...els) => h("div", { class: "choice" }, h("span", { "aria-hidden": "true" }, words), els);
  const heading = (words) => h("strong", { class: "pane-title" }, words);
  shell.body.append(
    h(
      "div",
      { class: "top" },
      h(
        "div",
        { class: "left" },
        control("maps", mapsBox),
        control("brush", brushBox),
        control("ignore", ignoreBox),
        control("absent", choice(strings.absent.label, absent.el)),
      ),
      control(
        "matrix",
        h(
          "div",
          { class: "right" },
          h("div", { class: "pane-head" }, heading(strings.matrixTitle), control("units", units.el)),
          matrixBox,
          legendNote,
          inspector,
        ),
      ),
    ),
    control("formula", h("div", { class: "formula-box" }, formula.el)),
    control("scores", scoresBox),
    verdict,
  );

  // --- parts that depend on the classes and the size ---------------------------------------------------------------
  let parts = null;
  let builtFor = "";
  function rebuild(state) {
    const { names, classes, ignored } = derive(state);
    const signature = JSON.stringify([names, state.shape, ignored === undefined]);
    if (signature === builtFor) return;
    builtFor = signature;
    parts?.matrix.close();
    // Hue from the palette, hatch by number; see .class-0 and .hatch-slash in the style sheet.
    const mark = (k) => (k === classes ? "ignore" : `class class-${k} hatch-${HATCH_NAMES[classHatch(k)]}`);
    const n = names.length;
    const terms = termParts(n);
    for (const metric of OVERALL) terms[metric] = terms.everything;
    for (const metric of PER_CLASS) {
      for (let k = 0; k < n; k++) {
        terms[metricId(metric, k)] = confusion.cellsOf(metric, n, k).under.flat().map(String);
      }
    }
    light.terms(terms);

    const matrix = createMatrix(shell, { names, mark, writable: classes, words: strings.matrix, on: editing });
    matrixBox.replaceChildren(matrix.el);
    const scores = createScores(shell, {
      names,
      mark,
      words: strings.scores,
      on: {
        choose: (metric, of) => store.look({ metric, of }),
        point(metric, of) {
          pointed = { metric, of };
          shell.redraw();
        },
        leave() {
          pointed = null;
          shell.redraw();
        },
      },
    });
    scoresBox.replaceChildren(scores.table, scores.tiles);

    let maps = null;
    let brush = null;
    let ignore = null;
    if (state.shape) {
      const image = JSON.stringify(state.shape) === JSON.stringify(data.imageShape) ? data.image : undefined;
      maps = createMaps(shell, {
        names,
        classes,
        shape: state.shape,
        image,
        words: strings.mapPane,
        paint,
        on: editing,
      });
      mapsBox.replaceChildren(maps.el);
      brush = segmented({
        label: strings.brush.label,
        id: "brush",
        options: [
          { value: "look", label: strings.brush.look },
          ...state.classes.map((name, k) => ({ value: String(k), label: name, role: mark(k) })),
          { value: "ignore", label: strings.brush.ignore, role: "ignore" },
        ],
        onChange: (value) => store.look({ brush: value }),
      });
      brushBox.replaceChildren(h("div", { class: "choice" }, brush.el, radius.el));
      const bug = () => h("em", { class: "bug" }, strings.ignore.bug);
      ignore = segmented({
        label: strings.ignore.label,
        id: "ignore",
        options: [
          { value: "skip", label: strings.ignore.skip },
          { value: "class", label: [strings.ignore.class, bug()] },
          { value: "zero", label: [strings.ignore.zero(names[0]), bug()] },
        ],
        onChange: (value) => store.commit({ ...store.state, ignore: value }),
      });
      ignoreBox.replaceChildren(choice(strings.ignore.label, ignore.el));
    } else {
      mapsBox.replaceChildren(h("p", { class: "no-maps", "data-testid": "no-maps" }, strings.noMaps));
      brushBox.replaceChildren();
      ignoreBox.replaceChildren();
    }
    shell.body.classList.toggle("wide-matrix", n > 6);
    parts = { matrix, scores, maps, brush, ignore };
  }

  // --- every change -------------------------------------------------------------------------------------------------
  let formulaShape = "";
  return ({ state, view, metrics: m }) => {
    rebuild(state);
    const all = derive(state);
    const { names, counts, classes } = all;
    const n = names.length;
    const chosen =
      view.of != null && view.of >= n ? { metric: view.metric, of: 0 } : { metric: view.metric, of: view.of };
    const shown = pointed && (pointed.of ?? 0) < n ? pointed : chosen;
    const cells = confusion.cellsOf(shown.metric, n, shown.of);
    const [i, j] = selected(n);

    parts.matrix.draw({
      counts,
      units: view.units,
      roles: rolesOf(shown, cells),
      tagged: shown.of != null,
      outlines: cells,
      selected: [i, j],
    });
    units.value = view.units;
    absent.value = state.absent;

    const row = counts[i];
    const partner = confusion.tradesWith(row, i, j, classes);
    inspectorText.textContent = strings.inspector.cell(names[i], names[j], count(row[j]));
    inspectorNote.textContent =
      j >= classes ? strings.inspector.never(names[j]) : strings.inspector.trade(names[i], names[partner]);
    enable(less, j < classes && row[j] > 0);
    enable(more, j < classes && row[j] < confusion.sum(row));

    const left = state.ignore === "skip" ? null : metrics({ ...state, ignore: "skip" });
    parts.scores.draw({ scores: m, chosen, absent: state.absent, against: left });
    verdict.textContent = left
      ? all.ignored
        ? strings.verdict[state.ignore]({ name: names[0], now: percent(m.mean_iou), without: percent(left.mean_iou) })
        : strings.verdict.nothing
      : "";
    verdict.classList.toggle("is-bug", Boolean(left && all.ignored));

    const { pieces, values } = formulaOf(shown, {
      names,
      counts,
      scores: m,
      absent: state.absent,
      words: strings.scores,
    });
    if (pieces.join() !== formulaShape) {
      formulaShape = pieces.join();
      formula.el.setAttribute("aria-label", strings.scores.full[shown.metric] ?? strings.scores.short[shown.metric]);
      formula.show(...pieces);
    }
    formula.values(values);

    if (!parts.maps) return;
    parts.brush.value = view.brush;
    parts.ignore.value = state.ignore;
    radius.value = view.radius;
    radius.el.classList.toggle("away", view.brush === "look");
    parts.maps.draw(
      { ...all, outlines: mapOutlines(all, light.parts, pointed && cells, flash, shell.color("ink")) },
      view,
    );
  };
}

/** Which cells are hits, misses and false alarms of the score that is shown: "i,j" → role. */
function rolesOf({ of }, { over, under }) {
  const roles = new Map();
  if (of != null) {
    for (const [i, j] of under.flat()) roles.set(`${i},${j}`, i === of ? "truth" : "prediction");
  }
  for (const cell of over) roles.set(cell.join(), "agreement");
  return roles;
}

/** On the maps: the numerator of the score pointed at with a solid line, its denominator dashed; or the lit cell. */
function mapOutlines({ names, seen, prediction }, lit, cells, flash, color) {
  const n = names.length;
  const mask = (list) => {
    const wanted = new Set(list.map(([i, j]) => i * n + j));
    return seen.map((t, p) => (t !== IGNORE && wanted.has(t * n + prediction[p]) ? 1 : 0));
  };
  if (flash) return flash.on ? [{ mask: mask([flash.cell]), color, width: 3 }] : [];
  if (cells?.under.length === 1 && cells.over.length === 1) {
    return [
      { mask: mask(cells.under[0]), color, width: 2, dash: [5, 4] },
      { mask: mask(cells.over), color, width: 2.5 },
    ];
  }
  const parts = [...(lit ?? [])].filter((part) => part.includes(","));
  return parts.length === 1 ? [{ mask: mask(parts.map((part) => part.split(",").map(Number))), color, width: 2 }] : [];
}

export default defineWidget({
  name: "confusion_workbench",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL, voc: VOC, cityscapes: CITYSCAPES },
  css,
  view: (data) => ({ ...data.view, units: "counts", brush: "look", radius: 3 }),
  metrics,
  python,
  announce: (_, m) => strings.announce(m),
  build,
});
