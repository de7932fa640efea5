/** What a state means: the maps as they are counted, the matrix, its scores, edits of a cell, and the Python code. */
import { decodeLabelRuns, encodeLabelRuns } from "../../web/core/codec.js";
import { confusionCounts, countedTruth, IGNORE, movesInRow, scores } from "../../web/core/confusion.js";
import { py, pythonLiteral } from "../../web/core/python.js";
import { movePixels } from "../../web/core/relabel.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";

/**
 * The document: names of the classes; maps as run lengths with their shape [height, width], or counts instead; how
 * ignored pixels ("skip", "class", "zero") and 0 ÷ 0 in a mean ("skip", "zero") are counted.
 * @typedef {{ classes: string[], shape: [number, number] | null, truth: string | null, prediction: string | null,
 *   counts: number[][] | null, ignore: string, absent: string }} State
 */

/**
 * `names` of the rows in the page's language, one more than `classes` where the ignore label is counted as a class; the raw maps and the
 * truth as it is counted (`seen`), where there are maps; the matrix; and how many pixels carry the ignore label.
 * @typedef {{ classes: number, names: string[], counts: number[][], truth?: LabelMap, prediction?: LabelMap,
 *   seen?: LabelMap, ignored?: number }} Derived
 */

/** @type {WeakMap<State, Derived>} */
const derived = new WeakMap();

/**
 * Worked out once for each state.
 * @param {State} state
 * @returns {Derived}
 */
export function derive(state) {
  const known = derived.get(state);
  if (known) return known;
  const classes = state.classes.length;
  const names = [...state.classes.map(className), ...(state.ignore === "class" ? [strings.ignoreClass] : [])];
  /** @type {Derived} */
  const all = { classes, names, counts: state.counts };
  if (state.shape) {
    const size = state.shape[0] * state.shape[1];
    all.truth = decodeLabelRuns(state.truth, size);
    all.prediction = decodeLabelRuns(state.prediction, size);
    all.seen = countedTruth(all.truth, state.ignore, classes);
    all.counts = confusionCounts(all.seen, all.prediction, names.length);
    all.ignored = all.truth.reduce((n, label) => n + Number(label === IGNORE), 0);
  }
  derived.set(state, all);
  return all;
}

/**
 * What goes to Python's `metrics`: the matrix and its scores in [0, 1] or null.
 * @param {State} state
 */
export const metrics = (state) => ({ matrix: derive(state).counts, ...scores(derive(state).counts, state.absent) });

/**
 * The state in which cell (i, j) holds `value` pixels, as far as its row has pixels for that.
 * @param {State} state
 * @param {number} i
 * @param {number} j
 * @param {number} value
 * @returns {State}
 */
export function withCell(state, i, j, value) {
  const { classes, counts, seen, prediction } = derive(state);
  const moves = movesInRow(counts[i], i, j, value, classes);
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

/**
 * The program that "copy as Python" gives.
 * @param {State} state
 * @returns {string}
 */
export function python(state) {
  const { names, counts } = derive(state);
  // In Python a class keeps its own name, whatever the language of the page.
  const classNames = [...state.classes, ...names.slice(state.classes.length)];
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
    py`matrix = ConfusionMatrix.from_counts(counts, class_names=${classNames})`,
    py`scores = matrix.scores(absent=${state.absent})`,
    "print(matrix)",
    "print(scores)",
    "",
  ].join("\n");
}
