import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { decodeLabelRuns, encodeLabelRuns } from "../core/codec.js";
import { connectedParts, enforce, neighbours } from "../core/connectivity.js";
import { open, opened, openedPicture } from "../core/packed.js";
import { addNoise, blur, toLab } from "../core/pixels.js";
import { generator } from "../core/random.js";
import { gridShape, ITERATIONS, runSlic } from "../core/slic.js";
import { boundaries, measure, prepareTruth, tolerance, VOID } from "../core/superpixel_quality.js";

const fixtures = JSON.parse(readFileSync(new URL("superpixel_lab.json", import.meta.url), "utf8"));
const near = (a, b, by, what) => assert.ok(Math.abs(a - b) <= by, `${what}: ${a} is not ${b}`);

async function prepared({ pixels: packed, shape: [height, width, channels], sigma, noise }) {
  await open(packed);
  const pixels = openedPicture(packed, width, channels);
  const image = blur(addNoise(pixels, noise), width, height, channels, sigma);
  return { width, height, lab: toLab(image, channels) };
}

const runs = (labels) => encodeLabelRuns(labels);
const wide = (text, size) => {
  const labels = new Int32Array(size);
  const numbers = text.split(" ").map(Number);
  for (let i = 0, at = 0; i < numbers.length; i += 2) {
    labels.fill(numbers[i], at, at + numbers[i + 1]);
    at += numbers[i + 1];
  }
  return labels;
};

for (const c of fixtures.steps) {
  test(`SLIC is Python's, step by step: ${c.name}`, async () => {
    const { width, height, lab } = await prepared(c);
    [lab.l, lab.a, lab.b].forEach((plane, i) => {
      near(plane.reduce((a, b) => a + b, 0) / plane.length, c.mean_lab[i], 2e-3, "mean of CIELAB");
    });
    const slic = runSlic(lab, width, height, c.n_segments, c.compactness);
    assert.deepEqual(slic.seeds, c.seeds);
    assert.deepEqual(slic.nudged, c.nudged);
    [0, 1, ITERATIONS - 1].forEach((i, at) => {
      const expected = c.iterations[at];
      const found = slic.iterations[i];
      assert.equal(runs(found.labels), expected.labels, `labels of iteration ${i + 1}`);
      found.centres.forEach((centre, k) =>
        centre.forEach((v, j) => near(v, expected.centres[k][j], 3e-3, `centre ${k} after iteration ${i + 1}`)),
      );
      near(found.residual, expected.residual, 1e-3, "residual");
    });
    assert.equal(runs(slic.connected.labels), c.connected);
  });

  test(`quality is Python's: ${c.name}`, () => {
    const [height, width] = c.shape;
    const truth = prepareTruth(decodeLabelRuns(c.truth, width * height), width);
    for (const [text, scores] of [
      [c.connected, c.scores],
      [c.iterations[0].labels, c.unconnected_scores],
    ]) {
      const labels = wide(text, width * height);
      const m = measure(labels, width, Math.max(...labels) + 1, truth);
      for (const [name, expected] of Object.entries(scores)) {
        if (expected === null) assert.equal(m.scores[name], null);
        else near(m.scores[name], expected, 1e-9, name);
      }
      near(
        m.leaks.undersegmentation_bleeding.reduce((a, b) => a + b, 0) / m.counts.counted,
        1 - m.scores.achievable_accuracy,
        1e-12,
        "what leaks is what ASA lacks",
      );
      assert.deepEqual(m.hits.map(Math.sign), truth.edge);
    }
  });
}

test("connected parts: 4-connected, in reading order; crumbs join the most alike neighbour", () => {
  const labels = Int32Array.from([0, 1, 1, 1, 0, 1, 0, 0, 0]);
  const { parts, sizes } = connectedParts(labels, 3);
  assert.deepEqual([...parts], [0, 1, 1, 2, 3, 1, 3, 3, 3]);
  assert.deepEqual(sizes, [1, 3, 1, 4]);
  assert.deepEqual(neighbours(parts, 3, 4), [
    [1, 2],
    [0, 3],
    [0, 3],
    [1, 2],
  ]);
  const l = Float32Array.from([9, 9, 9, 1, 0, 9, 0, 0, 0]);
  const zero = new Float32Array(9);
  const joined = enforce(labels, 3, 2, { l, a: zero, b: zero }, 1);
  assert.deepEqual([...joined.labels], [0, 0, 0, 1, 1, 0, 1, 1, 1]);
  assert.deepEqual([joined.n, joined.nCrumbs], [2, 2]);
  assert.deepEqual([...joined.crumbs], [1, 0, 0, 1, 0, 0, 0, 0, 0]);
});

test("whatever the labels, what comes out is connected, complete and not too many", () => {
  const random = generator(8);
  for (let round = 0; round < 25; round++) {
    const width = 1 + Math.floor(30 * random());
    const height = 1 + Math.floor(30 * random());
    const n = width * height;
    const k = 1 + Math.floor(6 * random());
    const labels = Int32Array.from({ length: n }, () => Math.floor(k * random()));
    const planes = [0, 1, 2].map(() => Float32Array.from({ length: n }, () => 100 * random()));
    const most = 1 + Math.floor(random() * n);
    const result = enforce(labels, width, most, { l: planes[0], a: planes[1], b: planes[2] }, 1 + 3 * random());
    assert.ok(result.n >= 1 && result.n <= most);
    assert.equal(connectedParts(result.labels, width).sizes.length, result.n);
    assert.deepEqual(
      [...new Set(result.labels)].sort((a, b) => a - b),
      [...Array(result.n).keys()],
    );
  }
});

test("any size and count: every pixel has a label, and there are no more superpixels than asked for", () => {
  const random = generator(3);
  for (let round = 0; round < 20; round++) {
    const width = 1 + Math.floor(40 * random());
    const height = 1 + Math.floor(40 * random());
    const n = width * height;
    const planes = [0, 1, 2].map(() => Float32Array.from({ length: n }, () => 100 * random()));
    const lab = { l: planes[0], a: planes[1], b: planes[2] };
    const k = 1 + Math.floor(random() * Math.min(n, 60));
    const slic = runSlic(lab, width, height, k, 1 + 40 * random());
    for (const { labels } of slic.iterations)
      assert.ok(labels.every((label) => label >= 0 && label < slic.seeds.length));
    assert.ok(slic.connected.n <= k);
    const [rows, columns] = gridShape(height, width, k);
    assert.ok(rows <= height && columns <= width);
  }
});

test("every pixel counts in one mean: centres are the means of their labels, also where no window holds a pixel", () => {
  const random = generator(6);
  for (let round = 0; round < 60; round++) {
    const width = 6 + Math.floor(18 * random());
    const height = 6 + Math.floor(18 * random());
    const n = width * height;
    const [l, a, b] = [100, 200, 200].map((range) => Float32Array.from({ length: n }, () => range * (random() - 0.5)));
    const slic = runSlic({ l, a, b }, width, height, 1 + Math.floor(40 * random()), 1 + 40 * random());
    for (const { labels, before, centres } of slic.iterations) {
      const sums = before.map(() => [0, 0, 0, 0, 0, 0]);
      labels.forEach((k, p) =>
        [l[p], a[p], b[p], Math.floor(p / width), p % width, 1].forEach((v, j) => (sums[k][j] += v)),
      );
      sums.forEach((sum, k) =>
        centres[k].forEach((v, j) => near(v, sum[5] ? sum[j] / sum[5] : before[k][j], 1e-9, `centre ${k}`)),
      );
    }
  }
});

const summary = ({ scores }) =>
  ["boundary_recall", "undersegmentation_neubert_protzel", "achievable_accuracy"].map((name) => scores[name]);

test("a perfect superpixel map scores 1, 0, 1; void counts nowhere; no truth, no score", () => {
  const truth = Uint8Array.from([0, 0, 1, 1, 0, 0, 1, 1, VOID, VOID, 1, 1]);
  const labels = Int32Array.from([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]);
  const m = measure(labels, 4, 2, prepareTruth(truth, 4));
  assert.deepEqual(summary(m), [1, 0, 1]);
  assert.equal(m.counts.counted, 10);
  assert.equal(
    boundaries(truth, 4, (label) => label === VOID).reduce((a, b) => a + b),
    4,
  );
  const all = measure(new Int32Array(12), 4, 1, prepareTruth(truth, 4));
  assert.deepEqual(summary(all), [0, 0.8, 0.6]); // each side of a leak is counted
  assert.deepEqual(summary(measure(labels, 4, 2, null)), [null, null, null]);
  assert.equal(tolerance(216, 144), 1);
  assert.equal(tolerance(481, 321), 1);
});

test("packed bytes are opened, and a picture is what it was", async () => {
  const random = generator(1);
  for (const [width, height, channels] of [
    [1, 1, 1],
    [5, 4, 3],
    [40, 30, 3],
    [3, 9, 1],
  ]) {
    const pixels = Uint8Array.from({ length: width * height * channels }, (_, i) => (i % 7) * 20 + 30 * random());
    const at = (y, x, c) => (y < 0 || x < 0 ? 0 : pixels[(y * width + x) * channels + c]);
    const rest = pixels.map((value, i) => {
      const [y, x, c] = [Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels];
      const near = [at(y, x - 1, c), at(y - 1, x, c), at(y - 1, x - 1, c)];
      const guess = near[0] + near[1] - near[2];
      const far = near.map((v) => Math.abs(guess - v));
      return value - near[far.indexOf(Math.min(...far))];
    });
    const text = deflateSync(rest).toString("base64");
    await open(text);
    assert.deepEqual(opened(text), rest);
    assert.deepEqual(openedPicture(text, width, channels), pixels);
  }
});
