import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { questions } from "../../panoptic_scene/parts/cards.js";
import { metrics } from "../../panoptic_scene/parts/derive.js";
import { KINDS, refusal, spoiled } from "../../panoptic_scene/parts/edits.js";
import { goals } from "../../panoptic_scene/parts/goals.js";
import { factsOf } from "../../panoptic_scene/parts/inspector.js";
import { decodeLabelRuns, encodeLabelRuns } from "../core/codec.js";
import {
  anchors,
  classQuality,
  dropLabel,
  erodeLabel,
  growLabel,
  labelAreas,
  matchSegments,
  meanQuality,
  mergeLabels,
  shiftLabel,
  splitLabel,
} from "../core/panoptic.js";

const cases = JSON.parse(readFileSync(new URL("panoptic_scene.json", import.meta.url), "utf8"));
const near = (got, expected, what) =>
  expected === null
    ? assert.equal(got, null, what)
    : assert.ok(Math.abs(got - expected) < 1e-12, `${what}: ${got}, not ${expected}`);
const map = (rows) => Uint8Array.from(rows.flat());
const area = (labels, label) => labels.filter((n) => n === label).length;

test("matches and scores are those of the Python package", () => {
  assert.ok(cases.some(({ metrics }) => metrics.selected?.status === "void"));
  for (const { state, classes, metrics } of cases) {
    const [height, width] = state.shape;
    const tables = [state.truth_segments, state.prediction_segments];
    const maps = [state.truth, state.prediction].map((runs) => decodeLabelRuns(runs, width * height));
    const found = matchSegments(...maps, ...tables);
    const rows = classQuality(found, ...tables, classes.length);
    const ids = found.matches.map((m) => [tables[0][m.truth - 1][0], tables[1][m.prediction - 1][0], m.iou]);
    assert.deepEqual(ids, metrics.matches);
    const mean = meanQuality(rows);
    for (const key of ["pq", "sq", "rq", "tp", "fp", "fn"]) {
      near(mean[key], metrics[key], key);
      classes.forEach(({ name }, k) => near(rows[k][key], metrics.classes[name][key], `${key} of ${name}`));
    }
    for (const { pq, sq, rq } of rows) if (sq !== null) near(pq, sq * rq, "PQ = SQ × RQ");
  }
});

test("an IoU of one half is no match; above it there is one partner at most", () => {
  const [truth, table] = [map([[1, 1, 1, 1]]), [[7, 0, 1]]];
  const half = matchSegments(truth, map([[1, 1, 2, 2]]), table, [
    [8, 0, 1],
    [9, 0, 2],
  ]);
  assert.deepEqual([half.matches, half.missed, half.false], [[], [1], [1, 2]]);
  const more = matchSegments(truth, map([[1, 1, 1, 2]]), table, [
    [8, 0, 1],
    [9, 0, 2],
  ]);
  assert.deepEqual(more.matches, [{ truth: 1, prediction: 1, iou: 0.75 }]);
  const otherClass = matchSegments(truth, map([[1, 1, 1, 1]]), table, [[8, 1, 1]]);
  assert.deepEqual([otherClass.missed, otherClass.false], [[1], [1]]);
});

test("void is left out of the union, and forgives a prediction that lies mostly on it", () => {
  const found = matchSegments(
    map([[1, 1, 0, 0, 0, 0]]),
    map([[1, 1, 1, 2, 2, 2]]),
    [[5, 0, 1]],
    [
      [5, 0, 1],
      [6, 0, 2],
    ],
  );
  assert.deepEqual(found.matches, [{ truth: 1, prediction: 1, iou: 1 }]);
  assert.deepEqual([found.false, found.forgiven], [[], [2]]);
  const half = matchSegments(map([[1, 1, 0]]), map([[0, 1, 1]]), [[5, 0, 1]], [[5, 1, 1]]);
  assert.deepEqual([half.false, half.forgiven], [[1], []]);
});

test("a class without a segment has no score and does not count in the mean", () => {
  const rows = classQuality(matchSegments(map([[1]]), map([[0]]), [[5, 0, 1]], []), [[5, 0, 1]], [], 2);
  assert.deepEqual([rows[0].pq, rows[0].sq, rows[0].rq, rows[1].pq], [0, null, 0, null]);
  assert.deepEqual(meanQuality(rows), { pq: 0, sq: null, rq: 0, tp: 0, fp: 0, fn: 1 });
});

test("an anchor lies on its segment, deep inside", () => {
  for (const { state } of cases) {
    const [height, width] = state.shape;
    const labels = decodeLabelRuns(state.truth, width * height);
    const n = state.truth_segments.length;
    anchors(labels, width, height, n).forEach((spot, label) => {
      if (!spot) return assert.equal(area(labels, label), 0);
      assert.equal(labels[spot.row * width + spot.col], label);
      assert.ok(spot.top <= spot.row);
    });
  }
  const ring = map([
    [1, 1, 1, 1, 1],
    [1, 2, 2, 2, 1],
    [1, 2, 2, 2, 1],
    [1, 2, 2, 2, 1],
    [1, 1, 1, 1, 1],
  ]);
  assert.deepEqual(anchors(ring, 5, 5, 2)[2].col, 2);
  assert.deepEqual(anchors(ring, 5, 5, 2)[2].row, 2);
});

test("edits leave the map they are given alone, and do what their names say", () => {
  const before = map([
    [0, 1, 1, 1],
    [0, 1, 1, 1],
    [2, 1, 1, 1],
  ]);
  const kept = before.slice();
  assert.equal(area(mergeLabels(before, 1, 2), 1), 10);
  assert.equal(area(dropLabel(before, 1), 0), 11);
  const split = splitLabel(before, 4, 1, 3);
  assert.deepEqual([...labelAreas(split, 3)], [2, 4, 1, 5]);
  assert.deepEqual([...erodeLabel(before, 4, 1)], [0, 0, 1, 1, 0, 0, 1, 1, 2, 0, 1, 1]);
  assert.deepEqual([...growLabel(before, 4, 1)], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual(before, kept);
});

test("a segment that is moved stays whole in the picture and covers what lies there", () => {
  const before = map([
    [1, 1, 0, 2],
    [1, 1, 0, 2],
  ]);
  assert.deepEqual([...shiftLabel(before, 4, 2, 1, 1, 0)], [0, 1, 1, 2, 0, 1, 1, 2]);
  assert.deepEqual([...shiftLabel(before, 4, 2, 1, 9, 5)], [0, 0, 1, 1, 0, 0, 1, 1]);
  assert.deepEqual([...shiftLabel(before, 4, 2, 1, -3, 0)], [...before]);
});

test("a large segment can be moved and split", () => {
  const big = new Uint8Array(256 * 256).fill(1);
  assert.equal(area(splitLabel(big, 256, 1, 2), 2), 256 * 128);
  assert.deepEqual(shiftLabel(big, 256, 256, 1, 5, 5), big);
});

// --- the room ------------------------------------------------------------------------------------------------------------

const CLASSES = [
  { name: "sky", thing: false },
  { name: "bench", thing: true },
  { name: "box", thing: true },
];
const MAP = map([
  [1, 1, 1, 1],
  [2, 3, 4, 4],
  [2, 3, 4, 4],
]);
const TABLE = [
  [10, 0, 0],
  [11, 1, 1],
  [12, 2, 1],
  [13, 2, 2],
];
const STATE = {
  mode: "panoptic",
  shape: [3, 4],
  truth: encodeLabelRuns(MAP),
  prediction: encodeLabelRuns(MAP),
  truth_segments: TABLE,
  prediction_segments: TABLE,
  selected: null,
};

test("the metrics of the room are those of the Python package", () => {
  for (const { state, classes, metrics: expected } of cases) {
    const found = metrics(state, { classes });
    assert.deepEqual(found.matches, expected.matches);
    for (const key of ["pq", "sq", "rq"]) near(found[key], expected[key], key);
  }
});

test("an edit that is offered changes the prediction, and one that would not says why", () => {
  for (const kind of KINDS) {
    for (const label of [1, 2, 3, 4]) {
      const next = spoiled(STATE, { classes: CLASSES }, kind, label);
      assert.equal(next === null, refusal(STATE, { classes: CLASSES }, kind, label) !== null);
      if (next) assert.notDeepEqual(next, STATE, `${kind} ${label}`);
    }
  }
  assert.equal(refusal(STATE, { classes: CLASSES }, "merge", 2), "merge");
  assert.equal(refusal(STATE, { classes: CLASSES }, "merge", 3), null);
  assert.equal(refusal(STATE, { classes: CLASSES }, "relabel", 1), "relabel");
});

test("a card about objects asks of a class with two or more, and is left out where there is none", () => {
  const asked = questions(CLASSES, TABLE);
  assert.ok(asked.filter(({ kind }) => kind === "thing").every(({ name }) => name === "box"));
  assert.ok(asked.some(({ kind }) => kind === "thing"));
  const single = questions(CLASSES, TABLE.slice(0, 3));
  assert.ok(single.length && single.every(({ kind }) => kind === "stuff"));
});

test("a semantic map says nothing of how many there are", () => {
  const said = (state) => factsOf(state, { stage: "look" }, { classes: CLASSES }, "truth", 3);
  const one = MAP.map((n) => (n === 4 ? 3 : n));
  const merged = { ...STATE, mode: "semantic", truth: encodeLabelRuns(one) };
  assert.deepEqual(said({ ...STATE, mode: "semantic" }), said(merged));
  assert.notDeepEqual(said(STATE), said({ ...merged, mode: "panoptic" }));
});

test("a goal is open at the start of its preset, and what it asks for reaches it", () => {
  const data = { classes: CLASSES };
  const judged = (id, state) => goals[id].done(metrics(state, data), state);
  const chosen = (mode, label, state = STATE) => ({ ...state, mode, selected: ["truth", label] });
  assert.equal(judged("touching", chosen("semantic", 3)), false);
  assert.equal(judged("touching", chosen("instance", 3)), true);
  assert.equal(judged("things", chosen("instance", 3)), false);
  assert.equal(judged("things", chosen("instance", 1)), true);
  assert.equal(judged("good", STATE), false);
  assert.equal(judged("good", spoiled(STATE, data, "drop", 3)), true);
  const split = spoiled(STATE, data, "split", 2);
  assert.equal(judged("halved", split), false);
  assert.equal(judged("halved", spoiled(split, data, "merge", 2)), true);
  const merged = spoiled(STATE, data, "merge", 3);
  assert.equal(judged("merged", { ...merged, selected: ["truth", 2] }), false);
  for (const goal of Object.values(goals)) {
    assert.ok(goal.text && goal.why);
    assert.equal(typeof goal.distance(metrics(STATE, data), STATE), "string");
  }
});
