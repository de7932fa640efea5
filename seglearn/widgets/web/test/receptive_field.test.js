import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { centreOf, drawCone, frameOf } from "../../receptive_field/parts/cone.js";
import { goals } from "../../receptive_field/parts/goals.js";
import {
  cone,
  effectiveSize,
  mapSizes,
  measure,
  seenShare,
  steps,
  unitAt,
  usualPadding,
} from "../core/receptive_field.js";

const cases = JSON.parse(readFileSync(new URL("receptive_field.json", import.meta.url), "utf8"));
const conv = (kernel, dilation = 1, stride = 1) => {
  const layer = { kind: "conv", kernel, stride, dilation, name: "" };
  return { ...layer, padding: usualPadding(layer) };
};
const pool = (kernel) => ({ kind: "pool", kernel, stride: kernel, padding: 0, dilation: 1, name: "" });

test("fields, jumps, starts and effective sizes are those of the Python side", () => {
  assert.ok(cases.length >= 30);
  for (const [i, { layers, metrics }] of cases.entries()) {
    const { seen, ...rest } = measure(layers);
    const { seen: expected, ...others } = metrics;
    assert.deepEqual(rest, others, `case ${i}`);
    seen.forEach((share, l) => assert.ok(Math.abs(share - expected[l]) < 1e-12));
  }
});

test("the box of the last layer's unit is what the networks' own arithmetic says", () => {
  for (const { layers, nets } of cases) {
    const { field, jump, start } = steps(layers).at(-1);
    assert.deepEqual([field, jump, start + nets.unit * jump], [nets.size, nets.stride, nets.top]);
  }
});

test("paths are those of the Python side, and as many as there are combinations of taps", () => {
  for (const { layers, paths } of cases) {
    const { counts } = cone(layers, 0)[0];
    assert.deepEqual([...counts], paths);
    const all = layers.reduce((n, { kernel }) => n * kernel, 1);
    assert.ok(Math.abs(counts.reduce((a, b) => a + b) - all) < 1e-9 * all);
    counts.forEach((n, u) => assert.equal(n, counts[counts.length - 1 - u], "symmetric"));
  }
});

test("every level of a cone begins and ends with the box", () => {
  for (const { layers } of cases) {
    const found = steps(layers);
    const unit = 3;
    const { field, jump, start } = found.at(-1);
    cone(layers, unit).forEach(({ first, counts }, l) => {
      const low = found[l].start + first * found[l].jump;
      const high = low + (counts.length - 1) * found[l].jump + found[l].field;
      assert.deepEqual([low, high], [start + unit * jump, start + unit * jump + field]);
    });
  }
});

test("reference stacks", () => {
  const vgg = [2, 2, 3, 3, 3].flatMap((n) => [...Array.from({ length: n }, () => conv(3)), pool(2)]);
  const last = (layers) => {
    const { field, jump } = steps(layers).at(-1);
    return [field, jump];
  };
  assert.deepEqual(last(vgg), [212, 32]);
  assert.deepEqual(last([...vgg, conv(7), conv(1)]), [404, 32]);
  assert.deepEqual(
    steps([1, 1, 2, 4, 8, 16, 1].map((d) => conv(3, d))).map(({ field }) => field),
    [1, 3, 5, 9, 17, 33, 65, 67],
  );
});

test("gridding leaves holes, and dilations 1, 2, 5 leave none", () => {
  const seen = (dilations) =>
    cone(
      dilations.map((d) => conv(3, d)),
      0,
    )[0].counts;
  assert.equal(seenShare(seen([2, 2, 2])), (7 / 13) ** 2);
  assert.equal(seenShare(seen([1, 2, 5])), 1);
  assert.equal(seenShare(seen([1, 2, 7])), 1);
  assert.ok(seenShare(seen([1, 2, 8])) < 1);
  // The neighbour of a unit of 2, 2, 2 sees none of its pixels.
  const [a, b] = [0, 1].map((i) => {
    const { first, counts } = cone(
      [2, 2, 2].map((d) => conv(3, d)),
      i,
    )[0];
    return new Set([...counts.keys()].filter((u) => counts[u]).map((u) => first + u));
  });
  assert.ok([...a].every((pixel) => !b.has(pixel)));
});

test("the effective size holds its share and is the smallest that does", () => {
  for (const { layers } of cases) {
    const { counts } = cone(layers, 0)[0];
    const total = counts.reduce((a, b) => a + b);
    const share = (size) => {
      const margin = (counts.length - size) / 2;
      return (counts.slice(margin, margin + size).reduce((a, b) => a + b, 0) / total) ** 2;
    };
    const size = effectiveSize(counts);
    assert.ok(share(size) >= 0.95 - 1e-12);
    if (size > 2) assert.ok(share(size - 2) < 0.95);
  }
  assert.equal(effectiveSize(Float64Array.of(1)), 1);
});

test("map sizes follow the formula, and end at 0", () => {
  assert.deepEqual(mapSizes([conv(3), pool(2), conv(3, 1, 2)], 9), [9, 9, 4, 2]);
  assert.deepEqual(mapSizes([pool(2), pool(2), pool(2), conv(3)], 4), [4, 2, 1, 0, 0]);
});

test("the unit at a pixel is the one whose centre is nearest", () => {
  for (const { layers } of cases) {
    const step = steps(layers).at(-1);
    const size = mapSizes(layers, 300).at(-1);
    if (!size) continue;
    for (const at of [0, 17, 150, 299]) {
      const away = (u) => Math.abs(centreOf(step, u) - at - 0.5);
      const found = unitAt(step, size, at);
      assert.ok(found >= 0 && found < size);
      for (const other of [found - 1, found + 1])
        if (other >= 0 && other < size) assert.ok(away(found) <= away(other) + 1e-9);
    }
  }
});

test("a place in the cone is found again", () => {
  const layers = [conv(3), pool(2), conv(3, 2)];
  const found = steps(layers);
  const place = frameOf(found, 3, 5, { width: 400, height: 200, columns: 4 });
  cone(layers, 5).forEach(({ first, counts }, level) =>
    counts.forEach((_, u) =>
      assert.deepEqual(place.at(place.x(level), place.y(centreOf(found[level], first + u))), {
        level,
        unit: first + u,
      }),
    ),
  );
  const markup = drawCone(layers, found, [40, 40, 20, 20], 3, 5, place, "main");
  assert.match(markup, /class="unit main used"/);
  assert.match(markup, /class="unit main hole"/);
  assert.doesNotMatch(markup, /NaN|undefined/);
});

test("each goal is open where its preset begins, and can be reached", () => {
  const vgg = (last, pools) =>
    [2, 2, 3, 3, 3].flatMap((n, i) => [...Array.from({ length: n }, () => conv(3, i === 4 ? last : 1)), pools[i]]);
  const pools = (strided, kernel, padding) =>
    [0, 1, 2, 3, 4].map((i) => ({ ...pool(kernel), stride: i < strided ? 2 : 1, padding }));
  const dilated = (...dilations) => dilations.map((d) => conv(3, d));
  const fc6 = (kernel, d) => [...vgg(2, pools(3, 3, 1)), conv(kernel, d), conv(1)];
  const four = Array.from({ length: 4 }, () => conv(3, 1, 2));
  const ways = {
    strides: [four, [...four, conv(3)]],
    three: [dilated(1, 1, 1), dilated(1, 1, 1, 4, 8)],
    pool5: [vgg(1, pools(5, 2, 0)), vgg(2, pools(3, 2, 0))],
    context: [dilated(1, 1, 2, 4, 8, 16, 1), dilated(1, 2, 2, 4, 8, 16)],
    gridding: [dilated(2, 2, 2), dilated(1, 2, 3)],
    hybrid: [dilated(1, 2, 5), dilated(1, 3, 9)],
    largefov: [fc6(3, 12), fc6(7, 4)],
  };
  for (const [id, [start, end]] of Object.entries(ways)) {
    const { distance, done } = goals[id];
    const told = (layers) => [done(measure(layers), { layers }), distance(measure(layers), { layers })];
    assert.equal(told(start)[0], false, id);
    assert.match(told(start)[1], /\w/, id);
    assert.deepEqual(told(end), [true, ""], id);
  }
});
