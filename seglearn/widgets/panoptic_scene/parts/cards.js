/** "Which task answers …?": one question at a time, three tasks to choose from, and why each does or does not. */
import { button } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";

export const MODES = ["semantic", "instance", "panoptic"];
const words = strings.cards;

/** Questions that this scene can be asked, each with the class it is about. */
function questions(classes) {
  return words.list.flatMap((card) => {
    const ofKind = classes.filter((c) => (c.thing ? "thing" : "stuff") === card.kind);
    const about = ofKind.find((c) => card.classes.includes(c.name)) ?? ofKind[0];
    return about ? [{ ...card, name: about.name, words: card.ask[about.name] ?? card.ask.other(about.name) }] : [];
  });
}

/** "yes" for the task that answers with the least, "more" where panoptic does too, else "no". */
function verdict(card, mode) {
  const best = card.best ?? (card.kind === "thing" ? "instance" : "semantic");
  if (mode === best) return "yes";
  return mode === "panoptic" ? "more" : "no";
}

/** `onAnswer(card, mode)`; view.card is the question's number, view.answers what was said to which. Returns { el, draw }. */
export function createCards(shell, onAnswer) {
  const { store } = shell;
  const list = questions(shell.data.classes);
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
