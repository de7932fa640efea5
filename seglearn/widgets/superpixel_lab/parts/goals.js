/** What each preset asks for, and what its reader may guess before the numbers are shown. */
import { decimal, score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

const needs = ["sliders", "scores"];

/**
 * A goal; `missing` says what of it, as [name, by how much], where no more than 0 is enough. Only the last step of SLIC
 * counts, since the crumbs of those before it follow the outline too, and only where `fair` holds.
 */
const goal = (id, missing, fair = (_state) => true) => {
  const left = (m, s) =>
    s.tab === "steps" && s.stage === "connect" && m.boundary_recall !== null && fair(s)
      ? missing(m).filter(([, by]) => by > 0)
      : null;
  return {
    ...strings.goals[id],
    needs,
    done: (m, s) => left(m, s)?.length === 0,
    distance: (m, s) =>
      left(m, s)
        ?.map(([name, by]) => strings.toGo(strings.short[name], score(by)))
        .join(", ") ?? strings.unfair,
  };
};
const recalled = (id, aim, fair = (s) => s.noise === 0) => goal(id, (m) => [["recall", aim - m.boundary_recall]], fair);

const HALF = 0.121; // of the error that 25 superpixels have on the cup
const [ROUND, NEAR] = [0.5, 0.975];

export const goals = ({ methods }) =>
  methods && {
    start: recalled("start", 0.985),
    few: goal("few", (m) => [["error", m.undersegmentation_neubert_protzel - HALF]]),
    squares: recalled("squares", 0.95, (s) => s.n_segments <= 150 && s.noise === 0),
    ragged: goal("ragged", (m) => [
      ["compactness", ROUND - m.compactness],
      ["recall", NEAR - m.boundary_recall],
    ]),
    thin: recalled("thin", 0.95, (s) => s.picture === "camera" && s.noise === 0),
    noisy: recalled("noisy", 0.93, (s) => s.noise >= 35),
  };

export const guesses = ({ methods }) =>
  methods && {
    noisy: {
      needs,
      truth: (m) => m.boundary_recall,
      min: 0.5,
      max: 1,
      ask: strings.ask,
      format: (share) => decimal(share, 2),
    },
  };
