/** What each preset asks for, and what its reader may guess before the numbers are shown. */
import { decimal, score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

/** Of several shortfalls the ones that are left, in words. */
const told = (m, ...parts) =>
  m.boundary_recall === null
    ? strings.untold
    : parts
        .filter(([, by]) => by > 0)
        .map(([name, by]) => strings.toGo(strings.short[name], score(by)))
        .join(", ");

const needs = ["sliders", "scores"];

/** Boundary recall of at least `aim`, where `fair` holds. */
const recalled = (id, aim, fair = (s) => s.noise === 0) => ({
  ...strings.goals[id],
  needs,
  done: (m, s) => fair(s) && m.boundary_recall >= aim,
  distance: (m, s) => (fair(s) ? told(m, ["recall", aim - m.boundary_recall]) : strings.unfair),
});

const HALF = 0.121; // of the error that 25 superpixels have on the cup
const [ROUND, NEAR] = [0.5, 0.975];

export const goals = ({ methods }) =>
  methods && {
    start: recalled("start", 0.985),
    few: {
      ...strings.goals.few,
      needs,
      done: (m) => m.undersegmentation_neubert_protzel !== null && m.undersegmentation_neubert_protzel <= HALF,
      distance: (m) => told(m, ["error", m.undersegmentation_neubert_protzel - HALF]),
    },
    squares: recalled("squares", 0.95, (s) => s.n_segments <= 150 && s.noise === 0),
    ragged: {
      ...strings.goals.ragged,
      needs,
      done: (m) => m.compactness > ROUND && m.boundary_recall >= NEAR,
      distance: (m) => told(m, ["compactness", ROUND - m.compactness], ["recall", NEAR - m.boundary_recall]),
    },
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
