/** The run of SLIC: the shared player, and the five steps as buttons. */
import { button } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { createPlayer } from "../../web/ui/player.js";
import { strings } from "../words/en.js";
import { atPosition, ITERATIONS, LAST, positionOf, STAGES } from "./compute.js";

/** Where a step begins, seen from another: Assign comes after Update, Update after Assign. */
function startOf(stage, { stage: now, iteration }) {
  const fixed = { seeds: 0, nudge: 0, connect: ITERATIONS }[stage];
  if (fixed !== undefined) return fixed;
  return stage === "assign" && now === "update" ? Math.min(ITERATIONS, iteration + 1) : Math.max(1, iteration);
}

/** `{ el, stop, put, draw(state) }`; `put` commits a change and ends what plays. */
export function createSteps(shell) {
  const { store } = shell;
  let drawn = store.state;
  const player = createPlayer(shell, {
    label: strings.scrub,
    last: () => LAST,
    at: () => positionOf(drawn),
    go(i) {
      drawn = { ...store.state, ...atPosition(i) };
      store.preview(drawn);
    },
    settle: () => store.commit(),
    format(i) {
      const { stage, iteration } = atPosition(i);
      return i < LAST ? strings.position(strings.stages[stage], i > 1 ? iteration : 0) : strings.finished;
    },
  });
  const put = (patch) => {
    player.stop();
    store.commit({ ...store.state, ...patch });
  };
  const chips = STAGES.map((stage) =>
    button({
      label: strings.stages[stage],
      id: `step-${stage}`,
      onClick: () => put({ stage, iteration: startOf(stage, store.state) }),
    }),
  );
  const steps = h(
    "div",
    { class: "stages", role: "group", "aria-label": strings.stages.label, "data-stage": "steps" },
    chips.slice(0, 2),
    h("span", { class: "loop" }, chips.slice(2, 4)),
    chips[4],
  );
  return {
    el: h("div", { class: "steps" }, steps, player.el),
    stop: player.stop,
    put,
    draw(state) {
      drawn = state;
      chips.forEach((chip, i) => chip.setAttribute("aria-pressed", String(STAGES[i] === state.stage)));
      player.draw();
    },
  };
}
