import assert from "node:assert/strict";
import test from "node:test";
import { hostModel, staticModel } from "../ui/model.js";
import { createStore } from "../ui/store.js";

test("a drag is one undo step, however many previews it had", () => {
  const store = createStore({ x: 0 });
  for (let x = 1; x <= 20; x++) store.preview({ x });
  assert.equal(store.state.x, 20);
  assert.equal(store.canUndo, false);
  store.commit();
  store.undo();
  assert.equal(store.state.x, 0);
  assert.equal(store.canUndo, false);
  store.redo();
  assert.equal(store.state.x, 20);
});

test("a cancelled drag leaves nothing behind", () => {
  const store = createStore({ x: 0 });
  store.preview({ x: 5 });
  store.cancel();
  assert.deepEqual([store.state.x, store.canUndo], [0, false]);
});

test("a change after undo forgets what was undone", () => {
  const store = createStore({ x: 0 });
  store.commit({ x: 1 });
  store.commit({ x: 2 });
  store.undo();
  store.commit({ x: 3 });
  assert.equal(store.canRedo, false);
  store.undo();
  assert.equal(store.state.x, 1);
});

test("committing what is already there makes no step", () => {
  const store = createStore({ x: 0 });
  store.commit({ x: 0 });
  store.commit();
  assert.equal(store.canUndo, false);
});

test("undo during a drag drops the drag and goes one step back", () => {
  const store = createStore({ x: 0 });
  store.commit({ x: 1 });
  store.preview({ x: 9 });
  store.undo();
  assert.equal(store.state.x, 0);
});

test("starting again can be undone", () => {
  const store = createStore({ x: 0 });
  store.commit({ x: 1 });
  assert.equal(store.canReset, true);
  store.reset();
  assert.deepEqual([store.state.x, store.canReset], [0, false]);
  store.undo();
  assert.equal(store.state.x, 1);
});

test("steps to documents that are gone are left out, both ways", () => {
  const store = createStore({ picture: "coins" });
  store.commit({ picture: "own", seed: 1 });
  store.commit({ picture: "own", seed: 2 });
  store.commit({ picture: "moon" });
  store.commit({ picture: "own" });
  store.undo();
  store.keep(({ picture }) => picture !== "own");
  assert.equal(store.canRedo, false);
  store.undo();
  assert.deepEqual(store.state, { picture: "coins" });
  assert.equal(store.canUndo, false);
});

test("no more than `limit` steps are kept", () => {
  const store = createStore({ x: 0 }, {}, 3);
  for (let x = 1; x <= 10; x++) store.commit({ x });
  while (store.canUndo) store.undo();
  assert.equal(store.state.x, 7);
});

test("the view changes without an undo step, and listeners hear why", () => {
  const store = createStore({ x: 0 }, { tool: "move" });
  const heard = [];
  const quiet = store.subscribe((why) => heard.push(why));
  store.look({ tool: "brush" });
  store.commit({ x: 1 });
  store.receive({ x: 2 });
  store.undo();
  store.redo();
  store.reset();
  quiet();
  store.commit({ x: 5 });
  assert.deepEqual(heard, ["view", "commit", "remote", "undo", "redo", "reset"]);
  assert.deepEqual(store.view, { tool: "brush" });
});

test("a host without save_changes, off or send does no harm", () => {
  const values = { state: { x: 0 } };
  const poor = {
    get: (name) => values[name],
    set: (name, value) => (values[name] = value),
    on() {},
    save_changes() {
      throw new Error("not here");
    },
  };
  const model = hostModel(poor);
  model.on("state", () => {});
  model.set({ state: { x: 1 } });
  model.close();
  assert.equal(model.get("state").x, 1);
});

test("a static page has a model too", () => {
  const model = staticModel({ state: { x: 0 } });
  model.on("state", () => assert.fail("nobody else writes here"));
  model.set({ state: { x: 2 } });
  model.close();
  assert.equal(model.get("state").x, 2);
});
