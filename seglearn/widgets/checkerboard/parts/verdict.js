/** What comes of it, in words: are the stamps even, and does a constant picture stay constant? */
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";

const words = strings.verdict;

/** @param {"count" | "response"} id of the stamps, or of the response to a constant picture */
export function createVerdict(id) {
  const mark = h("span", { class: "mark", "aria-hidden": "true" });
  const text = h("span");
  const el = h("p", { class: "verdict", "data-readout": true, "data-testid": `verdict-${id}` }, mark, text);
  const say = { count: countVerdict, response: responseVerdict }[id];
  return {
    el,
    draw(state, metrics) {
      const [good, sentence] = say(state, metrics);
      el.classList.toggle("good", good);
      mark.textContent = good ? "✓" : "!";
      text.textContent = sentence;
    },
  };
}

/** @returns {[boolean, string]} whether all is well, and a sentence on it */
function countVerdict({ taps: { length: k }, stride: s }, { counts }) {
  if (k % s === 0) return [true, words.even(k, s)];
  return [false, k < s ? words.gaps(k, s) : words.uneven(k, s, counts)];
}

/** @returns {[boolean, string]} */
function responseVerdict({ taps: { length: k }, stride: s }, { sums, contrast }) {
  const [low, high] = [Math.min(...sums), Math.max(...sums)];
  const even = k % s === 0;
  if (contrast === null) return [false, words.nothing];
  if (contrast === 0) return [true, even ? words.flat(low) : words.saved(low)];
  return [false, even ? words.despite(low, high) : words.ripple(low, high)];
}
