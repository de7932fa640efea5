/** What each preset asks for, and what its reader may guess first. */
import { decimal, score } from "../../web/ui/format.js";
import { strings } from "../words/en.js";

const AIM = 0.9;

/** An IoU of 0.9 with no more than so many strokes. */
const reach = (id, most) => ({
  ...strings.goals[id],
  needs: ["run", "tools", "score"],
  done: (m, s) => s.iteration > 0 && m.iou >= AIM && s.strokes <= most,
  distance(m, s) {
    if (s.strokes > most) return strings.toGo.strokes(s.strokes, most);
    return m.iou !== null && m.iou < AIM ? strings.toGo.iou(score(AIM - m.iou), most - s.strokes) : strings.toGo.run;
  },
});

export const goals = ({ pictures }) => ({
  ...(pictures.flower && {
    easy: reach("easy", 0),
    camouflage: reach("camouflage", 3),
    "bad-box": reach("bad-box", 3),
  }),
  ...(pictures.given?.truth && { given: reach("given", 3) }),
});

export const guesses = ({ pictures }) =>
  pictures.flower && {
    camouflage: {
      needs: ["score"],
      truth: (m) => m.iou,
      ask: strings.ask,
      format: (share) => decimal(share, 2),
    },
  };
