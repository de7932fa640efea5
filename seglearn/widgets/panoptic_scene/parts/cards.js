/** "Which task answers …?": one question at a time, three tasks to choose from, and why each does or does not. */
import { button } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { className } from "../../web/ui/names.js";
import { strings } from "../words/en.js";
import { MODES } from "./derive.js";

const words = strings.cards;

/**
 * Questions that this scene can be asked, each with the class it is about. To tell objects apart is a question only where
 * there are two or more: of one object, the semantic map says it all.
 * @param {{ name: string, thing: boolean }[]} classes
 * @param {Segment[]} segments of the truth
 */
export function questions(classes, segments) {
  const number = (c) => segments.filter((entry) => classes[entry[1]] === c).length;
  return words.list.flatMap((card) => {
    const thing = card.kind === "thing";
    const fit = classes.filter((c) => c.thing === thing && number(c) >= (thing ? 2 : 1));
    const most = fit.toSorted((a, b) => number(b) - number(a))[0];
    const about = fit.find((c) => card.classes.includes(c.name)) ?? (thing ? most : fit[0]);
    if (!about) return [];
    const name = className(about.name);
    return [{ ...card, name, words: card.ask[about.name] ?? card.ask.other(name) }];
  });
}

/** "yes" for the task that answers with the least, "more" where panoptic does too, else "no". */
function verdict(card, mode) {
  const best = card.best ?? (card.kind === "thing" ? "instance" : "semantic");
  if (mode === best) return "yes";
  return mode === "panoptic" ? "more" : "no";
}

/** `onAnswer(mode)`; view.card is the question's number, view.answers what was said to which. Returns { el, n, draw }. */
export function createCards(shell, onAnswer) {
  const { store } = shell;
  const list = questions(shell.data.classes, store.state.truth_segments);
  const progress = h("span", { class: "progress" });
  const question = h("p", { class: "question", "data-testid": "question" });
  const answer = h("p", { class: "answer", "data-testid": "answer" });
  const choices = MODES.map((mode) =>
    button({ label: strings.modes[mode], id: `answer-${mode}`, onClick: () => choose(mode) }),
  );
  const next = button({
    label: words.next,
    id: "next-card",
    onClick: () => store.look({ card: (store.view.card + 1) % list.length }),
  });
  function choose(mode) {
    const card = list[store.view.card];
    store.look({ answers: { ...store.view.answers, [card.id]: mode } });
    onAnswer(mode);
    shell.say(sentence(card, mode));
  }
  const sentence = (card, mode) =>
    `${words.verdict[verdict(card, mode)]} ${card[mode]?.(card.name) ?? words.more[card.kind]}`;
  return {
    n: list.length,
    el: h(
      "div",
      { class: "cards", role: "group", "aria-label": words.title, "data-testid": "cards", hidden: !list.length },
      h("div", { class: "cards-head" }, h("b", {}, words.title), progress, next),
      h("div", { class: "card" }, question, h("div", { class: "choices" }, choices), answer),
    ),
    draw({ card: at, answers }) {
      if (!list.length) return;
      const card = list[at];
      const said = answers[card.id];
      progress.textContent = words.progress(at + 1, list.length);
      question.textContent = card.words;
      choices.forEach((el, i) => el.setAttribute("aria-pressed", String(MODES[i] === said)));
      answer.textContent = said ? sentence(card, said) : words.choose;
      answer.dataset.verdict = said ? verdict(card, said) : "";
    },
  };
}
