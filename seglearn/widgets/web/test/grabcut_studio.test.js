/** The studio's own arithmetic: components and links as Python finds them, what a stroke means, bars and goals. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { bars } from "../../grabcut_studio/parts/energy.js";
import { goals } from "../../grabcut_studio/parts/goals.js";
import { python } from "../../grabcut_studio/parts/python.js";
import { boxed, drawn } from "../../grabcut_studio/parts/strokes.js";
import { BACKGROUND, FOREGROUND, NOTHING, ready, studioOf } from "../../grabcut_studio/parts/studio.js";
import { decodeLabelRuns, decodeLabels, decodeMask, encodeMask } from "../core/codec.js";
import { assign, cheapest, colourAt, linkStrengths } from "../core/grabcut.js";

const fixtures = JSON.parse(readFileSync(new URL("grabcut_studio.json", import.meta.url), "utf8"));

for (const c of fixtures) {
  const [height, width, channels] = c.shape;
  const pixels = decodeLabels(c.pixels);
  const mask = decodeMask(c.mask, height * width);

  test(`every pixel has Python's component, and U is what they cost together: ${c.name}`, () => {
    assert.deepEqual(assign(pixels, channels, mask, c.sides), decodeLabels(c.components));
    const u = mask.reduce((sum, side, p) => sum + cheapest(c.sides[side], colourAt(pixels, channels, p)).cost, 0);
    assert.ok(Math.abs(u - c.u) < 1e-6 * Math.abs(c.u), `${u} is not ${c.u}`);
  });

  test(`links are Python's: ${c.name}`, () => {
    const links = linkStrengths(pixels, width, channels);
    c.links.forEach((link, p) => assert.ok(Math.abs(link - links[p]) < 2e-5, `pixel ${p}: ${links[p]}, not ${link}`));
  });
}

test("links of one pixel and of one colour are as strong as can be", () => {
  assert.deepEqual([...linkStrengths(Uint8Array.of(9, 9, 9), 1, 3)], [1]);
  assert.deepEqual([...linkStrengths(new Uint8Array(6).fill(70), 3, 1)], new Array(6).fill(1));
});

const [WIDTH, HEIGHT] = [6, 4];
const BOX = [1, 1, 4, 3];
const square = (x0, y0, x1, y1) =>
  Uint8Array.from({ length: WIDTH * HEIGHT }, (_, p) => {
    const [x, y] = [p % WIDTH, Math.floor(p / WIDTH)];
    return Number(x >= x0 && x < x1 && y >= y0 && y < y1);
  });
const START = { picture: "given", box: BOX, scribbles: `0 ${WIDTH * HEIGHT}`, strokes: 0, start: null, iteration: 0 };

async function studio() {
  const truth = `0 7 1 2 0 4 1 2 0 8 255 1`; // 2 × 2 pixels in the box, the last pixel does not count
  const data = {
    pictures: {
      given: {
        shape: [HEIGHT, WIDTH, 1],
        pixels: deflateSync(new Uint8Array(WIDTH * HEIGHT)).toString("base64"),
        truth,
      },
    },
    presets: [{ id: "given", state: START }],
    recorded: {
      given: [
        {
          mask: encodeMask(square(1, 1, 3, 3)),
          settled: false,
          trace: [
            [9, 5],
            [7, 1],
          ],
          sides: [[], []],
        },
      ],
    },
    most_iterations: 12,
  };
  await ready(data);
  return studioOf(data);
}

test("it begins with the box, and plays what was recorded", async () => {
  const one = await studio();
  assert.deepEqual(one.mask(START), square(...BOX));
  assert.deepEqual(one.metrics(START), { iou: 4 / 6, foreground: 6, u: null, v: null, energy: null });
  const next = { ...START, iteration: 1 };
  assert.deepEqual(one.metrics(next), { iou: 1, foreground: 4, u: 7, v: 1, energy: 8 });
  const unknown = { ...START, iteration: 2 };
  assert.deepEqual(one.metrics(unknown), { iou: null, foreground: null, u: null, v: null, energy: null });
});

test("a stroke begins new iterations from what is cut out, and overrules it; a box forgets it", async () => {
  const one = await studio();
  const cut = { ...START, iteration: 1 };
  const map = new Uint8Array(WIDTH * HEIGHT);
  map[7] = BACKGROUND; // in the cut
  map[23] = FOREGROUND; // outside the box
  const after = drawn(one, cut, map, FOREGROUND);
  assert.deepEqual(after.start, encodeMask(square(1, 1, 3, 3)));
  assert.deepEqual([after.iteration, after.strokes], [0, 1]);
  assert.deepEqual(decodeLabelRuns(after.scribbles, WIDTH * HEIGHT), map);
  const expected = square(1, 1, 3, 3);
  expected[7] = 0;
  expected[23] = 1;
  assert.deepEqual(one.mask(after), expected);
  assert.equal(one.metrics(after).foreground, 4);
  const other = boxed(after, [0, 0, 2, 4]);
  assert.deepEqual([other.start, other.iteration, other.strokes], [null, 0, 1]);
  assert.equal(one.mask(other)[23], 1);
});

test("an eraser counts as no stroke, and gives all back when nothing is left", async () => {
  const one = await studio();
  const map = new Uint8Array(WIDTH * HEIGHT);
  map[3] = BACKGROUND;
  const drawing = drawn(one, START, map, BACKGROUND);
  const twice = drawn(one, drawing, map, BACKGROUND);
  assert.equal(twice.strokes, 2);
  assert.equal(drawn(one, twice, map, NOTHING).strokes, 2);
  assert.equal(drawn(one, twice, new Uint8Array(WIDTH * HEIGHT), NOTHING).strokes, 0);
});

test("bars shrink by what the energy falls", () => {
  const trace = [
    [-10, 8],
    [-14, 4],
    [-13, 1],
  ];
  const all = bars(trace);
  assert.deepEqual(all[0], { u: 4 / 11, v: 7 / 11 });
  const total = ({ u, v }) => 11 * (u + v);
  for (const i of [1, 2]) {
    const fallen = trace[i - 1][0] + trace[i - 1][1] - trace[i][0] - trace[i][1];
    assert.ok(Math.abs(total(all[i - 1]) - total(all[i]) - fallen) < 1e-9);
  }
  assert.deepEqual(bars([[3, 2]]), [{ u: 0, v: 0 }]);
  assert.deepEqual(bars([]), []);
});

test("a goal wants an iteration, the IoU and few strokes", () => {
  const { camouflage, easy } = goals({ pictures: { flower: {} } });
  const m = { iou: 0.95 };
  assert.ok(camouflage.done(m, { iteration: 1, strokes: 3 }));
  assert.ok(!camouflage.done(m, { iteration: 0, strokes: 3 }));
  assert.ok(!camouflage.done(m, { iteration: 1, strokes: 4 }));
  assert.ok(!camouflage.done({ iou: 0.89 }, { iteration: 1, strokes: 0 }));
  assert.ok(!easy.done(m, { iteration: 3, strokes: 1 }));
  assert.match(camouflage.distance({ iou: 0.683 }, { iteration: 1, strokes: 2 }), /^0\.217 to go, 1 stroke left$/);
  assert.deepEqual(Object.keys(goals({ pictures: { given: {} } })), []);
});

test("the program names only what it uses", () => {
  const data = { pictures: { flower: { truth: "0 1" } } };
  const plain = python({ ...START, picture: "flower", iteration: 3 }, data);
  assert.match(plain, /box=\(1, 1, 4, 3\),\n {4}n_iterations=3,/);
  assert.doesNotMatch(plain, /scribbled|decode_mask/);
  const all = python({ ...START, picture: "flower", scribbles: "0 3 2 21", start: "24", box: null }, data);
  assert.match(all, /scribbled\("0 3 2 21", image\.shape\[:2\]\)/);
  assert.match(all, /decode_mask\("24", image\.shape\[:2\]\)/);
  assert.doesNotMatch(all, /box=/);
});
