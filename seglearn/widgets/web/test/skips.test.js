import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { metrics } from "../../skips/parts/derive.js";
import { goals, guesses, targets } from "../../skips/parts/goals.js";
import { PATHS } from "../core/skips.js";

const fixtures = JSON.parse(readFileSync(new URL("upsampling.json", import.meta.url), "utf8"));
const keep = (fc7, pool4, pool3) => ({ fc7, pool4, pool3, apart: null });
const presets = Object.entries({
  "32s": keep(true, false, false),
  "16s": keep(true, true, false),
  "8s": keep(true, true, true),
  jump: keep(true, false, true),
  where: keep(false, true, true),
}).map(([id, state]) => ({ id, state }));
const skips = fixtures.skips.map(({ data }) => ({ data: { ...data, presets } }));
const cuts = Array.from({ length: 8 }, (_, bits) => ({
  ...Object.fromEntries(PATHS.map((path, i) => [path, Boolean((bits >> i) & 1)])),
  apart: null,
}));

test("a goal is open where its preset begins, and some way to cut the network reaches it", () => {
  let asked = 0;
  for (const { data } of skips) {
    for (const [id, { done, distance, text, why }] of Object.entries(goals(data))) {
      const { state } = data.presets.find((preset) => preset.id === id);
      assert.equal(done(metrics(state, data), state), false);
      assert.match(distance(metrics(state, data), state), /\w/);
      const way = cuts.find((cut) => done(metrics(cut, data), cut));
      assert.ok(way, `${id} can be reached`);
      assert.equal(distance(metrics(way, data), way), "");
      assert.ok(text && why);
      asked++;
    }
  }
  assert.ok(asked > 3);
});

test("the path that costs least is the one without which two paths say most", () => {
  const { data } = skips.find((each) => targets(each.data)["8s"]);
  const two = cuts.filter((cut) => PATHS.filter((path) => cut[path]).length === 2);
  const best = Math.max(...two.map((cut) => metrics(cut, data).mean_iou));
  const { done } = goals(data)["8s"];
  for (const cut of two) assert.equal(done(metrics(cut, data), cut), metrics(cut, data).mean_iou === best);
});

test("another network reaches no goal", () => {
  const { data } = skips.find((each) => Object.keys(each.data.apart).length);
  const [name] = Object.keys(data.apart);
  for (const { done } of Object.values(goals(data))) {
    const state = { ...cuts[7], apart: name };
    assert.equal(done(metrics(state, data), state), false);
  }
});

test("what there is to guess is the mIoU that is shown", () => {
  assert.equal(guesses["8s"].truth({ mean_iou: 0.5 }), 0.5);
});
