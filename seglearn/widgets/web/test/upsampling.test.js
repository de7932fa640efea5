import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { decodeLabelRuns } from "../core/codec.js";
import { confusionCounts, scores } from "../core/confusion.js";
import { argmax, contributions, decodeScores, filled, fuse, IGNORE, meanBoundaryIou, PATHS } from "../core/skips.js";
import * as up from "../core/upsampling.js";

const fixtures = JSON.parse(readFileSync(new URL("upsampling.json", import.meta.url), "utf8"));
const near = (got, expected, what) => {
  assert.equal(got.length, expected.length, `${what}: length`);
  got.forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-9, `${what}[${i}]: ${v}, not ${expected[i]}`));
};
const same = (got, expected, what) =>
  expected === null
    ? assert.equal(got, null, what)
    : assert.ok(Math.abs(got - expected) < 1e-12, `${what}: ${got}, not ${expected}`);

test("transposed convolutions, overlaps and resize-convolutions are PyTorch's", () => {
  for (const { stride, padding, taps, values, output, counts, image, output2d, resized } of fixtures.layers) {
    const what = `k ${taps.length}, s ${stride}, p ${padding}`;
    near([...up.transposedConvolution(values, taps, stride, padding)], output, what);
    near([...up.overlapCounts(values.length, taps.length, stride, padding)], counts, `${what}, counts`);
    assert.equal(up.outputSize(values.length, taps.length, stride, padding), output.length);
    const flat = Float64Array.from(image.flat());
    const [h, w] = [image.length, image[0].length];
    const large = up.transposedConvolution2d(flat, w, h, taps, stride, padding);
    assert.deepEqual([large.height, large.width], [output2d.length, output2d[0].length]);
    near([...large.values], output2d.flat(), `${what}, 2-D`);
    near([...up.resizeConvolution2d(flat, w, h, taps, stride).values], resized.flat(), `${what}, resized`);
  }
});

test("bilinear kernels are FCN's, and each phase of theirs sums to one", () => {
  for (const { stride, size, taps } of fixtures.bilinear) {
    assert.equal(up.bilinearSize(stride), size);
    up.bilinearTaps(size).forEach((w, i) => assert.ok(Math.abs(w - taps[i]) < 1e-6, `tap ${i} of ${size}`));
  }
  for (let s = 1; s <= 32; s++) {
    const sums = up.phaseSums(up.bilinearTaps(up.bilinearSize(s)), s);
    near(sums, new Array(s).fill(1), `stride ${s}`);
    assert.equal(up.contrast(sums), 0);
  }
});

test("what the checkerboard says of a layer is what Python says", () => {
  for (const { state, metrics } of fixtures.boards) {
    const { taps, stride, padding, inputs } = state;
    const sums = up.phaseSums(taps, stride);
    near(sums, metrics.sums, "sums");
    assert.deepEqual(
      up.phaseSums(
        taps.map(() => 1),
        stride,
      ),
      metrics.counts,
    );
    assert.equal(up.outputSize(inputs.length, taps.length, stride, padding), metrics.output_size);
    same(up.contrast(sums), metrics.contrast, "contrast");
    same(up.contrast2d(sums), metrics.contrast_2d, "contrast in 2-D");
  }
  assert.ok(fixtures.boards.some(({ metrics }) => metrics.contrast === null));
});

test("away from the ends the response to a constant has the phase sums", () => {
  for (const { taps, stride } of fixtures.layers) {
    const response = up.transposedConvolution(new Float64Array(20).fill(1), taps, stride);
    const sums = up.phaseSums(taps, stride);
    for (let o = taps.length; o < response.length - taps.length; o++)
      assert.ok(Math.abs(response[o] - sums[o % stride]) < 1e-12);
  }
});

test("cut, added and up-sampled scores give Python's logits, labels and metrics", () => {
  for (const { data, results, logits } of fixtures.skips) {
    const [height, width] = data.shape;
    const truth = decodeLabelRuns(data.truth, width * height);
    const maps = Object.fromEntries(PATHS.map((path) => [path, decodeScores(data.scores[path])]));
    const n = data.classes.length;
    for (const { state, prediction, metrics } of results) {
      const expected = decodeLabelRuns(prediction, width * height);
      const labels = state.apart
        ? decodeLabelRuns(data.apart[state.apart], width * height)
        : argmax(fuse(maps, state, width, height).logits);
      assert.deepEqual(labels, expected);
      const counted = scores(confusionCounts(truth, labels, n));
      same(counted.mean_iou, metrics.mean_iou, "mIoU");
      same(counted.pixel_accuracy, metrics.pixel_accuracy, "accuracy");
      counted.iou.forEach((v, k) => same(v, metrics.iou[k], `IoU of ${k}`));
      same(meanBoundaryIou(truth, labels, n, width, height), metrics.boundary_iou, "boundary IoU");
      assert.equal(
        truth.reduce((sum, t, i) => sum + (t !== IGNORE && t !== labels[i]), 0),
        metrics.wrong,
      );
    }
    const whole = fuse(maps, { fc7: true, pool4: true, pool3: true }, width, height).logits.values;
    for (let c = 0; c < n; c++) {
      logits[c].forEach((row, y) =>
        row.forEach((v, x) => assert.equal(whole[(c * height + 7 * y) * width + 5 * x], v)),
      );
    }
    // Up-sampling is linear: what the paths contribute adds up to the logits, exactly.
    const parts = contributions(maps, width, height);
    whole.forEach((v, i) =>
      assert.equal(
        PATHS.reduce((sum, path) => sum + parts[path].values[i], 0),
        v,
      ),
    );
  }
});

test("argmax takes the first of equal scores, and scores are read with their sign", () => {
  assert.deepEqual([...argmax({ values: [0, 1, 0, 2, 0, 2], n: 3, width: 2, height: 1 })], [0, 1]);
  const bytes = Uint8Array.from([0xff, 0xff, 0x01, 0x00, 0x00, 0x80]);
  const map = decodeScores({ shape: [3, 1, 1], values: btoa(String.fromCharCode(...bytes)) });
  assert.deepEqual([...map.values], [-1, 1, -32768]);
});

test("a void border shrinks to a line between its neighbours", () => {
  const labels = Uint8Array.from([0, IGNORE, IGNORE, 2]);
  assert.deepEqual([...filled(labels, 4, 1)], [1, 1, 3, 3]);
  assert.deepEqual([...filled(new Uint8Array(4).fill(IGNORE), 2, 2)], [0, 0, 0, 0]);
});

test("a class in neither map is left out of the mean, and void counts nowhere", () => {
  const truth = Uint8Array.from([0, 0, 1, IGNORE]);
  assert.equal(meanBoundaryIou(truth, Uint8Array.from([0, 0, 1, 2]), 3, 4, 1), 1);
  assert.equal(meanBoundaryIou(truth, Uint8Array.from([0, 0, 2, 2]), 3, 4, 1), 1 / 3);
  assert.equal(
    meanBoundaryIou(
      new Uint8Array(4).fill(IGNORE),
      truth.map(() => 0),
      3,
      4,
      1,
    ),
    null,
  );
});
