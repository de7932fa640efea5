// The numbers in fixtures.json were written by the Python package (tests/widgets/make_fixtures.py), so that the
// browser and the kernel agree.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { areas, dice, diceOfIou, iou, precision, recall } from "../core/areas.js";
import { band, bandWidth, boundaryIou, chessboardDistance } from "../core/boundary.js";
import { boxAreas, boxMask, moveBox, resizeBox } from "../core/boxes.js";
import { bounds, floodFill, shiftMask, strokeLine } from "../core/brush.js";
import { decodeLabels, decodeMask, encodeLabels, encodeMask } from "../core/codec.js";
import { generator } from "../core/random.js";

const fixtures = JSON.parse(readFileSync(new URL("fixtures.json", import.meta.url), "utf8"));
const close = (a, b, what) =>
  a === null || b === null ? assert.equal(a, b, what) : assert.ok(Math.abs(a - b) < 1e-12, `${what}: ${a} ≠ ${b}`);
const picture = (rows) => Uint8Array.from(rows.join("").replaceAll(".", "0"), Number);

test("areas, scores and bands equal Python's", () => {
  for (const { name, shape, truth, prediction, metrics, truth_band: truthBand } of fixtures.pairs) {
    const [height, width] = shape;
    const [a, b] = [truth, prediction].map((runs) => decodeMask(runs, height * width));
    const counted = areas(a, b);
    assert.deepEqual(
      [counted.both, counted.truthOnly, counted.predictionOnly],
      [metrics.intersection, metrics.truth_only, metrics.prediction_only],
      name,
    );
    close(iou(counted), metrics.iou, `${name} IoU`);
    close(dice(counted), metrics.dice, `${name} Dice`);
    close(precision(counted), metrics.precision, `${name} precision`);
    close(recall(counted), metrics.recall, `${name} recall`);
    const boundary = boundaryIou(a, b, width, height);
    assert.equal(boundary.d, metrics.boundary_width, `${name} width of the band`);
    close(boundary.iou, metrics.boundary_iou, `${name} boundary IoU`);
    assert.equal(encodeMask(boundary.truth), truthBand, `${name} band`);
  }
});

test("the band is as wide as Python's round() makes it", () => {
  for (const { shape, ratio, d } of fixtures.band_widths) assert.equal(bandWidth(shape[1], shape[0], ratio), d);
});

test("masks and label maps survive the codec, and Python reads the same", () => {
  for (const { shape, mask, runs } of fixtures.masks) {
    const flat = Uint8Array.from(mask.flat());
    assert.equal(encodeMask(flat), runs);
    assert.deepEqual(decodeMask(runs, shape[0] * shape[1]), flat);
  }
  for (const { labels, text } of fixtures.labels) {
    const flat = Uint8Array.from(labels.flat());
    assert.equal(encodeLabels(flat), text);
    assert.deepEqual(decodeLabels(text), flat);
  }
  assert.throws(() => decodeMask("1 2", 4), RangeError);
});

test("0/0 is null, not 0 and not 1", () => {
  const none = areas(new Uint8Array(9), new Uint8Array(9));
  for (const score of [iou, dice, precision, recall]) assert.equal(score(none), null);
  assert.equal(diceOfIou(null), null);
  assert.equal(boundaryIou(new Uint8Array(9), new Uint8Array(9), 3, 3).iou, null);
});

test("Dice follows from IoU", () => {
  for (const { metrics } of fixtures.pairs) close(diceOfIou(metrics.iou), metrics.dice, "2 IoU / (1 + IoU)");
});

test("box arithmetic and pixel counting agree", () => {
  const random = generator(1);
  const box = () => {
    const [x, y] = [Math.floor(20 * random()), Math.floor(12 * random())];
    return [x, y, x + 1 + Math.floor(10 * random()), y + 1 + Math.floor(8 * random())];
  };
  for (let i = 0; i < 200; i++) {
    const [a, b] = [box(), box()];
    assert.deepEqual(boxAreas(a, b), areas(boxMask(a, 30, 20), boxMask(b, 30, 20)));
  }
});

test("boxes stay on the grid and keep a pixel", () => {
  assert.deepEqual(moveBox([2, 2, 5, 6], 100, -100, 10, 8), [7, 0, 10, 4]);
  assert.deepEqual(resizeBox([2, 2, 5, 6], "nw", 100, -100, 10, 8), [4, 0, 5, 6]);
  assert.deepEqual(resizeBox([2, 2, 5, 6], "e", -100, 50, 10, 8), [2, 2, 3, 6]);
  assert.deepEqual(resizeBox([2, 2, 5, 6], "s", 9, 1.4, 10, 8), [2, 2, 5, 7]);
});

test("chessboard distance counts the outside of the image as outside", () => {
  const distance = chessboardDistance(new Uint8Array(25).fill(1), 5, 5);
  assert.deepEqual([...distance], [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 2, 3, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1]);
  assert.equal(
    band(new Uint8Array(25).fill(1), 5, 5, 1).reduce((a, b) => a + b),
    16,
  );
});

test("brush, fill, bounds and shift", () => {
  const dab = new Uint8Array(25);
  assert.ok(strokeLine(dab, 5, 5, { x: 2.5, y: 2.5 }, { x: 2.5, y: 2.5 }, 1, 1));
  assert.deepEqual(dab, picture([".....", "..1..", ".111.", "..1..", "....."]));
  assert.equal(strokeLine(dab, 5, 5, { x: 2.5, y: 2.5 }, { x: 2.5, y: 2.5 }, 1, 1), false);

  const line = new Uint8Array(25);
  strokeLine(line, 5, 5, { x: -3, y: 0.5 }, { x: 9, y: 0.5 }, 0.5, 1);
  assert.deepEqual(line, picture(["11111", ".....", ".....", ".....", "....."]));

  const ring = picture(["11111", "1...1", "1.1.1", "1...1", "11111"]);
  const filled = ring.slice();
  assert.ok(floodFill(filled, 5, 5, 1, 1, 1));
  assert.ok(filled.every((v) => v === 1));
  assert.equal(floodFill(filled, 5, 5, 0, 0, 1), false);
  const diagonal = picture(["1....", ".1...", ".....", ".....", "....."]);
  floodFill(diagonal, 5, 5, 0, 0, 2);
  assert.equal(diagonal[6], 1, "corners do not connect");

  assert.deepEqual(bounds(dab, 5, 5), [1, 1, 4, 4]);
  assert.equal(bounds(new Uint8Array(25), 5, 5), null);
  const moved = shiftMask(dab, 5, 5, 40, 0);
  assert.deepEqual(bounds(moved, 5, 5), [2, 1, 5, 4], "stops at the edge");
  assert.equal(
    moved.reduce((a, b) => a + b),
    5,
    "and loses nothing",
  );
});

test("a seed gives the same numbers again", () => {
  const draw = (seed) => Array.from({ length: 4 }, generator(seed));
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  assert.ok(draw(7).every((x) => x >= 0 && x < 1));
});
