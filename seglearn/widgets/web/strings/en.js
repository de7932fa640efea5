/**
 * Every word the widgets show, in English. One export a widget, so that a bundle carries only its own; another
 * language is a file with the same exports. Entries that hold numbers are functions.
 */

import { score } from "../ui/format.js";

export const common = {
  presets: "Presets",
  undo: "Undo",
  redo: "Redo",
  reset: "Start again",
  projector: "Projector size",
  copy: "Copy as Python",
  copied: "Copied",
  copyByHand: "The browser did not allow copying. Select the code and copy it yourself:",
  close: "Close",
  seed: "seed",
  undone: "Undone.",
  redone: "Redone.",
  restarted: "Back at the start.",
};

export const iouBench = {
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
    boundary_iou: ["Boundary IoU", (d) => `IoU of the bands along the two borders, here ${d} px wide; the insides do not count.`],
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

export const confusionWorkbench = {
  title: "Confusion workbench",
  prompt: "Rows are truth, columns the prediction. Point at a score to see its cells, and at a cell to see its pixels.",
  matrixTitle: "Confusion matrix",
  ignoreClass: "ignored",
  noMore: "No pixel can move.",
  noMaps:
    "No maps: this matrix counts more pixels than can be drawn here. Editing a cell moves pixels within its row all the same.",
  units: { label: "Show the matrix as", counts: "Counts", rows: "Row %", columns: "Column %" },
  mapPane: {
    maps: { truth: "Truth", prediction: "Prediction" },
    stage: {
      truth: "Truth map. Arrow keys move the cursor; Space paints, or, with no brush, shows the cell of the pixel; Shift and arrow keys paint a line.",
      prediction:
        "Prediction map. Arrow keys move the cursor; Space paints, or, with no brush, shows the cell of the pixel; Shift and arrow keys paint a line.",
    },
    noIgnoredPrediction: "A prediction has no ignore label; paint it on the truth.",
  },
  brush: { label: "Brush", look: "No brush", ignore: "ignore", size: "Brush size" },
  pixels: (n) => `${n} px`,
  matrix: {
    matrixLabel: "Confusion matrix, rows truth, columns prediction",
    truthAxis: "truth",
    predictionAxis: "predicted as",
    total: "total",
    cell: (truth, prediction, n) => `truth ${truth}, predicted ${prediction}: ${n} ${n === "1" ? "pixel" : "pixels"}`,
    also: (spoken, written, units) => `${spoken}, ${written}${units === "counts" ? "" : " %"}`,
    typeInto: (truth, prediction) => `Pixels of truth ${truth}, predicted ${prediction}`,
    tags: { agreement: "TP", truth: "FN", prediction: "FP" },
  },
  inspector: {
    less: "One pixel less in this cell",
    more: "One pixel more in this cell",
    cell: (truth, prediction, n) =>
      `${n} ${n === "1" ? "pixel" : "pixels"} of ${truth}, ${truth === prediction ? "found" : `predicted as ${prediction}`}`,
    trade: (truth, partner) =>
      `+ and − trade with “${truth} → ${partner}”, so the row keeps its total. Or type, or drag sideways.`,
    never: (name) => `No network predicts “${name}”, so this column stays empty.`,
  },
  formula: "Formula",
  key: { over: "numerator", under: "denominator" },
  scores: {
    perClass: "Scores of each class, in percent",
    overall: "Scores of the whole matrix, in percent",
    inPercent: "in %",
    undefined: "0 ÷ 0, undefined",
    score: (metric, name, value) => `${metric} of ${name}: ${value}`,
    short: {
      iou: "IoU",
      precision: "Precision",
      recall: "Recall",
      f1: "F1",
      pixel_accuracy: "PA",
      mean_accuracy: "MPA",
      mean_iou: "mIoU",
      frequency_weighted_iou: "FWIoU",
    },
    full: {
      pixel_accuracy: "pixel accuracy",
      mean_accuracy: "mean accuracy",
      mean_iou: "mean IoU",
      frequency_weighted_iou: "freq.-weighted",
    },
    terms: {
      tp: "true positives: found",
      fn: "false negatives: missed",
      fp: "false positives: false alarms",
      diagonal: "pixels on the diagonal",
      everything: "all pixels",
    },
  },
  ignore: { label: "Ignored pixels", skip: "left out", class: "as a class", zero: (name) => `as ${name}`, bug: "bug" },
  absent: { label: "0 ÷ 0 in a mean", skip: "– left out", zero: "counts as 0" },
  verdict: {
    class: ({ now, then }) =>
      `Bug: the ignore label is counted as a class of its own. Nothing ever predicts it, so its IoU is 0, and whatever is predicted there is a false alarm. mIoU ${now} instead of ${then}, for the same prediction.`,
    zero: ({ name, now, then }) =>
      `Bug: the ignore label has become ${name}, as when 255 + 1 overflows a byte, or void is taken for background. Every object predicted there is a false alarm. mIoU ${now} instead of ${then}, for the same prediction.`,
    nothing: "No pixel carries the ignore label here, so it makes no difference yet: paint some on the truth.",
  },
  pythonNotes: {
    axes: "rows truth, columns prediction",
    class: "a bug on purpose: ignored pixels are counted as a class of their own",
    zero: (name) => `a bug on purpose: ignored pixels are counted as ${name}`,
  },
  announce: (m) => `Mean IoU ${inPercent(m.mean_iou)}, pixel accuracy ${inPercent(m.pixel_accuracy)}.`,
  presets: {
    given: {
      label: "As given",
      story: (m) =>
        `mIoU ${inPercent(m.mean_iou)}, pixel accuracy ${inPercent(m.pixel_accuracy)}. Rows are truth, columns the prediction. Point at a score to see its cells, at a cell to see its pixels, and edit either side.`,
    },
    worked: {
      label: "Worked example",
      story: (m) =>
        `IoU of water: the solid cell over the dashed cross, ${inPercent(m.iou[0])}. Which scores move if two of the five water pixels taken for field are put right? Guess, then press − twice.`,
    },
    imbalance: {
      label: "Imbalance",
      story: (m) =>
        `${inPercent(m.pixel_accuracy)} of all pixels are right, yet ${m.matrix[1][0]} of the 500 person pixels are taken for road. Mean IoU weighs every class alike and says ${inPercent(m.mean_iou)}. Which number would you want a braking system judged by?`,
    },
    "all-road": {
      label: "Predict all road",
      story: (m) =>
        `A network that answers “road” without looking: ${inPercent(m.pixel_accuracy)} pixel accuracy. Paint one person into the prediction and watch which of the four numbers take notice.`,
    },
    ignore: {
      label: "Ignored border",
      story: (m) =>
        `Dotted pixels carry the ignore label: even the annotator could not tell. Left out, mIoU is ${inPercent(m.mean_iou)}. Switch “Ignored pixels” to each bug: the prediction stays, the score does not.`,
    },
    absent: {
      label: "Absent class",
      story: (m) =>
        `There is no bus, and none is predicted: 0 ÷ 0. Left out of the mean, mIoU is ${inPercent(m.mean_iou)}. What is it if 0 ÷ 0 counts as 0? And what does one pixel of bus in the prediction cost?`,
    },
  },
};

const inPercent = (x) => (x == null ? "–" : `${(100 * x).toFixed(2)}\u202f%`);

export const browserCheck = {
  waiting: "✓ Widgets reach your browser. Waiting for the kernel to answer …",
  kernel: (ms) => `✓ Widgets reach your browser. The kernel answers in ${ms} ms; dragging does not wait for it.`,
  page: "✓ Widgets reach your browser. This page has no kernel: code cells do not run, widgets do.",
};

export const panopticScene = {
  title: "Things, stuff, panoptic",
  prompt: "One scene, three tasks. Click a segment and see what each task knows of it.",
  modes: { label: "Task", semantic: "Semantic", instance: "Instance", panoptic: "Panoptic" },
  modeSaid: {
    semantic: "Semantic: a class for every pixel.",
    instance: "Instance: each object for itself, no stuff.",
    panoptic: "Panoptic: a class for every pixel, and each object for itself.",
  },
  maps: { truth: "Truth", prediction: "Prediction" },
  captions: {
    semantic: "a class for every pixel",
    instance: "objects only, each for itself",
    panoptic: "every pixel, every object",
    prediction: "yours to spoil",
  },
  stage: {
    truth: "Map of the truth. Arrow keys step through the segments, Enter selects one.",
    prediction:
      "Map of the prediction. Arrow keys step through the segments, Enter selects one, Shift and arrow keys move the selected one.",
  },
  kinds: { thing: "thing", stuff: "stuff" },
  void: "void",
  segment: (name, number) => (number ? `${name} ${number}` : name),
  area: (pixels, share) => `${pixels} px, ${share}`,
  inspector: {
    label: "Selected segment",
    empty: "Click a segment, or step through them with the arrow keys and press Enter.",
    fields: { class: "Class", number: "Instance", area: "Area", status: "Status" },
    unknown: "? This map does not say",
    noInstance: "none: stuff is not counted",
    of: (number, n) => `${number} (${n} in this map)`,
    together: (n) => `all ${n} of the class together`,
    gone: (name) => `${name}: stuff, so an instance map has nothing here`,
    status: {
      TP: (iou) => `TP, matched: IoU ${iou}`,
      FN: (iou) => `FN, missed: best IoU ${iou}, not above 0.5`,
      FP: (iou) => `FP, false: best IoU ${iou}, not above 0.5`,
      void: () => "not counted: more than half of it lies on void",
    },
  },
  classes: {
    label: "Classes in this map",
    things: "Things: objects that can be counted",
    stuff: "Stuff: regions without number",
    count: (n) => `${n} ×`,
    gone: "left out",
  },
  edit: {
    label: "Spoil the prediction",
    move: "Move",
    merge: "Merge",
    split: "Split",
    drop: "Drop",
    erode: "Erode",
    grow: "Grow",
    relabel: "Wrong class",
    choose: "Select a predicted segment, then spoil it. Will SQ fall, or RQ? Guess first.",
    ready: (name) => `These act on ${name}. With Move, drag it.`,
    alone: "Nothing of its class is left to merge with.",
  },
  counts: {
    label: "Matches and misses",
    all: "all classes",
    tp: ["TP", "matched"],
    fn: ["FN", "missed"],
    fp: ["FP", "false"],
  },
  quality: {
    pq: ["PQ", "panoptic quality"],
    sq: ["SQ", "how well matches overlap"],
    rq: ["RQ", "how many are found"],
    terms: {
      iou: "the sum of the IoU of all matches",
      tp: "matches",
      fp: "false positives",
      fn: "false negatives",
    },
    mean: (n, product) =>
      `Means over ${n} classes, small ones like large ones. Multiply within a class: mean SQ × mean RQ would be ${product}.`,
    none: "No match, so there is no IoU to average: SQ is 0 ÷ 0. PQ is 0.",
    within: (name) => `For ${name} alone. Point at a term to see its segments.`,
  },
  table: {
    label: "Scores of each class",
    mean: "mean",
    class: "class",
    row: (name, m) =>
      `${name}: PQ ${score(m.pq)}, SQ ${score(m.sq)}, RQ ${score(m.rq)}, ${m.tp} TP, ${m.fp} FP, ${m.fn} FN`,
  },
  link: (iou) => `IoU ${iou}`,
  announce: (m) => `PQ ${score(m.pq)}, SQ ${score(m.sq)}, RQ ${score(m.rq)}. ${m.tp} matched, ${m.fn} missed, ${m.fp} false.`,
  pythonNotes: { void: "0 is void in the truth, and no answer in the prediction" },
  cards: {
    title: "Which task answers …?",
    progress: (i, n) => `Question ${i} of ${n}`,
    next: "Next question",
    choose: "Choose the task that answers with the least; the scene switches to it.",
    verdict: { yes: "Yes.", more: "Yes, and it says more than was asked.", no: "No." },
    more: {
      thing: "Objects are told apart here too; the stuff around them was not needed.",
      stuff: "The same pixels are here; telling objects apart was not needed.",
    },
    // `x` is the class that is asked about; `ask` has words of its own for the street.
    list: [
      {
        id: "count",
        kind: "thing",
        classes: ["car"],
        ask: { car: "How many cars are there?", other: (x) => `How many of this kind are there: ${x}?` },
        semantic: (x) => `It says which pixels are ${x}, not where one ends and the next begins.`,
        instance: (x) => `Every ${x} has a mask of its own: count the masks.`,
      },
      {
        id: "stuff",
        kind: "stuff",
        classes: ["sky"],
        ask: { sky: "Is there sky above me?", other: (x) => `Is there ${x} in the picture, and where?` },
        semantic: (x) => `Look for pixels of the class ${x}; nothing is counted.`,
        instance: (x) => `It holds things only; ${x} is stuff, and has vanished.`,
      },
      {
        id: "one",
        kind: "thing",
        classes: ["person"],
        ask: {
          person: "Which pixels belong to this very person?",
          other: (x) => `Which pixels belong to this very ${x}?`,
        },
        semantic: (x) => `Where two touch, all pixels are just ${x}: whose, it does not say.`,
        instance: () => "One object, one mask.",
      },
      {
        id: "where",
        kind: "stuff",
        classes: ["road"],
        ask: { road: "Can I drive here?", other: (x) => `How much of the picture is ${x}?` },
        semantic: (x) => `All that counts is which pixels are ${x}.`,
        instance: (x) => `It holds things only; ${x} is stuff, and has vanished.`,
      },
      {
        id: "both",
        kind: "thing",
        classes: ["person"],
        ask: {
          person: "Who stands on the road, and who on the pavement?",
          other: (x) => `On what does each ${x} lie?`,
        },
        semantic: (x) => `It knows the ground, not one ${x} from the next.`,
        instance: (x) => `It knows each ${x}, not the ground: that is stuff.`,
        panoptic: () => "Objects and ground: only this map has both.",
        best: "panoptic",
      },
    ],
  },
  presets: {
    touching: {
      label: "Touching",
      story:
        "A semantic map gives each pixel a class and no more. Where objects of one class touch, they are one region: find them, click, and ask which is which. Then switch to Instance.",
    },
    semantic: {
      label: "Semantic",
      story: "A semantic map gives each pixel a class and no more. Click a segment: what does it not say? Then switch to Instance.",
    },
    things: {
      label: "Only things",
      story:
        "An instance map gives each object a mask and a number. What cannot be counted, like sky or a table top, has vanished. What question can this map no longer answer?",
    },
    given: {
      label: "As given",
      story: (m) =>
        `A link joins segments of one class with IoU above 0.5. PQ is ${score(m.pq)}: which class lowers it most?`,
    },
    good: {
      label: "Good prediction",
      story: (m) =>
        `Each link is a match: one class, IoU above 0.5. RQ ${score(m.rq)} tells how many segments are found, SQ ${score(m.sq)} how tightly those fit. Choose one in the prediction and spoil it.`,
    },
    rough: {
      label: "Loose outlines",
      story: (m) =>
        `Every outline is drawn a little beside the truth, and SQ is ${score(m.sq)}. RQ, at ${score(m.rq)}, takes notice only where a segment no longer gets above an IoU of 0.5: it is the thin ones that go first.`,
    },
    merged: {
      label: "Two as one",
      story: (m) => {
        const [name, c] = worst(m);
        return `Two objects are predicted as one. The class ${name} now has ${c.fn} FN and ${c.fp} FP: RQ ${score(c.rq)}, while SQ ${score(c.sq)} knows of matches only. A semantic score would not notice.`;
      },
    },
    halved: {
      label: "One as two",
      story: (m) => {
        const [name, c] = worst(m);
        return `One object is cut into halves, and at most one of them can match. The class ${name} has ${c.fp} FP and ${c.fn} FN for one mistake, and RQ is ${score(c.rq)}. Merge the halves again.`;
      },
    },
    missed: {
      label: "One missed",
      story: (m) => {
        const [name, c] = worst(m);
        return `One object has no prediction: FN ${c.fn}, RQ ${score(c.rq)} for the class ${name}. Compare with “One as two”: is it better to say nothing than to say it twice?`;
      },
    },
    void: {
      label: "Void",
      story:
        "Dotted pixels are void: the annotator left the far car out. The prediction has it all the same, and it counts neither as TP nor as FP: more than half of it lies on void.",
    },
    seed: {
      label: "Random",
      story: "Three mistakes were made at random. Find them before you read the numbers: which cost SQ, which RQ?",
    },
  },
};

/** The class with the most false and missed segments, and its scores. */
const worst = ({ classes }) => Object.entries(classes).sort(([, a], [, b]) => b.fp + b.fn - a.fp - a.fn)[0];
