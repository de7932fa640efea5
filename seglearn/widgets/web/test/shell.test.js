import assert from "node:assert/strict";
import test from "node:test";
import { judge } from "../ui/goal.js";
import { difference, fits, pack, unpack } from "../ui/link.js";
import { createGhost } from "../ui/meter.js";
import { fitted, withoutAlpha } from "../ui/own_picture.js";
import { createStore } from "../ui/store.js";

test("commits of one run are one undo step, others are not", () => {
  const store = createStore({ x: 0 });
  for (let x = 1; x <= 10; x++) store.commit({ x }, "slider");
  store.undo();
  assert.deepEqual([store.state.x, store.canUndo], [0, false]);
  store.commit({ x: 1 }, "a");
  store.commit({ x: 2 }, "b");
  store.commit({ x: 3 });
  store.commit({ x: 4 });
  for (const x of [3, 2, 1, 0]) {
    store.undo();
    assert.equal(store.state.x, x);
  }
});

test("a run that the shell names counts for commits without one, and undo ends it", () => {
  const store = createStore({ x: 0 });
  store.run = "keys";
  store.commit({ x: 1 });
  store.commit({ x: 2 });
  assert.deepEqual(store.before, { x: 0 });
  store.undo();
  store.commit({ x: 5 });
  store.commit({ x: 6 }, null);
  store.undo();
  assert.equal(store.state.x, 5);
});

test("the ghost is where the value was before the last change, not during it", () => {
  const ghost = createGhost();
  const seen = [
    [0.1, "start"],
    [0.2, "preview"],
    [0.3, "redraw"], // a pointer that lights something while another drags
    [0.4, "preview"],
    [0.4, "commit"],
    [0.4, "redraw"],
    [0.9, "commit"],
    [0.5, "view"], // another number is looked at
  ].map(([value, why]) => ghost.next(value, why));
  assert.deepEqual(seen, [null, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.4]);
});

test("a goal is judged by its own word, or by its distance", () => {
  const near = { distance: ({ iou }) => iou - 0.5, text: "", why: "" };
  assert.deepEqual(judge(near, { iou: 0.4 }, {}), { done: false, far: "−0.100 to go" });
  assert.equal(judge(near, { iou: 0.5 }, {}).done, true);
  assert.equal(judge({ ...near, distance: () => null }, {}, {}).done, false);
  const words = { distance: () => "field 31", done: (_, { n }) => n > 3, text: "", why: "" };
  assert.deepEqual(judge(words, {}, { n: 4 }), { done: true, far: "field 31" });
});

test("a link holds what differs, and comes back as it was", async () => {
  const start = { mask: "1 2 3", n: 3, list: [1], none: null };
  const now = { ...start, mask: "ü".repeat(2000), list: [1, 2] };
  const change = difference(start, now);
  assert.deepEqual(Object.keys(change), ["mask", "list"]);
  const text = await pack(change);
  assert.match(text, /^[\w-]{1,200}$/);
  assert.deepEqual({ ...start, ...(await unpack(text)) }, now);
  assert.equal(fits(start, change), true);
  for (const wrong of [{ other: 1 }, { n: "3" }, { list: {} }, [], null, "x"]) assert.equal(fits(start, wrong), false);
  assert.equal(fits(start, { none: [1], n: null }), true);
  await assert.rejects(unpack("no link"));
  await assert.rejects(unpack("AAAA"));
});

test("a picture is shrunk to fit and never enlarged", () => {
  assert.deepEqual(fitted(4000, 3000), [512, 384]);
  assert.deepEqual(fitted(300, 200), [300, 200]);
  assert.deepEqual(fitted(5000, 1), [512, 1]);
  assert.deepEqual([...withoutAlpha(Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 0))], [1, 2, 3, 4, 5, 6]);
});
