import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pieces } from "../../convolution_explorer/parts/formula.js";
import { goals } from "../../convolution_explorer/parts/goals.js";
import {
  convolve,
  MOST,
  makeKernel,
  numbersOf,
  readers,
  repairs,
  resizeImage,
  resizeKernel,
  sizes,
  taps,
  timesRead,
} from "../core/convolution.js";

const { cases, kernels } = JSON.parse(readFileSync(new URL("convolution_explorer.json", import.meta.url), "utf8"));
const near = (got, expected, what) => {
  if (expected === null) return assert.equal(got, null, what);
  assert.equal(got.length, expected.length, what);
  got
    .flat()
    .forEach((x, i) => assert.ok(Math.abs(x - expected.flat()[i]) < 1e-9, `${what}: ${x}, not ${expected.flat()[i]}`));
};

/** Every setting a slider can reach, but for large inputs. */
function* settings() {
  for (let n = 1; n <= MOST.size; n++)
    for (let k = 1; k <= MOST.kernel; k++)
      for (let s = 1; s <= MOST.stride; s++)
        for (let p = 0; p <= 3; p++) for (let d = 1; d <= 4; d++) yield { n, k, s, p, d };
}

test("outputs are those of PyTorch and of the Python side", () => {
  assert.ok(cases.length >= 60);
  assert.ok(cases.some((c) => c.torch === null) && cases.some((c) => c.metrics.lost > 0));
  for (const [i, { state, metrics, torch }] of cases.entries()) {
    const output = convolve(state);
    near(output, torch, `case ${i}, torch`);
    near(output, metrics.output, `case ${i}, python`);
    const { span, padded, size, remainder, lost } = sizes(numbersOf(state));
    assert.deepEqual({ span, padded, output_size: size, remainder, lost, output: metrics.output }, metrics);
  }
});

test("named kernels are those of the Python side", () => {
  for (const { kind, k, ...expected } of kernels) assert.deepEqual(makeKernel(kind, k), expected, `${kind} ${k}`);
});

test("the size is the number of places where the window fits, and the rest is never read", () => {
  for (const numbers of settings()) {
    const { n, k, s, p, d } = numbers;
    let places = 0;
    for (let at = 0; at + d * (k - 1) < n + 2 * p; at += s) places++;
    const { size, padded, span, remainder, lost } = sizes(numbers);
    assert.equal(size ?? 0, places);
    if (size === null) continue;
    const end = (size - 1) * s + span;
    assert.equal(padded - remainder, end);
    assert.equal(lost, Math.max(0, p + n - end));
  }
});

test("times read, readers and taps tell the same", () => {
  for (const { state } of cases) {
    const numbers = numbersOf(state);
    const { size, padded } = sizes(numbers);
    const counted = Array.from({ length: padded }, () => Array(padded).fill(0));
    for (let r = 0; r < (size ?? 0); r++)
      for (let c = 0; c < size; c++)
        for (const { row, col } of taps(state, r, c)) counted[row + numbers.p][col + numbers.p]++;
    assert.deepEqual(timesRead(numbers), counted);
    for (let at = 0; at < padded; at++) {
      const mine = readers(numbers, at);
      assert.equal(mine.length * readers(numbers, 0).length, counted[at][0]);
      for (const o of mine) assert.ok(taps(state, o, 0).some(({ row }) => row + numbers.p === at));
    }
  }
});

test("every repair fits, changes as little as it can, and none is offered where none is needed", () => {
  let offered = 0;
  const key = { padding: "p", dilation: "d", kernel: "k", size: "n" };
  for (const numbers of settings()) {
    const ways = repairs(numbers);
    if (sizes(numbers).size !== null) {
      assert.deepEqual(ways, []);
      continue;
    }
    assert.ok(ways.length > 0);
    for (const { name, value } of ways) {
      offered++;
      assert.notEqual(sizes({ ...numbers, [key[name]]: value }).size, null);
      const less = value + Math.sign(numbers[key[name]] - value);
      if (less !== numbers[key[name]]) assert.equal(sizes({ ...numbers, [key[name]]: less }).size, null);
    }
  }
  assert.ok(offered > 100);
});

test("another side keeps the middle of a kernel and the corner of an image", () => {
  assert.deepEqual(resizeKernel([[7]], 3), [
    [0, 0, 0],
    [0, 7, 0],
    [0, 0, 0],
  ]);
  for (let k = 1; k <= 7; k++)
    assert.deepEqual(resizeKernel(makeKernel("identity", 3).kernel, k), makeKernel("identity", k).kernel);
  const own = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ];
  assert.deepEqual(resizeKernel(resizeKernel(own, 5), 3), own);
  assert.deepEqual(
    resizeImage([[5]], 2, [
      [0, 1],
      [2, 3],
    ]),
    [
      [5, 1],
      [2, 3],
    ],
  );
  assert.deepEqual(resizeImage(own, 2, []), [
    [1, 2],
    [4, 5],
  ]);
  assert.deepEqual(resizeImage([[5]], 2, []), [
    [5, 0],
    [0, 0],
  ]);
});

test("the formula ends with the size, or with dots where there is none", () => {
  const text = (markup) =>
    markup
      .join(" ")
      .replace(/<[^>]+>/g, " ")
      .replace(/\s+/g, " ")
      .trim();
  const words = {};
  const of = (numbers) => text(pieces(numbers, sizes(numbers), words));
  assert.match(of({ n: 8, k: 3, s: 2, p: 0, d: 1 }), /= ⌊ 2.5 ⌋ \+ 1 = 3$/);
  assert.match(of({ n: 7, k: 3, s: 3, p: 0, d: 1 }), /= ⌊ 1.33 ⌋ \+ 1 = 2$/);
  assert.match(of({ n: 4, k: 3, s: 1, p: 0, d: 2 }), /= ⌊ −1 1 ⌋ …$/);
});

// --- goals --------------------------------------------------------------------------------------------------------------

const picture = (n, value) => Array.from({ length: n }, (_, r) => Array.from({ length: n }, (_, c) => value(r, c)));
const square = picture(12, (r, c) => (r >= 2 && r <= 4 && c >= 2 && c <= 4 ? 9 : 0));
const soft = picture(12, (_, c) => Math.min(6, Math.max(2, 2 * c - 2)));
const cut = (image, n) => image.slice(0, n).map((row) => row.slice(0, n));
/** A state with a named kernel. */
const named = (image, n, kind, k, numbers = {}) => ({
  image: cut(image, n),
  picture: image === square ? "square" : "soft",
  kind,
  ...makeKernel(kind, k),
  stride: 1,
  padding: 0,
  dilation: 1,
  ...numbers,
});
const measured = (state) => {
  const { span, padded, size, remainder, lost } = sizes(numbersOf(state));
  return { span, padded, output_size: size, remainder, lost, output: convolve(state) };
};
const START = {
  edge: named(square, 7, "edge", 3),
  blur: named(square, 7, "blur", 3),
  identity: named(soft, 7, "identity", 3),
  stride: named(soft, 7, "blur", 3, { stride: 2 }),
  same: named(soft, 6, "blur", 3, { padding: 1 }),
  floor: named(soft, 8, "blur", 3, { stride: 2 }),
  sharpen: named(soft, 7, "sharpen", 3),
  dilation: named(soft, 7, "blur", 3, { dilation: 2 }),
  full: named(soft, 7, "edge", 7),
  invalid: named(soft, 4, "blur", 3, { dilation: 2 }),
};
const upright = (kernel) => kernel[0].map((_, i) => kernel.map((row) => row[i]));
const twice = [
  [0, -2, 0],
  [-2, 9, -2],
  [0, -2, 0],
];
const REACHED = {
  edge: [{ ...START.edge, kernel: upright(START.edge.kernel), kind: "own" }],
  blur: [named(square, 7, "blur", 5)],
  identity: [{ ...START.identity, padding: 1 }],
  stride: [named(soft, 9, "blur", 3, { stride: 2 })],
  same: [named(soft, 6, "blur", 5, { padding: 2 })],
  floor: [
    named(soft, 9, "blur", 3, { stride: 2 }),
    { ...START.floor, padding: 1 },
    named(soft, 8, "blur", 4, { stride: 2 }),
  ],
  sharpen: [{ ...START.sharpen, kernel: twice, kind: "own" }],
  dilation: [{ ...START.dilation, dilation: 3 }],
  full: [named(soft, 9, "edge", 7)],
  invalid: ["padding", "dilation", "size"].map((name) =>
    name === "size" ? named(soft, 5, "blur", 3, { dilation: 2 }) : { ...START.invalid, [name]: 1 },
  ),
};

test("each goal is open at the start and reached by what its story asks for", () => {
  assert.deepEqual(Object.keys(goals).sort(), Object.keys(START).sort());
  for (const [id, goal] of Object.entries(goals)) {
    assert.equal(goal.done(measured(START[id]), START[id]), false, `${id} at the start`);
    for (const state of REACHED[id])
      assert.equal(goal.done(measured(state), state), true, `${id}: ${JSON.stringify(state)}`);
    assert.ok(goal.text && goal.why);
  }
});

test("distances are told also where there is no output", () => {
  for (const goal of Object.values(goals)) {
    const words = goal.distance(measured(START.invalid), START.invalid);
    assert.ok(words.length > 0);
    assert.doesNotMatch(words, /undefined|NaN|Infinity|null/);
  }
  assert.equal(goals.edge.distance(measured(START.edge), START.edge), "left 27, upper 0");
  assert.equal(goals.sharpen.distance(measured(START.sharpen), START.sharpen), "from 0 to 8");
});

test("shortcuts that miss the point do not reach a goal", () => {
  const divided = { ...START.blur, divisor: 12, kind: "own" };
  assert.equal(goals.blur.done(measured(divided), divided), false);
  const small = named(soft, 7, "identity", 1);
  assert.equal(goals.same.done(measured(small), small), false);
  const slow = { ...START.floor, stride: 1 };
  assert.equal(goals.floor.done(measured(slow), slow), false);
});
