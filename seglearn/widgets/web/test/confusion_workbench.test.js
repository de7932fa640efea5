import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { goals } from "../../confusion_workbench/parts/goals.js";
import { metrics } from "../../confusion_workbench/parts/model.js";
import { decodeLabelRuns, encodeLabelRuns } from "../core/codec.js";
import {
  cellsOf,
  confusionCounts,
  countedTruth,
  IGNORE,
  movesInRow,
  PER_CLASS,
  scores,
  sum,
  totals,
  tradesWith,
} from "../core/confusion.js";
import { movePixels } from "../core/relabel.js";

const { confusion: cases } = JSON.parse(readFileSync(new URL("fixtures.json", import.meta.url), "utf8"));
const worked = cases.find((c) => c.name === "worked" && c.absent === "skip");
const near = (got, expected, what) =>
  expected === null
    ? assert.equal(got, null, what)
    : assert.ok(Math.abs(got - expected) < 1e-12, `${what}: ${got}, not ${expected}`);
const mapsOf = ({ shape, truth, prediction }) =>
  [truth, prediction].map((runs) => decodeLabelRuns(runs, shape[0] * shape[1]));

test("counts and scores are those of the Python package", () => {
  assert.ok(cases.length >= 20);
  for (const c of cases) {
    const what = `${c.name}, ignore ${c.ignore}, absent ${c.absent}`;
    const [truth, prediction] = mapsOf(c);
    const counts = confusionCounts(countedTruth(truth, c.ignore, c.n), prediction, c.n + (c.ignore === "class"));
    assert.deepEqual(counts, c.metrics.matrix, what);
    for (const [name, got] of Object.entries(scores(counts, c.absent))) {
      const expected = c.metrics[name];
      if (PER_CLASS.includes(name)) got.forEach((x, k) => near(x, expected[k], `${what}, ${name} ${k}`));
      else near(got, expected, `${what}, ${name}`);
    }
  }
});

test("the worked example", () => {
  const { iou, mean_iou } = scores([
    [43, 5, 2],
    [2, 45, 3],
    [0, 1, 49],
  ]);
  assert.deepEqual(
    [...iou, mean_iou].map((x) => (100 * x).toFixed(2)),
    ["82.69", "80.36", "89.09", "84.05"],
  );
});

test("an empty matrix has no score", () => {
  const m = scores([
    [0, 0],
    [0, 0],
  ]);
  assert.equal(m.mean_iou, null);
  assert.deepEqual(m.iou, [null, null]);
  assert.equal(m.pixel_accuracy, null);
  assert.equal(m.frequency_weighted_iou, null);
});

test("label runs survive the way there and back", () => {
  const labels = Uint8Array.of(0, 0, 2, 255, 255, 1);
  assert.equal(encodeLabelRuns(labels), "0 2 2 1 255 2 1 1");
  assert.deepEqual(decodeLabelRuns(encodeLabelRuns(labels), 6), labels);
  assert.throws(() => decodeLabelRuns("0 2", 3), RangeError);
});

test("the cells of a score hold exactly the numbers of its fraction", () => {
  const counts = worked.metrics.matrix;
  const inside = (cells) => sum(cells.map(([i, j]) => counts[i][j]));
  for (const [metric, k] of [["iou", 1], ["precision", 0], ["recall", 2], ["pixel_accuracy"]]) {
    const { over, under } = cellsOf(metric, 3, k);
    const got = inside(over) / inside(under.flat());
    const expected = worked.metrics[metric];
    near(got, k === undefined ? expected : expected[k], metric);
  }
  assert.equal(cellsOf("mean_accuracy", 3).under.length, 3);
  assert.deepEqual(cellsOf("mean_iou", 3).under[1], cellsOf("iou", 3, 1).under[0]);
  assert.deepEqual(cellsOf("f1", 3, 1).under, cellsOf("iou", 3, 1).under);
});

const applied = (row, moves) => {
  const next = [...row];
  for (const { from, to, count } of moves) {
    next[from] -= count;
    next[to] += count;
  }
  return next;
};

test("a cell reaches its value and the row keeps its total", () => {
  const row = [43, 5, 2];
  for (const j of [0, 1, 2]) {
    for (const value of [-3, 0, 1, 4, 44, 50, 60]) {
      const next = applied(row, movesInRow(row, 0, j, value, 3));
      assert.equal(next[j], Math.min(50, Math.max(0, value)), `cell ${j} to ${value}`);
      assert.equal(sum(next), 50);
      assert.ok(next.every((n) => n >= 0));
    }
  }
});

test("a mistake trades with the diagonal, the diagonal with the largest mistake", () => {
  assert.equal(tradesWith([43, 5, 2], 0, 2, 3), 0);
  assert.equal(tradesWith([43, 5, 2], 0, 0, 3), 1);
  assert.equal(tradesWith([50, 0, 0], 0, 0, 3), 1);
  assert.equal(tradesWith([0, 0, 50], 2, 2, 3), 0);
  assert.deepEqual(movesInRow([43, 5, 2], 0, 1, 6, 3), [{ from: 0, to: 1, count: 1 }]);
  assert.deepEqual(movesInRow([43, 5, 2], 0, 1, 50, 3), [
    { from: 0, to: 1, count: 43 },
    { from: 2, to: 1, count: 2 },
  ]);
});

test("pixels of the ignore label counted as a class never become a prediction of it", () => {
  const row = [3, 1, 0]; // truth is the third label, which only two of three may predict
  assert.notEqual(tradesWith(row, 2, 0, 2), 2);
  assert.deepEqual(applied(row, movesInRow(row, 2, 1, 4, 2)), [0, 4, 0]);
  assert.deepEqual(applied(row, movesInRow(row, 2, 0, 0, 2)), [0, 4, 0]);
});

test("moved pixels change exactly the two cells, and the truth not at all", () => {
  const [truth, prediction] = mapsOf(worked);
  const width = worked.shape[1];
  const before = truth.slice();
  for (const move of [
    { i: 0, from: 0, to: 1, count: 4 },
    { i: 2, from: 2, to: 0, count: 49 },
    { i: 1, from: 2, to: 1, count: 3 },
  ]) {
    const moved = movePixels(truth, prediction, width, move);
    const expected = worked.metrics.matrix.map((row) => [...row]);
    expected[move.i][move.from] -= move.count;
    expected[move.i][move.to] += move.count;
    assert.deepEqual(confusionCounts(truth, moved, 3), expected);
    assert.deepEqual(movePixels(truth, prediction, width, move), moved);
  }
  assert.deepEqual(truth, before);
});

test("a mistake grows on the border of the class that takes it, even one that is nowhere yet", () => {
  const truth = Uint8Array.from({ length: 100 }, (_, p) => (p % 10 < 5 ? 0 : 1));
  const moved = movePixels(truth, truth, 10, { i: 0, from: 0, to: 1, count: 5 });
  const columns = [...moved.keys()].filter((p) => moved[p] !== truth[p]).map((p) => p % 10);
  assert.ok(
    columns.every((x) => x >= 3),
    `columns ${columns}`,
  );
  const fresh = movePixels(truth, truth, 10, { i: 1, from: 1, to: 2, count: 4 });
  const taken = [...fresh.keys()].filter((p) => fresh[p] === 2);
  assert.equal(taken.length, 4);
  const spread = (axis) => Math.max(...taken.map(axis)) - Math.min(...taken.map(axis));
  assert.ok(spread((p) => p % 10) <= 3 && spread((p) => Math.floor(p / 10)) <= 3, `one clump, not ${taken}`);
});

test("ignored pixels count nowhere, or where each mistake puts them", () => {
  const truth = Uint8Array.of(0, 1, IGNORE, IGNORE);
  const prediction = Uint8Array.of(0, 1, 1, 0);
  assert.deepEqual(confusionCounts(countedTruth(truth, "skip", 2), prediction, 2), [
    [1, 0],
    [0, 1],
  ]);
  assert.deepEqual(confusionCounts(countedTruth(truth, "zero", 2), prediction, 2), [
    [2, 1],
    [0, 1],
  ]);
  assert.deepEqual(confusionCounts(countedTruth(truth, "class", 2), prediction, 3), [
    [1, 0, 0],
    [0, 1, 0],
    [1, 1, 0],
  ]);
  assert.equal(totals(confusionCounts(truth, prediction, 2)).all, 2);
});

test("256 × 256 pixels of twelve classes are counted, scored and edited within a frame", () => {
  const size = 256 * 256;
  const truth = Uint8Array.from({ length: size }, (_, p) => (p >> 12) % 12);
  const prediction = Uint8Array.from({ length: size }, (_, p) => ((p + 700) >> 12) % 12);
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    scores(confusionCounts(truth, prediction, 12));
    return performance.now() - start;
  });
  times.sort((a, b) => a - b);
  assert.ok(times[3] < 16, `${times[3].toFixed(1)} ms`);
});

test("each goal is out of reach at first and knows when it is met", () => {
  const names = ["a", "b", "c"];
  const state = (counts, classes = names) => ({ classes, counts, shape: null, ignore: "skip", absent: "skip" });
  const done = (id, counts, classes) => goals[id].done(metrics(state(counts, classes)), state(counts, classes));
  const met = {
    worked: [
      [
        [30, 20, 0],
        [0, 50, 0],
        [0, 20, 30],
      ], // recall 50 ÷ 50, precision 50 ÷ 90
      [
        [43, 5, 2],
        [2, 45, 3],
        [0, 1, 49],
      ],
    ],
    imbalance: [
      [
        [9400, 0, 0],
        [480, 20, 0],
        [0, 0, 100],
      ],
      [
        [9400, 0, 0],
        [0, 500, 0],
        [98, 0, 2],
      ], // mIoU is high, but PA gained five points
    ],
    "all-road": [
      [
        [9400, 0, 0],
        [500, 0, 0],
        [0, 0, 100],
      ],
      [
        [9400, 0, 0],
        [500, 0, 0],
        [100, 0, 0],
      ],
    ],
  };
  for (const [id, [yes, no]] of Object.entries(met)) assert.deepEqual([done(id, yes), done(id, no)], [true, false], id);
  const bus = (row) => [
    [9, 0, 0, row],
    [0, 9, 0, 0],
    [0, 0, 9, 0],
    [0, 0, 0, 0],
  ];
  const four = [...names, "bus"];
  assert.deepEqual([done("absent", bus(1), four), done("absent", bus(0), four)], [true, false]);
});

test("the bug to find is the one that lowers mean IoU more", () => {
  const size = 12;
  const truth = Uint8Array.from({ length: size }, (_, i) => (i < 4 ? 0 : i < 10 ? 1 : IGNORE));
  const prediction = Uint8Array.from({ length: size }, (_, i) => (i < 4 ? 0 : 1));
  const state = (ignore) => ({
    classes: ["a", "b"],
    counts: null,
    shape: [3, 4],
    truth: encodeLabelRuns(truth),
    prediction: encodeLabelRuns(prediction),
    ignore,
    absent: "skip",
  });
  const done = (ignore) => goals.ignore.done(metrics(state(ignore)), state(ignore));
  assert.deepEqual(["skip", "class", "zero"].map(done), [false, true, false]);
});
