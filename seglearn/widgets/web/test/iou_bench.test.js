/** The IoU bench's own geometry, what a press takes hold of, and when a goal is reached. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gapBetween, goals } from "../../iou_bench/parts/goals.js";
import { shapeAt } from "../../iou_bench/parts/masks.js";
import { filled } from "../core/brush.js";

const [WIDTH, HEIGHT] = [12, 9];
const mask = (inside) =>
  Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => Number(inside(i % WIDTH, Math.floor(i / WIDTH))));
const square = (x0, x1) => (x, y) => x >= x0 && x < x1 && y >= 2 && y < 7;
const ring = (x0, x1) => (x, y) => square(x0, x1)(x, y) && !(x > x0 && x < x1 - 1 && y > 2 && y < 6);

test("a filled mask has no holes, and nothing is added outside its outline", () => {
  assert.deepEqual(filled(mask(ring(1, 7)), WIDTH, HEIGHT), mask(square(1, 7)));
  assert.deepEqual(filled(mask(square(1, 7)), WIDTH, HEIGHT), mask(square(1, 7)));
  const bay = mask((x, y) => ring(1, 7)(x, y) && !(x === 6 && y === 4)); // open to the outside
  assert.deepEqual(filled(bay, WIDTH, HEIGHT), bay);
  const nothing = new Uint8Array(WIDTH * HEIGHT);
  assert.deepEqual(filled(nothing, WIDTH, HEIGHT), nothing);
  const all = nothing.map(() => 1);
  assert.deepEqual(filled(all, WIDTH, HEIGHT), all);
});

test("a press in the hole of the chosen shape takes hold of it, though the other has pixels there", () => {
  const masks = { truth: mask(square(1, 7)), prediction: mask(ring(3, 9)) };
  const at = (col, row, chosen) => shapeAt(masks, chosen, { col, row }, WIDTH, HEIGHT);
  assert.equal(at(4, 4, "prediction"), "prediction");
  assert.equal(at(4, 4, "truth"), "truth");
  assert.equal(at(1, 4, "prediction"), "truth");
  assert.equal(at(8, 4, "truth"), "prediction");
  assert.equal(at(11, 8, "prediction"), null);
});

test("the gap between two shapes is the number of pixels between them", () => {
  const gap = (a, b) => gapBetween(mask(a), mask(b), WIDTH, HEIGHT);
  assert.equal(gap(square(0, 2), square(6, 9)), 4);
  assert.equal(gap(square(0, 2), square(2, 4)), 0);
  assert.equal(gap(square(0, 4), square(2, 6)), 0);
  assert.equal(
    gap(square(0, 2), () => false),
    null,
  );
  assert.equal(
    gap(() => false, square(0, 2)),
    null,
  );
});

test("each goal is out of reach at first and knows when it is met", () => {
  const at = (scores) => ({ iou: 0.3, dice: 0.4, precision: 0.9, recall: 0.4, boundary_iou: 0.7, ...scores });
  const met = {
    given: [{ iou: 0.498 }, { iou: 0.493 }],
    half: [{ iou: 0.5049 }, { iou: 0.51 }],
    inside: [
      { precision: 1, recall: 0.8 },
      { precision: 0.999, recall: 0.9 },
    ],
    disjoint: [{ iou: 1e-4 }, { iou: 0 }],
    empty: [{ iou: 0 }, { iou: null }],
    pole: [{ iou: 0.2 }, { iou: 0.5 }],
    disk: [
      { boundary_iou: 0.5, iou: 0.93 },
      { boundary_iou: 0.4, iou: 0.899 },
    ],
  };
  assert.deepEqual(Object.keys(goals).sort(), Object.keys(met).sort());
  for (const [id, [yes, no]] of Object.entries(met)) {
    const masks = { mode: "masks" };
    assert.equal(goals[id].done(at(yes), masks, masks), true, id);
    assert.equal(goals[id].done(at(no), masks, masks), false, id);
    assert.equal(goals[id].done(at(yes), { mode: "boxes" }, masks), false, `${id}: set for masks`);
    assert.ok(goals[id].text && goals[id].why, id);
  }
});
