/** What each preset asks for, computed from what the layer does, and what is to be guessed before it is shown. */
import { decimal, score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

const words = strings.goals;

const smooth = (m) => m.contrast === 0;
const even = (state) => state.taps.length % state.stride === 0;
const rest = (state) => decimal(state.taps.length % state.stride, 0);
const whole = (n) => decimal(n, 0);

/**
 * Of each preset: `done` whether it is reached, `distance` how far it is, in words.
 * @type {Record<string, { done: (m: any, state: any) => boolean, distance: (m: any, state: any) => string }>}
 */
const RULES = {
  uneven: {
    done: smooth,
    distance: (m) => words.uneven.distance(score(m.contrast_2d)),
  },
  even: {
    done: (_, state) => state.stride === 3 && even(state),
    distance: (_, state) => words.even.distance(whole(state.stride), rest(state)),
  },
  random: {
    done: (m, state) => smooth(m) && state.taps.length === 4 && state.stride === 2 && state.weights !== "ones",
    distance: (m) => words.random.distance(score(m.contrast_2d)),
  },
  bilinear: {
    done: (m, state) => smooth(m) && state.stride === 4 && state.weights === "bilinear",
    distance: (m, state) => words.bilinear.distance(whole(state.stride), score(m.contrast_2d)),
  },
  odd: {
    done: (m, state) => m.contrast > 0 && state.taps.length === 5 && state.stride === 3,
    distance: (m) => words.odd.distance(score(m.contrast_2d)),
  },
  blocks: {
    done: (m, state) => smooth(m) && state.stride === 2 && Math.min(...m.counts) >= 2,
    distance: (m) => words.blocks.distance(whole(Math.min(...m.counts)), score(m.contrast_2d)),
  },
  fcn: {
    done: (m, state) => smooth(m) && state.stride === 16 && state.weights === "bilinear",
    distance: (m, state) => words.fcn.distance(whole(state.stride), score(m.contrast_2d)),
  },
};

export const goals = Object.fromEntries(
  Object.entries(RULES).map(([id, rule]) => [
    id,
    { ...rule, needs: ["settings", "kernel"], text: words[id].text, why: words[id].why },
  ]),
);

const asked = strings.guesses.odd;
export const guesses = {
  odd: {
    ask: asked.ask,
    needs: ["verdict"],
    truth: (m) => (smooth(m) ? "none" : "pattern"),
    options: ["pattern", "none"].map((value) => ({ value, label: asked[value] })),
  },
};
