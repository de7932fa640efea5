import { score } from "../../web/ui/format.js";

/**
 * A story with its question; once the state has been changed only the question is left, as its numbers are past.
 * @param {(metrics: any) => string} now
 * @param {string} question
 * @returns {(metrics: any, when: { past: boolean }) => string}
 */
const told = (now, question) => (metrics, when) => (when.past ? question : `${now(metrics)} ${question}`);

export const strings = {
  title: "IoU & Dice bench",
  prompt: "A is the truth, B a prediction. Move or paint them, and watch what each score makes of it.",
  stages: { overlap: "Overlap", scores: "Five scores", curve: "IoU and Dice" },
  modes: { label: "Shapes", boxes: "Boxes", masks: "Masks" },
  targets: { label: "Shape to edit", truth: ["A", "truth"], prediction: ["B", "prediction"] },
  tools: { label: "Tools", move: "Move", brush: "Brush", erase: "Erase", fill: "Fill" },
  brushSize: "Brush",
  hints: {
    boxes: "Drag a box or one of its eight handles. Arrow keys move it, Shift and arrow keys resize it.",
    none: "Choose a tool to draw. Without one, a finger scrolls the page.",
  },
  pixels: (n) => `${n} px`,
  tag: { truth: "A truth", prediction: "B prediction" },
  box: {
    truth: "Box A, the truth. Arrow keys move it; Shift and arrow keys move its right or lower side.",
    prediction: "Box B, the prediction. Arrow keys move it; Shift and arrow keys move its right or lower side.",
  },
  stage: {
    boxes: "Stage with two boxes",
    move: "Drawing area. Arrow keys move the shape by one pixel.",
    brush: "Drawing area. Arrow keys move the cursor, Space paints, Shift and arrow keys paint a line.",
    erase: "Drawing area. Arrow keys move the cursor, Space erases, Shift and arrow keys erase a line.",
    fill: "Drawing area. Arrow keys move the cursor, Space fills the region under it.",
    none: "Drawing area. Choose a tool to change the shapes; arrow keys move the cursor.",
  },
  areas: {
    label: "Areas in pixels",
    truthOnly: ["A ∖ B", "missed"],
    both: ["A ∩ B", "agreed"],
    predictionOnly: ["B ∖ A", "false alarm"],
  },
  metrics: {
    label: "Scores",
    iou: ["IoU", "Of all pixels in either shape, the share that is in both."],
    dice: ["Dice (F1)", "The shared pixels, counted once for each shape, over the two areas added up."],
    precision: ["Precision", "Of all that B claims, the share that is right."],
    recall: ["Recall", "Of all that is there, the share that B finds."],
    boundary_iou: [
      "Boundary IoU",
      (d) => `IoU of the bands along the two borders, here ${d} px wide; the insides do not count.`,
    ],
  },
  terms: {
    intersection: "A and B, the pixels in both",
    union: "A or B, the pixels in either",
    truth: "A, the truth",
    prediction: "B, the prediction",
    bandIntersection: "the pixels in both bands",
    bandUnion: "the pixels in either band",
  },
  point: "Point at a term to see its pixels.",
  undefinedScore: "0 ÷ 0 is undefined.",
  strip: {
    label: "Dice as a function of IoU",
    note: "One decides the other: both put two predictions for an image in the same order, and Dice is never the lower.",
    point: (iou, dice) => `IoU ${iou} is Dice ${dice}`,
    nowhere: "No point: both are undefined",
  },
  announce: (iou, dice) => `IoU ${iou}, Dice ${dice}.`,
  presets: {
    given: {
      label: "As given",
      story: told(
        () => "A is the truth, B a prediction. Move or paint them.",
        "When does half of all coloured pixels agree?",
      ),
    },
    half: {
      label: "Half",
      story: told(
        ({ iou }) =>
          `Half of each shape lies in the other, yet IoU is ${score(iou)}: the union holds the shared half once, and ` +
          "both other halves as well.",
        "Which B would bring IoU to 0.500?",
      ),
    },
    inside: {
      label: "Inside",
      story: told(
        ({ precision, recall }) =>
          `All of B lies in A, so precision is ${score(precision)}; but B finds only part of A, and recall is ` +
          `${score(recall)}.`,
        "How far can B grow before precision falls?",
      ),
    },
    disjoint: {
      label: "Disjoint",
      story: told(
        () => "Not one pixel in common, so every score is 0, however far apart the two are.",
        "Move B towards A: when does the first score notice?",
      ),
    },
    empty: {
      label: "Empty",
      story: told(
        () =>
          "Nothing to find, and nothing found: 0 ÷ 0, shown as –. Some call it 1 (MONAI, on request), some 0 " +
          "(scikit-learn, with a warning), seglearn nan.",
        "What is it after one pixel of B?",
      ),
    },
    pole: {
      label: "Thin pole",
      story: told(
        ({ iou }) =>
          `B is A moved one pixel to the right. Two columns of three agree, out of four in the union: IoU ${score(iou)}.`,
        "What is left of it after one pixel more?",
      ),
    },
    disk: {
      label: "Big disk",
      story: told(
        () =>
          "The shift of one pixel that halved the pole: on a big disk the inside hides it. Boundary IoU leaves the " +
          "inside out.",
        "How far can the two scores part?",
      ),
    },
    seed: {
      label: "Random",
      story: told(
        () => "Two shapes from a seed; the same seed brings the same pair back.",
        "Where would you move B to raise IoU most?",
      ),
    },
  },
  goals: {
    given: { text: "Bring IoU to 0.500.", why: "As many pixels agree as are missed and false together." },
    half: {
      text: "Bring IoU to 0.500.",
      why: "Two thirds of each shape now lie in the other: as many pixels agree as are missed and false together.",
    },
    inside: {
      text: "Bring recall to 0.800 with precision still 1.000.",
      why: "B may grow wherever A is: it finds more and claims nothing wrong. IoU equals recall all the way.",
    },
    disjoint: {
      text: "Move B until IoU is more than 0.",
      why: "IoU said nothing all the way here. As a loss it would have given no direction.",
    },
    empty: {
      text: "Paint a little of B.",
      why: "0 ÷ n is 0. One false pixel, and the score goes from undefined to the worst there is.",
    },
    pole: { text: "Bring IoU to 0.200.", why: "One column of three agrees, out of five in the union: 1 ÷ 5." },
    disk: {
      text: "Bring boundary IoU to 0.500 while IoU is still above 0.900.",
      why: "Half of the bands no longer agree, but nearly all of the inside does.",
    },
  },
  distances: {
    gap: (n) => `${n} px apart, IoU still 0`,
    undefined: "0 ÷ 0",
    back: (mode) => `counts only with ${mode}`,
    both: (name, x, other, y) => `${name} ${x}, ${other} ${y}`,
  },
  guesses: {
    disk: "The shift of one pixel that halved the IoU of the pole, now on a big disk. Guess its IoU first.",
    seed: "Two shapes from a seed; the same seed brings the same pair back. Guess their IoU first.",
  },
};
