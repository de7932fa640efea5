/** Step and Run: the kernel computes an iteration; without a kernel, recorded ones are played. */
import { createAsk } from "../../web/ui/ask.js";
import { button, enable } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { same } from "../../web/ui/store.js";
import { strings } from "../words/en.js";

const PACE = 300; // ms that an iteration is looked at before the next
const STEP = "M3 3.5v9l6-4.500zM12 3.500v9";
const RUN = "M2.500 3.500v9l5.500-4.500zM8.500 3.500v9l5.500-4.500z";
const ENDS = ["undo", "redo", "reset", "remote"]; // the reader has turned to another document

/** @typedef {ReturnType<typeof import("./studio.js").studioOf>} Studio */
/** @typedef {import("./studio.js").State} State */

/** What a run is of: without the count of strokes, which GrabCut does not know, and without how far it is. */
const subject = ({ picture, box, scribbles, start }) => ({ picture, box, scribbles, start });
/** Whether there is anything to begin with. */
const possible = ({ box, scribbles }) => box !== null || scribbles.split(" ").length > 2;

/**
 * Asks for one iteration after the other. What the reader draws meanwhile stays, and the run goes on from there.
 * @param {Shell} shell
 * @param {Studio} studio
 * @param {() => boolean} drawing whether a stroke is being drawn
 */
function createLoop({ store, kernel, say, redraw, measureAgain, onClose }, studio, drawing) {
  let running = false;
  let timer = 0;
  const ask = createAsk(kernel, (answer, state) => {
    if (answer.error) {
      const error = answer.error.replace(/^state\.\w+: /, ""); // the field is the kernel's, not the reader's
      loop.failed = { state, error };
      running = false;
      say(error);
      return redraw();
    }
    studio.know(state, answer);
    if (same(state, store.state)) measureAgain();
    else reach(state);
  });
  const next = () => ({ ...store.state, iteration: store.state.iteration + 1 });

  /** Shows an iteration, unless the reader has changed something since it was asked for. */
  function reach(state) {
    const follows = same(subject(state), subject(store.state)) && state.iteration === store.state.iteration + 1;
    if (follows && !drawing()) store.commit({ ...store.state, iteration: state.iteration }, "grabcut");
    if (running && loop.ended(store.state)) running = false;
    if (running) timer = window.setTimeout(loop.go, PACE);
    redraw();
  }

  const loop = {
    /** @type {{ state: State, error: string } | null} what the kernel could not do */
    failed: null,
    get running() {
      return running;
    },
    /** @returns {State | null} what the kernel is busy with */
    get waiting() {
      return ask.waiting;
    },
    /** @param {State} state */
    ended: (state) => Boolean(studio.result(state)?.settled) || state.iteration >= studio.most,
    ask: ask.send,
    go() {
      timer = 0;
      if (drawing()) timer = window.setTimeout(loop.go, PACE);
      else if (loop.ended(store.state) || !possible(store.state)) running = false;
      else if (kernel) ask.send(next());
      else if (studio.result(next())) return reach(next());
      else running = false;
      redraw();
    },
    run() {
      running = true;
      loop.go();
    },
    stop() {
      running = false;
      clearTimeout(timer);
      redraw();
    },
  };
  onClose(() => clearTimeout(timer));
  return loop;
}

/**
 * What there is to say of a document, in one line.
 * @param {ReturnType<typeof createLoop>} loop
 * @param {Studio} studio
 * @param {boolean} recorded whether there is no kernel
 * @param {State} state
 */
function noteOf({ failed, waiting, ended }, studio, recorded, state) {
  const { iteration } = state;
  const found = studio.result(state);
  if (failed && same(subject(failed.state), subject(state))) return failed.error;
  if (waiting) return strings.run.waiting(waiting.iteration);
  if (!possible(state)) return strings.run.draw;
  if (found?.settled) return strings.run.settled(iteration);
  if (found && ended(state)) return strings.run.enough(iteration);
  const lost = iteration > 0 && !found;
  if (lost || (recorded && !studio.result({ ...state, iteration: iteration + 1 }))) return strings.run.unknown;
  return iteration ? strings.run.reached(iteration) : strings.run.begin;
}

/**
 * @param {Shell} shell
 * @param {Studio} studio
 * @param {() => boolean} drawing whether a stroke is being drawn
 */
export function createRun(shell, studio, drawing) {
  const { store, kernel } = shell;
  const loop = createLoop(shell, studio, drawing);
  let drawn = store.state;
  const step = button({ label: strings.run.step, id: "step", symbol: STEP, onClick: loop.go });
  const run = button({
    label: strings.run.run,
    id: "run",
    symbol: RUN,
    onClick: () => (loop.running ? loop.stop() : loop.run()),
  });
  const bar = h("progress", {
    max: studio.most,
    value: 0,
    "aria-label": strings.run.progress,
    "data-testid": "progress",
  });
  const note = h("p", { class: "hint note", role: "status", "data-testid": "note" });
  return {
    el: h("div", { class: "run" }, step, run, bar),
    note,
    stop: loop.stop,
    draw(state, why) {
      // A stroke is for the run that goes on; another box, picture or beginning ends it.
      const other = state.picture !== drawn.picture || !same(state.box, drawn.box);
      const again = state.scribbles === drawn.scribbles && state.iteration < drawn.iteration;
      if (loop.running && why !== "preview" && (other || again || ENDS.includes(why))) loop.stop();
      drawn = state;
      // After a reload, or an undo to what an earlier kernel found: it is computed again.
      const lost = state.iteration > 0 && !studio.result(state) && !same(loop.failed?.state, state);
      if (lost && kernel && !loop.waiting) loop.ask(state);
      const can = possible(state) && !loop.ended(state);
      enable(step, can && !loop.running && !loop.waiting);
      enable(run, can || loop.running);
      run.setAttribute("aria-pressed", String(loop.running));
      run.querySelector(".button-label").textContent = loop.running ? strings.run.stop : strings.run.run;
      bar.value = state.iteration;
      const words = noteOf(loop, studio, !kernel, state);
      if (note.textContent !== words) note.textContent = words;
    },
  };
}
