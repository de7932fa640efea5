/**
 * The goal of a preset: one line with how far it is; once it is reached, a ✓, one sentence of why, and Next take its
 * place. A goal that has been reached stays so until its preset is chosen anew. What is asked and the sentence of why
 * lie on each other, one of them unseen (theme.css), so that the line has the height of the higher one and nothing
 * below moves under the pointer that reaches the goal. Where `hide` takes a control away that a goal needs, it is not
 * asked.
 */
import { strings as common } from "../words/en.js";
import { button } from "./controls.js";
import { h } from "./dom.js";
import { score } from "./format.js";

/**
 * What is known of a goal. Without a DOM, for tests.
 * @param {Goal} goal
 * @param {any} metrics
 * @param {any} state
 * @param {any} [start] the state in which the goal was set
 * @returns {{ done: boolean, far: string }}
 */
export function judge(goal, metrics, state, start) {
  const distance = goal.distance?.(metrics, state, start) ?? null;
  const done = goal.done
    ? goal.done(metrics, state, start)
    : typeof distance === "number" && Math.abs(distance) < (goal.within ?? 0.0005);
  const far = typeof distance === "string" ? distance : common.toGo(score(distance));
  return { done: Boolean(done), far };
}

/**
 * @param {Definition} definition
 * @param {any} data
 * @param {{ presets: Presets, sees: Sees, say: (text: string) => void }} shell
 */
export function createGoal({ goals }, data, { presets, sees, say }) {
  const table = (typeof goals === "function" ? goals(data) : goals) ?? {};
  const mark = h("b", { class: "goal-mark", "aria-hidden": "true" });
  const text = h("span", { class: "goal-text" });
  const distance = h("span", { class: "goal-distance", "data-testid": "goal-distance" });
  const asked = h("span", { class: "goal-asked" }, text, " ", distance);
  const why = h("span", { class: "goal-why", "data-testid": "goal-why" });
  const next = button({ label: common.next, id: "goal-next", onClick: () => presets.choose(following() ?? "") });
  next.classList.add("goal-next");
  const words = h("span", { class: "goal-words" }, mark, asked, why);
  const el = h("p", { class: "goal", "data-testid": "goal", hidden: true }, words, next);
  const box = h("div", {}, el);
  /** @type {string | null} */
  let reached = null; // the preset whose goal is
  /** @type {string | null} */
  let told = null;
  /** @type {any} */
  let start = null; // the state in which the goal was set
  const following = () => table[presets.chosen ?? ""]?.next ?? presets.next();
  return {
    el: box,
    /**
     * @param {any} metrics
     * @param {any} state
     * @param {Why} why_
     * @param {boolean} covered while the reader is to guess
     */
    show(metrics, state, why_, covered) {
      const id = presets.chosen;
      const goal = covered ? null : table[id ?? ""];
      el.hidden = !(goal && sees(...(goal.needs ?? [])));
      if (!goal || el.hidden) return;
      if (told !== id || presets.untouched) {
        reached = null;
        start = state;
      }
      told = id;
      const { done, far } = judge(goal, metrics, state, start);
      if (done && why_ !== "preview" && reached !== id) {
        reached = id;
        say(`${common.reached} ${goal.why}`);
      }
      const good = done || reached === id;
      el.dataset.done = String(good);
      mark.textContent = good ? "✓" : "○";
      text.textContent = goal.text;
      if (!good) distance.textContent = far;
      why.textContent = goal.why;
      next.hidden = !following();
    },
  };
}
