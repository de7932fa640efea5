import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { createBackground } from "../../noise_lab/parts/background.js";
import { labOf, marksOf, ready } from "../../noise_lab/parts/compute.js";
import { between, placeOf } from "../../noise_lab/parts/surface.js";
import { FILTERS, SLOW, slowScript } from "../core/denoise.js";
import { meanSquaredError, psnr, ssim } from "../core/fidelity.js";
import { addNoise, poisson, quantiles } from "../core/noise.js";

const fixtures = JSON.parse(readFileSync(new URL("noise_lab.json", import.meta.url), "utf8"));
const near = (a, b, by, what) => assert.ok(Math.abs(a - b) <= by, `${what}: ${a} is not ${b}`);
const floats = (bytes) => Float32Array.from(bytes, (v) => v / 255);
const largest = (a, b) => a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
const moments = (values) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length)];
};

for (const { name, shape, clean, noisy, cases } of fixtures.images) {
  const [height, width, channels] = shape;
  const picture = (data) => ({ data, width, height, channels });
  for (const c of cases) {
    test(`a filter is Python's, pixel by pixel: ${name}, ${c.filter} ${c.setting ?? ""}`, () => {
      const data = floats(noisy);
      const result = FILTERS[c.filter](picture(data), c.setting);
      assert.equal(result.length, data.length);
      const off = largest(
        result,
        c.result.map((v) => v * 1e-5),
      );
      assert.ok(off < 2e-5, `off by ${off}`);
      assert.deepEqual(data, floats(noisy), "the input is left alone");
      const truth = floats(clean);
      const decibels = psnr(meanSquaredError(truth, result));
      if (c.psnr === null) assert.equal(decibels, null);
      else near(decibels, c.psnr, 2e-3, "PSNR");
      near(ssim(picture(truth), picture(result)).mean, c.ssim, 1e-4, "SSIM");
    });
  }
}

for (const c of fixtures.noises.cases) {
  test(`noise is Python's, sample by sample: ${c.noise} ${c.strength}`, () => {
    const result = addNoise(floats(fixtures.noises.pixels), c.noise, c.strength, 17, 0.3);
    assert.ok(
      largest(
        result,
        c.result.map((v) => v * 1e-4),
      ) < 1.5e-3,
    );
  });
}

const flat = (value, n = 40000) => new Float32Array(n).fill(value);

test("noise has the mean and the spread that its strength promises", () => {
  for (const v of [0.3, 0.6]) {
    for (const [kind, strength, spread] of [
      ["gaussian", 0.05, 0.05],
      ["poisson", 200, Math.sqrt(v / 200)],
      ["speckle", 0.1, 0.1 * v],
    ]) {
      const [mean, sd] = moments(addNoise(flat(v), kind, strength, 3));
      near(mean, v, 0.0015, `mean of ${kind}`);
      near(sd / spread, 1, 0.02, `spread of ${kind}`);
    }
    for (const [kind, share] of [
      ["salt", 1],
      ["pepper", 0],
      ["salt-and-pepper", 0.7],
    ]) {
      const noisy = addNoise(flat(v), kind, 0.2, 4, 0.7);
      near(noisy.filter((x) => x !== Math.fround(v)).length / noisy.length, 0.2, 0.008, `amount of ${kind}`);
      near(noisy.filter((x) => x === 1).length / noisy.length, 0.2 * share, 0.008, `salt of ${kind}`);
    }
  }
});

test("noise is clipped, independent from sample to sample, and another for another seed", () => {
  const noisy = addNoise(flat(0.5), "gaussian", 0.3, 1);
  assert.ok(noisy.every((v) => v >= 0 && v <= 1));
  assert.ok(noisy.includes(0) && noisy.includes(1));
  const small = addNoise(flat(0.5), "gaussian", 0.1, 1).map((v) => v - 0.5);
  for (const step of [1, 3, 200]) {
    const product = small.reduce((sum, v, i) => sum + v * (small[i + step] ?? 0), 0) / small.length;
    near(product / 0.01, 0, 0.02, `correlation at ${step}`);
  }
  for (const seed of [2, 3, 9999]) {
    const other = addNoise(flat(0.5), "gaussian", 0.1, seed).map((v) => v - 0.5);
    near(small.reduce((sum, v, i) => sum + v * other[i], 0) / small.length / 0.01, 0, 0.02, `seed ${seed}`);
  }
});

test("the luck of a sample stays the same when the strength changes", () => {
  const [weak, strong] = [0.05, 0.1].map((sigma) => addNoise(flat(0.5, 500), "gaussian", sigma, 6));
  weak.forEach((v, i) => near(strong[i] - 0.5, 2 * (v - 0.5), 1e-6, "twice as far"));
  const [few, many] = [0.1, 0.3].map((amount) => addNoise(flat(0.5, 500), "pepper", amount, 6));
  few.forEach((v, i) => v === 0 && assert.equal(many[i], 0));
});

test("strong speckle is as skewed as a gamma distribution", () => {
  const factors = Float64Array.from(addNoise(flat(0.02), "speckle", 0.8, 1), (v) => v / 0.02);
  const [mean, sd] = moments(factors);
  near(mean, 1, 0.01, "mean");
  near(sd, 0.8, 0.02, "spread");
  near(factors.reduce((a, v) => a + ((v - mean) / sd) ** 3, 0) / factors.length, 2 * 0.8, 0.15, "skewness");
});

test("few photons are counted, none where there is no light", () => {
  assert.ok(addNoise(flat(0, 100), "poisson", 5, 1).every((v) => v === 0));
  const counts = addNoise(flat(0.1), "poisson", 10, 1).map((v) => Math.round(10 * v));
  near(counts.filter((k) => k === 0).length / counts.length, Math.exp(-1), 0.01, "share without a photon");
  assert.equal(poisson(3)(0.0001), 0);
  assert.equal(poisson(1000)(0.5), 1000);
});

test("quantiles turn a distribution function round", () => {
  const uniform = quantiles(() => 7, 2, 4);
  for (const u of [0.001, 0.25, 0.999]) near(uniform(u), 2 + 2 * u, 1e-9, "uniform");
  const normal = quantiles((x) => Math.exp((-x * x) / 2), -6.6, 6.6);
  for (const [u, x] of [
    [0.5, 0],
    [0.975, 1.959964],
    [0.0013498980316, -3],
  ])
    near(normal(u), x, 1e-4, "normal");
});

test("equal pictures: no decibels can be given, and SSIM is 1", () => {
  const image = { data: addNoise(flat(0.5, 400), "gaussian", 0.2, 1), width: 20, height: 20, channels: 1 };
  assert.equal(psnr(meanSquaredError(image.data, image.data)), null);
  near(ssim(image, image).mean, 1, 1e-12, "SSIM");
  const small = { data: flat(0.5, 100), width: 10, height: 10, channels: 1 };
  assert.equal(ssim(small, small).mean, null);
});

test("a slider stops at every measured value and between them, evenly in ratio", () => {
  for (const values of [
    [0.02, 0.05, 0.1, 0.2, 0.3],
    [1000, 200, 50, 20, 5],
  ]) {
    const marks = marksOf(values);
    assert.equal(marks.length, 17);
    values.forEach((v, i) => {
      assert.equal(marks[4 * i], v);
      assert.equal(placeOf(values, v), i);
    });
    near(placeOf(values, Math.sqrt(values[1] * values[2])), 1.5, 1e-12, "halfway");
    marks.forEach((v, i) => near(placeOf(values, v), i / 4, 0.01, "place of a mark"));
  }
  assert.deepEqual(marksOf([3, 5, 7]), [3, 5, 7]);
  assert.deepEqual(
    [0, 0.25, 1.5, 2].map((at) => between([10, 20, 40], at)),
    [10, 12.5, 30, 40],
  );
});

// --- the worker -----------------------------------------------------------------------------------------------------

/** Stands for the browser's Worker: keeps what it is sent, and answers when told to. */
function workers(t, { refuse = false } = {}) {
  const made = [];
  class FakeWorker {
    constructor() {
      if (refuse) throw new Error("no workers here");
      Object.assign(this, { sent: [], over: false });
      made.push(this);
    }
    postMessage(message) {
      this.sent.push(message);
    }
    answer(data) {
      this.onmessage({ data });
    }
    terminate() {
      this.over = true;
    }
  }
  const before = globalThis.Worker;
  globalThis.Worker = FakeWorker;
  t.after(() => (globalThis.Worker = before));
  return made;
}
const soon = () => new Promise((go) => setTimeout(go, 5));

test("the worker has one picture at a time, and of those that wait the newest", (t) => {
  const made = workers(t);
  const told = [];
  const background = createBackground("", ({ key }, data) => told.push([key, data]), assert.fail);
  for (const key of ["a", "b", "c", "c", "a"]) background.ask({ key });
  const [worker] = made;
  assert.deepEqual(
    worker.sent.map((m) => m.key),
    ["a"],
  );
  worker.answer(1);
  assert.deepEqual(
    worker.sent.map((m) => m.key),
    ["a", "c"],
    "b was superseded",
  );
  worker.answer(2);
  assert.deepEqual(told, [
    ["a", 1],
    ["c", 2],
  ]);
  background.ask({ key: "d" });
  background.close();
  assert.ok(worker.over);
  background.ask({ key: "e" });
  assert.deepEqual(
    made.map((w) => w.sent.length),
    [3, 1],
    "closed, it begins anew",
  );
  background.close();
});

test("who refuses workers is not asked again", async (t) => {
  workers(t, { refuse: true });
  let refused = 0;
  const background = createBackground("", assert.fail, () => refused++);
  background.ask({ key: "a" });
  background.ask({ key: "b" });
  assert.equal(refused, 0);
  await soon();
  assert.equal(refused, 1);
});

async function lab(worker) {
  const pixels = Uint8Array.from({ length: 12 * 12 }, (_, i) => (i % 12 > 5 ? 190 : 60));
  const packed = pixels.map((v, i) => v - (i % 12 ? pixels[i - 1] : i ? pixels[i - 12] : 0)); // Paeth's guess of such a step
  const data = {
    pictures: { step: { shape: [12, 12, 1], pixels: deflateSync(packed).toString("base64") } },
    noises: [{ name: "gaussian", values: [0.1, 0.2] }],
    filters: [
      { name: "none", values: [null] },
      { name: "total-variation", values: [0.1, 0.2] },
    ],
    surface: { scores: { gaussian: { psnr: [1, 2, 3, 4, 5, 6], mean_iou: [1, 2, 3, 4, 5, 6] } } },
  };
  await ready(data);
  return labOf(data, worker);
}
const STATE = {
  picture: "step",
  noise: "gaussian",
  strength: 0.1,
  salt: 0.5,
  seed: 0,
  filter: "total-variation",
  setting: 0.2,
};

test("while the worker works the scores are missing, and the last picture stays", async (t) => {
  const made = workers(t);
  const one = await lab("script");
  let heard = 0;
  const leave = one.subscribe(() => heard++);
  const here = await lab("");
  const expected = here.metrics(STATE);
  assert.equal(here.pending(STATE), false, "without a worker the page does it");

  assert.deepEqual(Object.keys(one.metrics(STATE)), ["noisy_psnr", "noisy_ssim", "mean_iou"]);
  assert.equal(one.pending(STATE), true);
  assert.equal(one.filtered(STATE), one.noisy(STATE), "nothing else to show yet");
  const [{ image, filter, setting }] = made[0].sent;
  made[0].answer(FILTERS[filter](image, setting));
  assert.equal(heard, 1);
  assert.equal(one.pending(STATE), false);
  assert.deepEqual(one.metrics(STATE), expected);

  const other = { ...STATE, setting: 0.1 };
  assert.equal(one.pending(other), true);
  assert.deepEqual(one.filtered(other).data, one.filtered(STATE).data);
  assert.notEqual(one.filtered(other), one.filtered(STATE), "what is derived from it is not kept for that");
  leave();
  assert.ok(made[0].over);
});

test("a worker that fails leaves the work to the page", async (t) => {
  const made = workers(t);
  const one = await lab("script");
  let heard = 0;
  one.subscribe(() => heard++);
  assert.equal(one.pending(STATE), true);
  made[0].onerror({ preventDefault() {} });
  assert.equal(heard, 1);
  assert.equal(one.pending(STATE), false);
  assert.deepEqual(one.filtered(STATE).data, FILTERS["total-variation"](one.noisy(STATE), 0.2));
  assert.equal(made.length, 1);
});

test("the worker's script is the slow filters", () => {
  const run = new Function(
    "image",
    "filter",
    "setting",
    `let onmessage, told;
    const postMessage = (samples) => (told = samples);
    ${slowScript()}
    onmessage({ data: { image, filter, setting } });
    return told;`,
  );
  const { shape, noisy } = fixtures.images[1];
  const [height, width, channels] = shape;
  const image = { data: floats(noisy), width, height, channels };
  for (const [name, filter] of Object.entries(SLOW)) assert.deepEqual(run(image, name, 0.2), filter(image, 0.2));
});
