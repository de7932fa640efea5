/** The button that lets the kernel measure the point of the moment, and what came of it. */
import { createAsk as createQuestions } from "../../web/ui/ask.js";
import { button, enable } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { percent } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { createLabels } from "./labels.js";
import { decibels } from "./scores.js";
import { even } from "./surface.js";

const keyOf = (state) => JSON.stringify(state);

/** `{ ask, note, labels, answerFor(state), draw(state) }`; `ask` is null where there is no kernel. */
export function createAsk({ store, data, say, kernel }, lab) {
  const note = h("p", { class: "hint", "data-testid": "kernel-answer", role: "status" });
  const ask = kernel && button({ label: strings.kernel.ask, id: "ask", onClick: () => send() });
  const labels = createLabels(data.classes);
  let answer = null; // { psnr, mean_iou, labels? }
  let toldOf = ""; // the state that the answer and the note speak of
  const questions = createQuestions(kernel, (told, asked) => {
    toldOf = keyOf(asked);
    answer = told.error ? null : told;
    const measured = !told.error && strings.kernel.answer(decibels(told.psnr), percent(told.mean_iou));
    const more = !told.error && !told.labels && data.pictures.scene && strings.kernel.scene;
    note.textContent = told.error ?? [measured, more].filter(Boolean).join(" ");
    say(note.textContent);
    store.look({});
  });
  function send() {
    note.textContent = strings.kernel.waiting(lab.surface.n_scenes);
    questions.send(store.state);
    store.look({});
  }
  note.textContent = kernel ? "" : strings.kernel.none;
  const answerFor = (state) => (toldOf === keyOf(state) ? answer : null);
  return {
    ask,
    note,
    labels: labels.el,
    answerFor,
    draw(state) {
      if (ask) {
        enable(ask, !questions.waiting && even(state));
        note.hidden = !questions.waiting && toldOf !== keyOf(state);
      }
      const { width, height } = lab.clean(state);
      labels.draw(answerFor(state)?.labels, width, height);
    },
  };
}
