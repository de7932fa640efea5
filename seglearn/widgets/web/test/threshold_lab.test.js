import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { toGrey } from "../../threshold_lab/parts/compute.js";
import { decodeMask, encodeLabelRuns } from "../core/codec.js";
import { components } from "../core/connectivity.js";
import { areasByTolerance, grow, lastBeforeLeak } from "../core/grow.js";
import { open, openedPicture } from "../core/packed.js";
import { bestCuts, classesOf, classStatistics, criterionCurve, histogram, varianceBetween } from "../core/threshold.js";

const cases = JSON.parse(readFileSync(new URL("threshold_lab.json", import.meta.url), "utf8"));
const near = (a, b, what) => assert.ok(Math.abs(a - b) < 1e-9, `${what}: ${a} is not ${b}`);

for (const c of cases) {
  const [, width] = c.shape;
  const greyOf = async () => {
    await open(c.pixels);
    return openedPicture(c.pixels, width, 1);
  };

  test(`cuts and criterion are Python's: ${c.name}`, async () => {
    const grey = await greyOf();
    const counts = histogram(grey);
    c.cuts.forEach((cuts, i) => {
      assert.deepEqual(bestCuts(counts, i + 1), cuts);
      near(varianceBetween(counts, cuts), c.criteria[i], `criterion of ${cuts}`);
    });
    criterionCurve(counts, [100], 0).forEach((v, k) => near(v, c.curve[k], `curve at ${k}`));
    assert.equal(encodeLabelRuns(classesOf(grey, c.cuts[1])), c.classes);
  });

  test(`regions are Python's, pixel by pixel: ${c.name}`, async () => {
    const values = Float32Array.from(await greyOf(), (v) => v / 255);
    for (const { tolerance, against, mask } of c.regions) {
      const region = grow(values, width, c.seeds, tolerance, against === "region");
      assert.deepEqual(region, decodeMask(mask, region.length), `${against}, ${tolerance}`);
    }
    assert.deepEqual([...areasByTolerance(values, width, c.seeds, 50)], c.areas);
  });

  test(`components are Python's: ${c.name}`, async () => {
    const grey = await greyOf();
    const mask = grey.map((v) => Number(v > c.cuts[0][0]));
    for (const { connectivity, min_area: area, labels } of c.components) {
      const found = components(mask, width, connectivity === 8, area);
      assert.equal(encodeLabelRuns(found.labels), labels, `${connectivity}, ${area}`);
      assert.ok(found.areas.every((n) => n >= area) && found.dropped.every((n) => n < area));
    }
  });
}

test("of three thresholds one moves between the two others", () => {
  const counts = new Float64Array(256).fill(1);
  const curve = criterionCurve(counts, [50, 100, 200], 1);
  assert.equal(
    curve.findIndex((v) => v !== null),
    51,
  );
  assert.equal(
    curve.findLastIndex((v) => v !== null),
    199,
  );
  near(curve[100], varianceBetween(counts, [50, 100, 200]), "where it stands");
});

test("a class without pixels has no mean and adds nothing", () => {
  const counts = new Float64Array(256);
  counts[7] = 3;
  assert.deepEqual(classStatistics(counts, [100]), [
    { share: 1, mean: 7 / 255 },
    { share: 0, mean: null },
  ]);
  assert.equal(varianceBetween(counts, [100]), 0);
  assert.deepEqual(bestCuts(counts, 2), [253, 254]);
});

test("no seed, no region; the leak is the largest jump", () => {
  const values = new Float32Array(4).fill(0.5);
  assert.deepEqual([...grow(values, 2, [], 1, true)], [0, 0, 0, 0]);
  assert.deepEqual([...areasByTolerance(values, 2, [], 3)], [0, 0, 0, 0]);
  assert.equal(lastBeforeLeak([1, 2, 3, 90, 100]), 2);
});

test("a seed beside the picture is refused, where growing would never end", () => {
  const values = new Float32Array(12);
  for (const seed of [[3, 0], [0, 4], [-1, 0], [0, Number.NaN], []]) {
    for (const follow of [false, true]) assert.throws(() => grow(values, 4, [[0, 0], seed], 1, follow), RangeError);
    assert.throws(() => areasByTolerance(values, 4, [seed], 10), RangeError);
  }
});

test("grey is the luminance, rounded", () => {
  assert.deepEqual([...toGrey(Uint8Array.of(255, 255, 255, 255, 0, 0, 1, 2, 3, 0, 0, 0))], [255, 54, 2, 0]);
});
