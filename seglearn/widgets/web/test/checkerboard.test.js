import assert from "node:assert/strict";
import test from "node:test";
import { goals } from "../../checkerboard/parts/goals.js";
import { litTerms } from "../../checkerboard/parts/lit.js";
import { letterOf, phaseClass, tidy } from "../../checkerboard/parts/phases.js";
import { greySquare } from "../../checkerboard/parts/pictures.js";
import { bilinearTaps, contrast, contrast2d, phaseSums } from "../core/upsampling.js";

const ones = (k, stride) => ({ taps: new Array(k).fill(1), stride, weights: "ones" });
const bilinear = (k, stride) => ({ taps: bilinearTaps(k), stride, weights: "bilinear" });
const own = (taps, stride) => ({ taps, stride, weights: "own" });
const measured = ({ taps, stride }) => {
  const sums = phaseSums(taps, stride);
  const counts = phaseSums(ones(taps.length, stride).taps, stride);
  return { sums, counts, contrast: contrast(sums), contrast_2d: contrast2d(sums) };
};
const START = {
  uneven: ones(3, 2),
  even: ones(4, 2),
  blocks: ones(2, 2),
  random: { ...own([0.3, 1.6, 0.9, 0.4], 2), weights: "random" },
  bilinear: bilinear(4, 2),
  odd: bilinear(5, 3),
  fcn: bilinear(64, 32),
};
const REACHED = {
  uneven: [ones(4, 2), own([0.5, 1, 0.5], 2), ones(3, 3)],
  even: [ones(3, 3), ones(6, 3)],
  blocks: [ones(4, 2), ones(6, 2)],
  random: [own([0.3, 0.8, 0.9, 0.4], 2), own([1.1, 1.6, 0.9, 0.4], 2)],
  bilinear: [bilinear(8, 4)],
  odd: [ones(5, 3)],
  fcn: [bilinear(32, 16)],
};

test("each goal is open at the start and reached by what its story asks for", () => {
  assert.deepEqual(Object.keys(goals).sort(), Object.keys(START).sort());
  for (const [id, goal] of Object.entries(goals)) {
    assert.equal(goal.done(measured(START[id]), START[id]), false, `${id} at the start`);
    for (const state of REACHED[id])
      assert.equal(goal.done(measured(state), state), true, `${id}: ${JSON.stringify(state)}`);
    assert.ok(goal.distance(measured(START[id]), START[id]));
  }
});

test("a kernel of zeros reaches no goal, and every distance can be told", () => {
  const nothing = own([0, 0, 0, 0], 2);
  for (const [id, goal] of Object.entries(goals)) {
    assert.equal(goal.done(measured(nothing), nothing), false, id);
    assert.doesNotMatch(goal.distance(measured(nothing), nothing), /undefined|NaN|null/);
  }
});

test("each output is lit by the inputs and the weights that reach it", () => {
  const terms = litTerms(3, 2, 1, 4);
  assert.deepEqual(terms["out-2"], ["seg-0-2", "in-0", "tap-2", "seg-1-0", "in-1", "tap-0", "out-2"]);
  assert.deepEqual(terms.padding, ["out-0", "out-8"]);
  assert.equal(terms.result.length, 7);
  assert.ok(terms["phase-1"].includes("sum-1") && terms["phase-1"].includes("tap-1"));
});

test("phases have letters and hatches while they can be told apart", () => {
  assert.deepEqual(
    [0, 1, 2].map((phase) => letterOf(phase, 3)),
    ["a", "b", "c"],
  );
  assert.equal(letterOf(0, 16), "");
  assert.equal(phaseClass(3, 4), "phase-3");
  assert.equal(phaseClass(3, 5), "phase-many");
  assert.deepEqual([0.5, 1, 1 / 3].map(tidy), ["0.5", "1", "0.333"]);
});

test("a picture of one's own becomes a grey square of its middle", () => {
  const rgb = (width, height, value) =>
    Uint8Array.from({ length: 3 * width * height }, (_, i) =>
      value(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3),
    );
  const ramp = rgb(6, 4, (x) => 40 * x);
  assert.deepEqual([...greySquare(ramp, 6, 4, 2)], [60, 140, 60, 140]);
  assert.deepEqual(
    [
      ...greySquare(
        rgb(1, 1, () => 9),
        1,
        1,
        3,
      ),
    ],
    new Array(9).fill(9),
  );
  assert.deepEqual(
    [
      ...greySquare(
        rgb(2, 2, (x, y, c) => (c === 1 ? 100 : 0)),
        2,
        2,
        1,
      ),
    ],
    [59],
  );
});
