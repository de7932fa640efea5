import { score } from "../../web/ui/format.js";

export const strings = {
  title: "IoU & Dice bench",
  prompt: "A is the truth, B a prediction. Move or paint them, and watch what each score makes of it.",
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
      story: "A is the truth, B a prediction. Move or paint them, and watch what each score makes of it.",
    },
    half: {
      label: "Half",
      story: ({ iou, dice }) =>
        `Half of each shape lies in the other, yet IoU is ${score(iou)}: the union holds the shared half once and ` +
        `the two other halves as well. Dice calls the same picture ${score(dice)}. Which B would bring IoU to 0.500?`,
    },
    inside: {
      label: "Inside",
      story: ({ precision, recall }) =>
        `All of B lies in A, so precision is ${score(precision)}; but B finds only part of A, and recall is ` +
        `${score(recall)}. Move B about inside A: which of the five numbers change?`,
    },
    disjoint: {
      label: "Disjoint",
      story:
        "Not one pixel in common, so every score is 0. Move B further away: still 0. A score that cannot tell near " +
        "from far cannot say which way is better either, which matters when it is made into a loss.",
    },
    empty: {
      label: "Empty",
      story:
        "Nothing to find, and nothing found: 0 ÷ 0, shown as –. One may call it 1 (MONAI, on request) or 0 (scikit-learn, " +
        "with a warning), or leave it out of the mean (Cityscapes' own script; nan in seglearn). Now paint a little of B.",
    },
    pole: {
      label: "Thin pole",
      story: ({ iou }) =>
        `B is A moved one pixel to the right. Two columns of three agree, out of four in the union: IoU ` +
        `${score(iou)}. What will the same shift do to a big disk? Guess first, then choose it.`,
    },
    disk: {
      label: "Big disk",
      story: ({ iou, boundary_iou }) =>
        `The same shift of one pixel, and IoU is ${score(iou)}: the error runs along the border, and a big inside ` +
        `hides it. Boundary IoU leaves the inside out and says ${score(boundary_iou)}. Choose it to see its bands.`,
    },
    seed: {
      label: "Random",
      story: "Cover the numbers, guess the IoU of the two shapes, then look. The same seed brings the same pair back.",
    },
  },
};
