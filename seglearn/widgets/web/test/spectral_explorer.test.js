// A spectral cube in the browser: what it unpacks, measures and captures is what Python says in spectral_explorer.json.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { roundUp } from "../../spectral_explorer/parts/axis.js";
import { goals } from "../../spectral_explorer/parts/goals.js";
import { metrics, modelOf } from "../../spectral_explorer/parts/model.js";
import {
  anglesTo,
  bestStop,
  captured,
  decodeCube,
  metricOf,
  project,
  quantiles,
  STOPS,
  sensorRows,
  spectralAngle,
  spectrum,
  spread,
} from "../core/cube.js";
import { generator } from "../core/random.js";

const { cubes, explorers } = JSON.parse(readFileSync(new URL("spectral_explorer.json", import.meta.url)));
const near = (a, b, by = 1e-9) => assert.ok(Math.abs(a - b) <= by * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

/** Every number of `b` is near that of `a`; all else is equal. */
function alike(a, b, where = "") {
  if (typeof b === "number" && typeof a === "number") return near(a, b, 1e-6);
  if (b === null || typeof b !== "object") return assert.equal(a, b, where);
  assert.deepEqual(Object.keys(a), Object.keys(b), where);
  for (const key of Object.keys(b)) alike(a[key], b[key], `${where}.${key}`);
}

cubes.forEach(({ text, coefficients, sums, pixels, spectra, angles }, n) => {
  const cube = decodeCube(text);
  const rows = sensorRows(cube, null);
  const weights = (i) => [...cube.z.subarray(i * cube.k, (i + 1) * cube.k)];

  test(`cube ${n}: the whole numbers are those that Python wrote`, () => {
    pixels.forEach((i, p) => assert.deepEqual(weights(i), coefficients[p]));
    sums.forEach((sum, j) => {
      let total = 0;
      for (let i = 0; i < cube.size; i++) total += cube.z[i * cube.k + j];
      assert.equal(total, sum);
    });
  });

  test(`cube ${n}: spectra and angles are Python's`, () => {
    pixels.forEach((i, p) => spectrum(cube, rows, i).forEach((v, b) => near(v, spectra[p][b], 2e-5)));
    const found = anglesTo(cube, metricOf(cube, rows), 57);
    angles.forEach((angle, at) => near(found[40 * at], angle, 1e-4));
  });
});

test("the quick way to all angles is the plain way", () => {
  const cube = decodeCube(cubes[2].text);
  const rows = sensorRows(cube, [
    { first: 3, weights: [0.25, 0.5, 0.25] },
    { first: 20, weights: [1] },
    { first: 30, weights: [0.5, 0.5] },
  ]);
  const quick = anglesTo(cube, metricOf(cube, rows), 11);
  const a = spectrum(cube, rows, 11);
  for (let i = 0; i < cube.size; i++) {
    near(quick[i], i === 11 ? 0 : spectralAngle(a, spectrum(cube, rows, i)).angle, 1e-6);
  }
});

test("a sensor's band is the weighted mean of the cube's bands", () => {
  const cube = decodeCube(cubes[1].text);
  const [row] = sensorRows(cube, [{ first: 5, weights: [0.2, 0.3, 0.5] }]);
  const own = sensorRows(cube, null);
  const values = project(cube, row);
  for (const i of [0, 100, 319]) {
    const s = spectrum(cube, own, i);
    near(values[i], 0.2 * s[5] + 0.3 * s[6] + 0.5 * s[7], 1e-12);
  }
});

test("an angle does not change with brightness, and a black pixel has none", () => {
  const random = generator(1);
  for (let n = 0; n < 200; n++) {
    const [a, b] = [0, 1].map(() => Array.from({ length: 7 }, () => random() + 0.01));
    const { angle } = spectralAngle(a, b);
    near(spectralAngle(b, a).angle, angle);
    near(
      spectralAngle(
        a.map((v) => 3.7 * v),
        b,
      ).angle,
      angle,
      1e-6,
    );
    assert.ok(angle >= 0 && angle <= 90);
    near(spectralAngle(a, a).angle, 0, 1e-5);
  }
  near(spectralAngle([1, 0], [0, 2]).angle, 90);
  near(spectralAngle([1, 1], [-1, -1]).angle, 180);
  assert.ok(Number.isNaN(spectralAngle([0, 0], [1, 2]).angle));
});

test("the best stop is the best of all stops, tried one by one", () => {
  const random = generator(7);
  for (let n = 0; n < 40; n++) {
    const size = 60;
    const roles = Uint8Array.from({ length: size }, () => Math.floor(3 * random()));
    roles[0] = 1;
    const values = Float64Array.from(roles, (r) => (r === 1 ? random() : random() * 1.5 + (n % 3) - 1));
    if (n % 5 === 0) values[3] = NaN;
    const range = [-0.5, 1.75];
    const total = roles.filter((r) => r === 1).length;
    const best = bestStop(spread(values, roles, range), total);
    const ious = [];
    for (let stop = 0; stop <= STOPS; stop++) {
      const t = range[0] + (stop * (range[1] - range[0])) / STOPS;
      for (const side of ["below", "above"]) {
        // NaN is on neither side; spread leaves it out, so "above" counts it as missed only here
        if (values.some(Number.isNaN) && side === "above") continue;
        ious.push(captured(values, roles, side, t).iou);
      }
    }
    assert.ok(best.iou >= Math.max(...ious) - 1e-12);
    if (n % 5) {
      const t = range[0] + (best.stop * (range[1] - range[0])) / STOPS;
      near(captured(values, roles, best.side, t).iou, best.iou);
    }
  }
});

test("what a threshold captures adds up", () => {
  const roles = Uint8Array.from([1, 1, 2, 2, 0, 1]);
  const values = Float64Array.from([1, 2, 3, 1.5, 0, 9]);
  assert.deepEqual(captured(values, roles, "below", 2), {
    tp: 2,
    fp: 1,
    fn: 1,
    other: 1,
    precision: 2 / 3,
    recall: 2 / 3,
    iou: 0.5,
  });
  assert.deepEqual(captured(values, roles, "above", 2), {
    tp: 1,
    fp: 1,
    fn: 2,
    other: 0,
    precision: 0.5,
    recall: 1 / 3,
    iou: 0.25,
  });
  assert.equal(captured(values, roles, "below", -1).precision, null);
});

test("quantiles lie between the ends and leave undefined values out", () => {
  const values = Float64Array.from({ length: 101 }, (_, i) => 100 - i);
  assert.deepEqual(quantiles(values, [0, 0.5, 1]), [0, 50, 100]);
  values[0] = NaN;
  assert.deepEqual(quantiles(values, [0, 1]), [0, 99]);
});

test("axes end on a number with four even steps, not below what is drawn", () => {
  for (const x of [1e-7, 0.11, 0.12, 1, 1.7, 5.01, 99, 101, 12345]) {
    const top = roundUp(x);
    assert.ok(top >= x * 0.999 && top < 2.6 * x, `${x} → ${top}`);
  }
  assert.equal(roundUp(0), 1);
});

explorers.forEach(({ data, cases }, n) => {
  for (const [at, { state, metrics: expected }] of cases.entries()) {
    test(`explorer ${n}, case ${at}: ${state.sensor}, ${state.on}: the metrics are Python's`, () =>
      alike(metrics(state, data), expected));
  }
});

test("a sweep finds the band that Python's preset is about", () => {
  const [{ data }] = explorers;
  const model = modelOf(data);
  const { state } = data.presets.find(({ id }) => id === "split");
  const roles = model.rolesOf(state);
  const found = Array.from({ length: model.cube.bands }, (_, b) => model.bestOnBand("hyper", b, roles));
  near(found[state.band], model.threshold({ ...state, t: null }).best);
  assert.ok(found[state.band] > Math.max(...found) - 0.05); // Python tried fewer thresholds
});

test("a picture is opaque and uses the whole range", () => {
  const [{ data }] = explorers;
  const picture = modelOf(data).picture("hyper", 5, 15, 30);
  assert.equal(picture.length, 4 * 320);
  for (const c of [0, 1, 2]) {
    const channel = picture.filter((_, i) => i % 4 === c);
    assert.equal(Math.min(...channel), 0);
    assert.equal(Math.max(...channel), 255);
  }
  assert.ok(picture.every((v, i) => i % 4 < 3 || v === 255));
});

// A random cube has no spectra that are alike, no telling band and no field: there these goals may be reached at once.
const MEASURED_ONLY = ["spectra", "grey", "same-spectrum"];

test("every preset's goal is open at its start, and says how far it is", () => {
  for (const { data } of explorers) {
    const table = goals(data);
    for (const { id, state } of data.presets) {
      if (!table[id]) continue;
      const found = metrics(state, data);
      assert.ok(table[id].text && table[id].why);
      assert.equal(typeof table[id].distance(found, state), "string", id);
      if (!MEASURED_ONLY.includes(id)) assert.equal(Boolean(table[id].done(found, state)), false, id);
    }
  }
});

test("what a goal asks for reaches it", () => {
  const [{ data }] = explorers;
  const table = goals(data);
  const start = (id) => data.presets.find((preset) => preset.id === id)?.state;
  const done = (id, state) => Boolean(table[id].done(metrics(state, data), state));
  const colour = start("colour");
  if (colour) assert.ok(done("colour", { ...colour, sensor: "hyper" }));
  const object = start("same-object");
  if (object) assert.ok(done("same-object", { ...object, pins: [...object.pins, object.pins[0]] }));
  const spectra = start("spectra");
  assert.ok(done("spectra", { ...spectra, pins: [...spectra.pins, spectra.pins[0]] }));
});
