/**
 * Confusion matrices: rows are truth, columns prediction. `counts[i][j]` pixels of class i were predicted as j.
 * A score that divides zero by zero is null. The same numbers as seglearn.metrics.ConfusionMatrix.
 */
import { ratio } from "./areas.js";

/** The label of truth pixels that are to be left out, whatever number the data set gives it. */
export const IGNORE = 255;

/**
 * The truth as it gets counted. `ignore` says what happens to the ignore label: "skip" leaves it out, "class" counts
 * it as the class with index `own`, "zero" as class 0; the last two are mistakes people make.
 * @param {LabelMap} truth
 * @param {string} ignore "skip", "class" or "zero"
 * @param {number} own
 * @returns {LabelMap}
 */
export function countedTruth(truth, ignore, own) {
  if (ignore === "skip") return truth;
  return truth.map((label) => (label !== IGNORE ? label : ignore === "class" ? own : 0));
}

/**
 * Counts of an n × n matrix; pixels whose truth is IGNORE are left out.
 * @param {ArrayLike<number>} truth labels 0 … n − 1, or IGNORE
 * @param {ArrayLike<number>} prediction labels 0 … n − 1
 * @param {number} n
 * @returns {number[][]} n × n
 */
export function confusionCounts(truth, prediction, n) {
  const flat = new Int32Array(n * n);
  for (let i = 0; i < truth.length; i++) if (truth[i] !== IGNORE) flat[truth[i] * n + prediction[i]]++;
  return Array.from({ length: n }, (_, i) => [...flat.subarray(i * n, (i + 1) * n)]);
}

/**
 * All of them together.
 * @param {number[]} numbers
 */
export const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
/**
 * Column j of a matrix.
 * @param {number[][]} counts
 * @param {number} j
 */
export const columnOf = (counts, j) => counts.map((row) => row[j]);

/**
 * { rows, columns, all }: pixels of each true class, of each predicted class, and of the whole matrix.
 * @param {number[][]} counts n × n
 */
export function totals(counts) {
  const rows = counts.map(sum);
  return { rows, columns: counts.map((_, j) => sum(columnOf(counts, j))), all: sum(rows) };
}

/**
 * Every score, under the names of seglearn.metrics. Per class, 0/0 is null; `absent` says what that does to a mean over
 * classes: "skip" leaves it out, "zero" counts it as 0.
 * @param {number[][]} counts n × n
 * @param {string} [absent] "skip" or "zero"
 */
export function scores(counts, absent = "skip") {
  const { rows, columns, all } = totals(counts);
  const hits = counts.map((row, k) => row[k]);
  const iou = hits.map((hit, k) => ratio(hit, rows[k] + columns[k] - hit));
  const recall = hits.map((hit, k) => ratio(hit, rows[k]));
  return {
    pixel_accuracy: ratio(sum(hits), all),
    mean_accuracy: all ? mean(recall, absent) : null,
    mean_iou: all ? mean(iou, absent) : null,
    frequency_weighted_iou: ratio(sum(iou.map((x, k) => rows[k] * (x ?? 0))), all),
    iou,
    precision: hits.map((hit, k) => ratio(hit, columns[k])),
    recall,
    f1: hits.map((hit, k) => ratio(2 * hit, rows[k] + columns[k])),
  };
}

/**
 * @param {Score[]} values
 * @param {string} absent
 * @returns {Score}
 */
function mean(values, absent) {
  const counted = absent === "zero" ? values.map((x) => x ?? 0) : values.filter((x) => x !== null);
  return ratio(sum(counted), counted.length);
}

export const PER_CLASS = ["iou", "precision", "recall", "f1"];
export const OVERALL = ["pixel_accuracy", "mean_accuracy", "mean_iou", "frequency_weighted_iou"];

/**
 * The cells [i, j] that a score is made of: `over` in its numerator, `under` in its denominator, which comes in groups
 * where there are several fractions. `k` is the class of a per-class score.
 * @param {string} metric a name of `scores`
 * @param {number} n classes
 * @param {number} [k]
 * @returns {{ over: Cell[], under: Cell[][] }}
 */
export function cellsOf(metric, n, k = 0) {
  /** @type {Cell[]} */
  const all = range(n).flatMap((i) => range(n).map((j) => [i, j]));
  /** @param {number} c */
  const row = (c) => all.filter(([i]) => i === c);
  /** @param {number} c */
  const column = (c) => all.filter(([, j]) => j === c);
  /** @param {number} c */
  const cross = (c) => all.filter(([i, j]) => i === c || j === c);
  const diagonal = all.filter(([i, j]) => i === j);
  switch (metric) {
    case "iou":
    case "f1":
      return { over: [[k, k]], under: [cross(k)] };
    case "precision":
      return { over: [[k, k]], under: [column(k)] };
    case "recall":
      return { over: [[k, k]], under: [row(k)] };
    case "mean_accuracy":
      return { over: diagonal, under: range(n).map(row) };
    case "mean_iou":
    case "frequency_weighted_iou":
      return { over: diagonal, under: range(n).map(cross) };
    default:
      return { over: diagonal, under: [all] };
  }
}

/** @param {number} n */
const range = (n) => Array.from({ length: n }, (_, i) => i);

/**
 * How a row of the matrix reaches `value` in column j while its total stays: [{ from, to, count }] of predicted
 * labels. A mistake trades with the diagonal cell; the diagonal trades with the largest mistake, or with the next class
 * where there is none. What the first cannot give the next largest gives. `n` is how many labels may be predicted, and
 * `value` ends between 0 and the row's total.
 * @param {number[]} row pixels of true class i, by predicted label
 * @param {number} i
 * @param {number} j
 * @param {number} value
 * @param {number} n
 * @returns {{ from: number, to: number, count: number }[]}
 */
export function movesInRow(row, i, j, value, n) {
  const wanted = Math.min(sum(row), Math.max(0, Math.round(value))) - row[j];
  if (wanted < 0) return [{ from: j, to: tradesWith(row, i, j, n), count: -wanted }];
  /** @type {{ from: number, to: number, count: number }[]} */
  const moves = [];
  let missing = wanted;
  for (const from of [tradesWith(row, i, j, n), ...bySize(row, j, n)]) {
    const count = Math.min(missing, row[from] - sum(moves.filter((m) => m.from === from).map((m) => m.count)));
    if (count > 0) moves.push({ from, to: j, count });
    missing -= count;
  }
  return moves;
}

/**
 * The column that cell (i, j) trades pixels with.
 * @param {number[]} row
 * @param {number} i
 * @param {number} j
 * @param {number} n
 * @returns {number}
 */
export function tradesWith(row, i, j, n) {
  if (i !== j && i < n) return i;
  const [largest] = bySize(row, j, n);
  return row[largest] > 0 ? largest : (j + 1) % n;
}

/**
 * @param {number[]} row
 * @param {number} j
 * @param {number} n
 */
const bySize = (row, j, n) =>
  range(n)
    .filter((c) => c !== j)
    .sort((a, b) => row[b] - row[a]);
