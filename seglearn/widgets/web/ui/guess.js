/**
 * Guess before reveal. `definition.guesses` says of a preset what there is to guess:
 *
 *   guesses: { half: { truth: (metrics, state) => metrics.iou, min: 0, max: 1, step: 0.01, ask: "Guess the IoU." },
 *              disk: { truth: …, ask: "…", options: [{ value: "higher", label: "higher" }, …] } }
 *
 * While a preset that was just chosen has not been guessed, its story is the question, and all that carries
 * `data-readout` is covered (theme.css; screen readers pass it over). After the guess both numbers stand there, and
 * the trait `guesses` gets { preset, guess, truth }. A change of the state uncovers without a guess. Where `hide` takes
 * away what a guess needs, or the story, which is where it is asked, there is none.
 */
import { strings as common } from "../words/en.js";
import { button, slider } from "./controls.js";
import { h } from "./dom.js";
import { score } from "./format.js";

/**
 * @param {Definition} definition
 * @param {any} data
 * @param {{ store: Store, model: Model, presets: Presets, root: HTMLElement, sees: Sees, say: (text: string) => void,
 *   measure: () => any, redraw: () => void }} shell
 */
export function createGuess({ guesses }, data, { store, model, presets, root, sees, say, measure, redraw }) {
  const table = (typeof guesses === "function" ? guesses(data) : guesses) ?? {};
  const box = h("div", { class: "guess", "data-testid": "guess", hidden: true });
  const result = h("p", { class: "guess-result", "data-testid": "guess-result", hidden: true });
  const el = h("div", {}, box, result);
  /** @type {Map<string, { guess: any, truth: any }>} */
  const given = new Map();
  /** @type {string | null} */
  let asked = null; // what the box is made for
  let told = "";
  const asks = () => {
    const what = table[presets.chosen ?? ""];
    return what && sees("guess", "story", ...(what.needs ?? [])) ? what : null;
  };
  const key = () => (presets.chosen === "seed" ? JSON.stringify(store.state) : (presets.chosen ?? ""));

  /**
   * @param {Guess} what
   * @param {any} guess
   */
  function give(what, guess) {
    const truth = what.truth(measure(), store.state) ?? null;
    given.set(key(), { guess, truth });
    model.set({ guesses: [...(model.get("guesses") ?? []), { preset: presets.chosen, guess, truth }] });
    say(words(what, { guess, truth }));
    redraw();
  }

  /**
   * @param {Guess} what
   * @param {{ guess: any, truth: any }} pair
   */
  const words = ({ options, format = score }, { guess, truth }) => {
    /** @param {any} value */
    const write = (value) => options?.find((o) => o.value === value)?.label ?? format(value);
    return common.guessed(write(guess), write(truth));
  };

  /** @param {Guess} what */
  function ask(what) {
    if (what.options) {
      return what.options.map(({ value, label }) =>
        button({ label, id: `guess-${value}`, onClick: () => give(what, value) }),
      );
    }
    const { min = 0, max = 1, step = 0.01, format = score } = what;
    const dial = slider({ label: common.guess, id: "guess-dial", min, max, step, value: (min + max) / 2, format });
    return [dial.el, button({ label: common.reveal, id: "guess-give", onClick: () => give(what, dial.value) })];
  }

  return {
    el,
    /** @returns {string | null} the question, while the read-outs are covered */
    show() {
      if (presets.untouched) told = key();
      const what = asks();
      const done = given.get(told); // stays while the preset is changed: nothing jumps
      const covered = Boolean(presets.untouched && what && !done);
      if (covered && asked !== key()) {
        asked = key();
        box.replaceChildren(...ask(/** @type {Guess} */ (what)));
      }
      box.hidden = !covered;
      result.hidden = !(what && done);
      if (what && done) result.textContent = words(what, done);
      root.toggleAttribute("data-guessing", covered);
      return covered ? /** @type {Guess} */ (what).ask : null;
    },
    /** Whether the numbers are covered. */
    covers: () => Boolean(presets.untouched && asks() && !given.get(key())),
  };
}
