/** What each preset asks the reader to bring about, and what there is to guess first. */
import { decimal } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

const words = strings.goals;
const LOW_RQ = 0.97;
const HIGH_SQ = 0.9;

const lost = (selected) => selected?.status === "FN" || selected?.status === "FP";
const lowest = ({ matches }) => Math.min(...matches.map(([, , iou]) => iou));
/** The class with the most segments that have no partner. */
const worst = ({ classes }) => Object.values(classes).toSorted((a, b) => b.fp + b.fn - a.fp - a.fn)[0];

/** An object is chosen, and the map at hand can tell it from its neighbours. */
const told = {
  needs: ["mode"],
  done: ({ selected }, { mode }) => Boolean(selected?.thing) && mode !== "semantic",
  distance: ({ selected }) => (selected?.thing ? words.sameLabel : words.nothing),
};

const JUDGED = {
  touching: told,
  semantic: told,
  things: {
    needs: ["mode"],
    done: ({ selected }, { mode }) => mode === "instance" && selected !== null && !selected.thing,
    distance: ({ selected }) => (selected ? words.stillThere : words.nothing),
  },
  good: {
    needs: ["edit", "quality"],
    done: ({ rq, sq }) => rq < LOW_RQ && sq > HIGH_SQ,
    distance: words.both,
  },
  rough: {
    needs: ["inspector"],
    // Where no segment is lost, the match with the lowest IoU is the one.
    done: (m) => lost(m.selected) || (m.fn + m.fp === 0 && m.selected?.iou === lowest(m)),
    distance: ({ selected }) => (selected ? words.fits(selected.iou) : words.nothing),
  },
  merged: {
    needs: ["inspector"],
    done: ({ selected }) => selected?.map === "truth" && selected.status === "FN",
    distance: ({ selected }) => (selected ? words.fits(selected.iou) : words.nothing),
  },
  halved: { needs: ["edit", "quality"], done: ({ rq }) => rq === 1, distance: ({ rq }) => words.rq(rq) },
  missed: { needs: ["edit", "quality"], done: ({ fp }) => fp > 0, distance: ({ rq }) => words.rq(rq) },
  void: { needs: ["counts"], done: ({ fp }) => fp > 0, distance: ({ fp }) => words.fp(fp) },
};

/** By preset, as ui/goal.js takes them. */
export const goals = Object.fromEntries(
  Object.entries(JUDGED).map(([id, judged]) => [id, { ...judged, ...words.presets[id] }]),
);

/** By preset, as ui/guess.js takes them. */
export const guesses = {
  halved: { ask: words.ask.halved, needs: ["table"], truth: (m) => worst(m).rq, format: (x) => decimal(x, 2) },
  seed: { ask: words.ask.seed, needs: ["quality"], truth: (m) => m.pq, format: (x) => decimal(x, 2) },
};
