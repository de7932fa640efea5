import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pieces } from "../../convolution_explorer/parts/formula.js";
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
