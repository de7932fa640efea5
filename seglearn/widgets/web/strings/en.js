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
    zero: "a bug on purpose: ignored pixels are counted as the first class",
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

export const superpixelLab = {
  title: "Superpixel lab",
  prompt: "Press Play.",
  tabs: { label: "View", steps: "SLIC step by step", compare: "Compare 7" },
  pictures: { label: "Picture", coffee: "Coffee", camera: "Tripod" },
  sliders: { n_segments: "Superpixels", compactness: "Compactness m", sigma: "Blur σ", noise: "Noise" },
  units: { n_segments: String, compactness: String, sigma: (n) => `${n} px`, noise: (n) => (n ? `± ${n}` : "none") },
  stages: { label: "Steps of SLIC", seeds: "Seeds", nudge: "Gradient nudge", assign: "Assign", update: "Update", connect: "Connect" },
  next: "Step",
  play: "Play",
  pause: "Pause",
  scrub: "Position in the run",
  position: (stage, iteration) => (iteration ? `${stage} ${iteration} of 10` : stage),
  show: { label: "Show", borders: "Borders", means: "Mean colours" },
  stage: "Picture with superpixels. Arrow keys move the probed pixel, with Shift by ten; Enter keeps it.",
  probe: (row, col) => `pixel (${row}, ${col})`,
  panel: {
    seeds: ["Seeds on a grid", "k seeds, the nearest grid to the number asked for. None ever looks beyond its dashed 2S × 2S window."],
    nudge: ["Off the edge", "Each seed moves to the flattest of nine pixels; the colour of an edge is nobody’s."],
    assign: ["Who gets the pixel?", "Only centres whose dashed window holds the pixel compete; the smallest D wins."],
    update: ["Centres move", "Each goes to the mean of its pixels, in colour and in place."],
    connect: ["Crumbs join a neighbour", ""],
  },
  connected: (n) => `${n} loose pieces joined the neighbour most alike: point here to see them. D is from the last Assign.`,
  terms: {
    dlab: "distance in CIELAB",
    dxy: "distance in pixels",
    S: "step of the grid",
    m: "compactness",
    found: "true outline with a border nearby",
    missed: "true outline with none nearby",
    leak: "smaller side of a true outline",
  },
  candidates: {
    label: "Centres that compete for the pixel",
    head: [["Centre"], ["d", "lab"], ["d", "xy"], ["D"]],
  },
  nudged: (moves) => (moves ? "The seed moves to the framed pixel." : "The seed stays: no neighbour is flatter."),
  moved: (here, mean) => `This one moves ${here} px, the mean of all is ${mean} px:`,
  before: "before",
  after: "after",
  residuals: "Mean shift in each iteration, in pixels",
  region: {
    label: "Superpixel under the pointer",
    title: (id) => `Superpixel ${id}`,
    size: (n, times, pieces) => `${n} px${times ? `, ${times} S²` : ""}${pieces > 1 ? `, in ${pieces} pieces` : ""}`,
    mean: (l, a, b) => `L ${l}, a ${a}, b ${b}`,
    fields: { size: "Size", mean: "Mean colour", neighbours: "Neighbours", truth: "Truth" },
  },
  scores: {
    label: "Quality, and what to draw of it",
    none: "Draw none",
    boundary_recall: ["Boundary recall", "↑", (r) => `Share of the true outline with a border within ${r} px. Green is found, striped blue is missed.`],
    undersegmentation_neubert_protzel: ["UE", "↓", () => "Under-segmentation error: where a superpixel crosses an outline, its smaller part is charged on both sides. Striped orange leaks."],
    achievable_accuracy: ["ASA", "↑", () => "Achievable segmentation accuracy: with the best label for each superpixel, only striped orange is wrong."],
    compactness: ["Compactness", "", () => "Area over squared outline; a square has 0.785. What does it cost in recall?"],
    noTruth: "There is no truth to measure against.",
    count: (n) => `${n} superpixels`,
  },
  compare: {
    label: "Seven methods",
    live: "live",
    recorded: "recorded",
    short: ["Recall", "UE", "ASA"],
    note: "SLIC is computed here and follows m. The other six were recorded in Python, without noise or blur. ▲ is the best of seven.",
  },
  announce: (m) =>
    m.n_segments === null
      ? "Nothing is assigned yet."
      : `${m.n_segments} superpixels. ${withTruth(m, (recall, ue) => `Boundary recall ${recall}, under-segmentation error ${ue}, ASA ${score(m.achievable_accuracy)}.`)}`,
  pythonOwn: "# lab is the widget; its image has the noise and the blur that are set\nimage, truth = lab.image, lab.truth",
  presets: {
    start: {
      label: "Start",
      story: (m) =>
        `Tens of thousands of pixels have become ${m.n_segments} regions. ${withTruth(m, (recall) => `Their borders run along ${recall} of the true outline. Where is the rest? `)}Press Play to see them grow; point at a pixel to see who competes for it.`,
    },
    few: {
      label: "Too few",
      story: (m) =>
        `${m.n_segments} regions cannot follow every outline at once. ${withTruth(m, (recall, ue) => `Under-segmentation error is ${ue}: choose it to see what leaks. `)}How many superpixels halve it?`,
    },
    squares: {
      label: "Squares",
      story: (m) =>
        `m = 100: place outweighs colour, and the regions are nearly squares. ${recallOf(m)}Point at a pixel on an outline: which term of D decides? Lower m until it is the other one.`,
    },
    ragged: {
      label: "Ragged",
      story: (m) =>
        `m = 1: colour decides nearly alone, and borders follow every grain. ${recallOf(m)}Compactness is ${score(m.compactness)}. Which regions would you rather work with?`,
    },
    thin: {
      label: "Thin structure",
      story: (m) =>
        `The tripod’s legs are far narrower than a cell of the grid. ${recallOf(m)}Point at a leg: what colour has its centre? How many superpixels give the legs their own?`,
    },
    noisy: {
      label: "Noise",
      story: (m) =>
        `Noise makes neighbours differ, and D believes it. ${recallOf(m)}Raise the blur a little, then a lot. Which σ is best, and what goes missing beyond it?`,
    },
  },
};

/** Words on the scores, where there is a truth to measure against. */
const withTruth = (m, words) => (m.boundary_recall == null ? "" : words(score(m.boundary_recall), score(m.undersegmentation_neubert_protzel)));
const recallOf = (m) => withTruth(m, (recall) => `Recall is ${recall}. `);

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
    rq: ["RQ", "found, and none too many"],
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

/** "2, 1, 2, 1, …", the phases of an output twice over where they are few. */
const cycle = (values) => (values.length > 8 ? `${Math.min(...values)} to ${Math.max(...values)}` : `${(values.length < 4 ? [...values, ...values] : values).join(", ")}, …`);
const short = (x) => String(Math.round(x * 100) / 100);

export const checkerboard = {
  title: "Checkerboard",
  prompt: "Every input stamps the kernel onto the output. Where do the stamps pile up?",
  settings: { label: "Layer", kernel: "kernel k", stride: "stride s", padding: "padding p" },
  weights: {
    label: "Weights",
    ones: "All ones",
    bilinear: "Bilinear",
    random: "Random",
    own: "Your own",
  },
  fit: (k) => `Set k = 2s − s mod 2 = ${k}`,
  kernel: {
    title: "Kernel",
    note: "Drag a bar, or use its arrow keys.",
    fine: "Too many weights to drag.",
    tap: (j, phase) => `Weight w${j}${phase}`,
    ofPhase: (letter) => `, phase ${letter}`,
  },
  phases: {
    title: "Sum of the weights that reach each kind of output",
    note: (s) => `Outputs come in s = ${s} kinds, one for each place between two inputs.`,
    name: (letter) => `phase ${letter}`,
    label: (letter, taps, sum) => `Phase ${letter}: ${taps} = ${sum}`,
    many: (low, high) => (low === high ? low : `${low} to ${high}`),
  },
  stamps: {
    title: "One direction, stamp by stamp",
    slider: "Stamps",
    play: "Play",
    pause: "Pause",
    of: (i, n) => `${i} of ${n}`,
    inputs: "inputs x, to be dragged",
    copies: "stamps x·w",
    output: "output y",
    counts: "stamps",
    phase: "phase",
    input: (i) => `Input x${i}`,
    chart:
      "Stamps and their sum. Left and right arrow keys walk along the output, up and down arrow keys take a stamp away or add one.",
    point: "Point at an output to see the stamps it is made of.",
    cut: "padding cuts this output off",
    none: "no stamp reaches it: 0",
    said: (o, count, sum) => `Output ${o}: ${count === 1 ? "1 stamp" : `${count} stamps`}, sum ${sum}.`,
  },
  verdict: {
    label: "What comes of it",
    even: (k, s) => `${k} mod ${s} = 0: away from the ends every output gets ${k} ÷ ${s} = ${k / s} ${k === s ? "stamp" : "stamps"}.`,
    uneven: (k, s, counts) => `${k} mod ${s} = ${k % s}, not 0: the stamps overlap unevenly. Outputs get ${cycle(counts)} stamps in turn.`,
    gaps: (k, s) => `k = ${k} is less than s = ${s}: between the stamps there are gaps, which get nothing at all.`,
    flat: (sum) => `A constant image stays constant: each phase sums to ${short(sum)}.`,
    saved: (sum) =>
      `Yet a constant image stays constant: each phase sums to ${short(sum)}. These weights make up for the overlap; nothing makes a trained kernel do so.`,
    ripple: (low, high, contrast) =>
      `A constant image comes out as a pattern: phases sum to ${short(low)} and ${short(high)}, squared where rows and columns meet. Contrast in 2-D ${contrast}.`,
    despite: (low, high, contrast) =>
      `Even so a constant image comes out as a pattern: phases sum to ${short(low)} and ${short(high)}. Even overlap is not enough, the weights must agree too. Contrast in 2-D ${contrast}.`,
    nothing: "All weights are 0: nothing comes out.",
  },
  formula: {
    label: "Size of the output",
    result: "output",
    inputs: "n, the inputs",
    stride: "s, the step from stamp to stamp",
    kernel: "k, the width of a stamp",
    padding: "p, outputs cut off at either end",
  },
  map: {
    title: "Two directions: stamps on each output",
    titleSums: "Two directions: weights on each output",
    label: "Show",
    counts: "Stamps",
    sums: "Weights",
    stage: "Map of the output for 5 × 5 inputs. Arrow keys move from output to output.",
    point: "Point at a cell: its row and its column multiply.",
    cell: (row, column, a, b) => `row ${row}, column ${column}: ${a} × ${b} = ${short(a * b)}`,
  },
  pictures: {
    label: "Input picture",
    photo: "Photograph",
    constant: "Constant grey",
    transposed: "Transposed convolution",
    resized: "Resize, then convolve",
    from: (n, m) => `${n} × ${n} → ${m} × ${m}`,
    described: {
      transposed: (contrast) => `Picture after the transposed convolution; contrast of the pattern ${contrast}.`,
      resized: "Picture after resizing and a convolution with the same weights; no pattern.",
    },
    note: "Same input, same weights, same mean brightness. On the right each input pixel becomes a block of s × s first, and then every output sums all k × k weights.",
  },
  announce: (k, s, m) => `Kernel ${k}, stride ${s}: ${m.contrast === null ? "nothing comes out" : m.contrast === 0 ? "no pattern" : `pattern of contrast ${score(m.contrast_2d)}`}.`,
  presets: {
    given: { label: "As given", story: "Every input stamps the kernel onto the output. Where do the stamps pile up?" },
    uneven: {
      label: "k 3, s 2",
      story:
        "A stamp is three wide, the next one starts two further on: they share one output in two. The input is constant; is the output? Press Play, then look at the cat.",
    },
    even: {
      label: "k 4, s 2",
      story: "One weight more, and every output away from the ends gets two stamps. Which k would do for s = 3? Move the sliders, and watch for what the warning asks.",
    },
    blocks: {
      label: "k 2, s 2",
      story: "The stamps lie side by side and never meet. Nothing is uneven, and nothing is smooth either: each input becomes a block.",
    },
    random: {
      label: "Random",
      story:
        "Four weights at stride 2: the overlap is even, and still there is a pattern. Phase a collects w0 and w2, phase b w1 and w3. Drag one weight until the picture is clean.",
    },
    bilinear: {
      label: "Bilinear 4/2",
      story:
        "FCN starts its up-sampling here: 1/4, 3/4, 3/4, 1/4. Both phases sum to 1, so what is constant stays so, and between two inputs the output goes over in steps. Change an input to see them.",
    },
    odd: {
      label: "Bilinear 5/3",
      story:
        "Five is no multiple of three, the overlap is uneven, and yet there is no pattern: an output with two stamps gets small weights. The rule k mod s = 0 is safe, not necessary. Now set the weights to all ones.",
    },
    fcn: {
      label: "FCN-32s, 64/32",
      story:
        "The last layer of FCN-32s: 64 wide, 32 apart. Three by three inputs paint 96 × 96 pixels. No checkerboard, and no detail: this is all that a score map of stride 32 can say.",
    },
  },
};

export const spectralExplorer = {
  title: "Spectral explorer",
  prompt: "Point at the picture to see a pixel's spectrum. Click to pin it.",
  sensors: { label: "Sensor", pan: "Panchromatic", rgb: "RGB", multi: "Multispectral", hyper: "Hyperspectral", all: "All bands" },
  sensorName: (name, { cube }) => {
    const { sensors } = spectralExplorer;
    return name === "hyper" && cube.bands < 20 ? sensors.all : sensors[name];
  },
  scale: { label: "Scale of the spectra", lead: "Draw", values: "values", shape: "shape only" },
  regions: { visible: "visible", "near infrared": "near infrared", "short-wave infrared": "short-wave infrared" },
  boxes: { coastal: "coastal", swir1: "SWIR 1", swir2: "SWIR 2", nir: "NIR", pan: "pan" },
  bandName: (label, n, um) => (label ? (spectralExplorer.boxes[label] ?? label) : `band ${n}${um ? `, ${um} µm` : ""}`),
  noClass: (has) => (has ? "unlabelled" : "no label"),
  markers: { r: "Band shown as red", g: "Band shown as green", b: "Band shown as blue", t: "Band that the threshold cuts" },
  picture: {
    stage: "Picture. Arrow keys move the pointer, with Shift by ten pixels; Enter pins a pixel or takes its pin away.",
    borders: "Field borders",
    paint: "What is captured",
    caption: (sensor, [r, g, b], boxes) => {
      const name = (n) => (boxes?.[n - 1].label ? (spectralExplorer.boxes[boxes[n - 1].label] ?? boxes[n - 1].label) : `band ${n}`);
      if (r === g && g === b) return "One band, as grey. Hover for a spectrum, click to pin it.";
      if (sensor === "rgb") return "Natural colours. Hover for a spectrum, click to pin it.";
      return `R = ${name(r)}, G = ${name(g)}, B = ${name(b)}. Hover for a spectrum, click to pin it.`;
    },
  },
  plot: {
    label: "Spectra",
    band: "band number",
    wavelength: "wavelength in µm",
    value: "value",
    shape: "share of the spectrum's length",
    drag: "Drag R, G and B: the picture follows.",
    fixed: {
      pan: "One wide band adds up all the light in it. The faint line is what it cannot tell you.",
      rgb: "Three wide bands that overlap, as in a camera. The faint line is what they cannot tell you.",
    },
    sweep: (band, iou) => `Bars at the foot: the best IoU that a threshold on each band reaches. The highest is ${score(iou)}, ${band}.`,
  },
  pins: {
    caption: "Pinned pixels and the angles between their spectra",
    pin: "Pin",
    class: "Class",
    angleTo: (n) => `Angle to pin ${n}`,
    removing: "Take away",
    remove: (n) => `Take pin ${n} away`,
    between: (a, b, angle) => `Angle between pins ${a} and ${b}: ${angle}`,
    place: (row, col) => `[${row}, ${col}]`,
    here: "here",
    point: "point at the picture",
  },
  formula: {
    label: "Spectral angle",
    a: "a, the first spectrum",
    b: "b, the second spectrum",
    one: "One band is one number: it has no shape, so there is no angle.",
    alone: "Pin two pixels, or point at one, to see the angle between them.",
    read: (a, b) => `a is pin ${a}, b is ${b ? `pin ${b}` : "the pixel under the pointer"}. Twice as much light leaves the angle as it is.`,
  },
  threshold: {
    title: "Can a threshold split them?",
    asked: "Class to capture: that of pin",
    find: "Find the class of",
    askPin: (n, name) => `pin ${n}${name ? `, ${name}` : ""}`,
    on: { label: "Threshold on", angle: "angle to the pin", band: "one band" },
    rest: { label: "Among", all: "all that is labelled", pinned: "pinned classes only" },
    side: { label: "Capture", below: "below", above: "above" },
    slider: "Threshold",
    at: (x, angle) => (angle ? `${x.toFixed(2)}°` : String(Number(x.toPrecision(4)))),
    best: "Best threshold",
    tp: "captured, right",
    fp: "captured, wrong",
    fn: "missed",
    counts: "Pixels that the threshold captures",
    formula: "Precision, recall and IoU",
    scores: { precision: "precision", recall: "recall", iou: "IoU" },
    others: "all other classes",
    otherPins: (names) => names.join(" and ") || "nothing: pin another class",
    histogram: (name) => `Histograms of ${name} and of the rest, with the threshold`,
    ledger: "Best threshold on the angle, by sensor",
    floor: "Thin line: the IoU of capturing everything.",
    noPin: "Pin a pixel first: its class is the one to capture.",
    noClass: (n) => `Pin ${n} lies on ground without a label. Choose another pin.`,
    noAngle: "One band has no angle. Set the threshold on the band, or choose a sensor with more bands.",
    verdict: ({ iou, best, everything }, auto) => {
      const said = auto ? `This is the best that any threshold here does: IoU ${score(best)}.` : `The best threshold here would reach ${score(best)}.`;
      if (best < everything + 0.05) return `${said} Capturing everything scores ${score(everything)}: the threshold tells next to nothing.`;
      return iou < everything ? `${said} This one does worse than capturing everything, ${score(everything)}.` : said;
    },
  },
  reduction: (e, bands) =>
    `This page carries ${e.n_components} principal components instead of ${bands} bands: the spectra are off by ${(100 * e.relative).toPrecision(2)} % (root mean square), angles by ${e.angle_mean.toPrecision(2)}° on average.`,
  credit: (words) => `Data: ${words}.`,
  here: (row, col, name, angles) =>
    `Row ${row}, column ${col}: ${name}.${angles.map((a, i) => (a === null ? "" : ` ${a.toFixed(1)} degrees to pin ${i + 1}.`)).join("")}`,
  announce: ({ pins, threshold }) =>
    `${pins.length === 1 ? "1 pin" : `${pins.length} pins`}.${threshold ? ` Threshold: IoU ${score(threshold.iou)}, precision ${score(threshold.precision)}, recall ${score(threshold.recall)}.` : ""}`,
  pythonNotes: {
    reduced: "the bands as they were measured; the widget shows a reduced cube, so last digits may differ",
    given: "cube, wavelengths_um and labels are yours",
    sensor: "what the sensor makes of the bands",
  },
  presets: {
    given: { label: "As given", story: "Every pixel is a spectrum. Hover to read it, click to pin it, and compare up to five." },
    spectra: {
      label: "Three spectra",
      story: ({ pins, n_bands }) =>
        `Each pixel is ${n_bands} numbers, and those numbers draw a curve. Here are ${pins.length ? listed(pins) : "none yet"}. Hover over the fields: which classes can you tell by their curve alone?`,
    },
    "same-object": {
      label: "同物异谱 same object",
      story: ({ pins, angles }) =>
        `Same object, different spectra. Pins 1 and 2 are both ${named(pins[0])}, yet ${deg(angles[0]?.[1])} apart. Pin 3 is ${named(pins[2])}. Look at the table of angles: which pin would a computer that sees only spectra put with pin 1?`,
    },
    "same-spectrum": {
      label: "异物同谱 same spectrum",
      story: ({ pins, angles, threshold }) =>
        `Different objects, same spectrum. Pin 1 is ${named(pins[0])}, pin 2 ${named(pins[1])}, and they are ${deg(angles[0]?.[1])} apart. Capturing everything would score ${score(threshold?.everything)}. Can you find a sensor, band or threshold that does clearly better?`,
    },
    grey: {
      label: "Alike in grey",
      story: ({ pins }) =>
        `To one wide band, ${named(pins[0])} and ${named(pins[1])} are equally bright. Read the ledger, then click through the sensors. How many bands does it take to tell the two classes apart?`,
    },
    colour: {
      label: "Alike in colour",
      story: ({ pins, angles }) =>
        `To a camera these two pixels look alike: ${deg(angles[0]?.[1])} between ${named(pins[0])} and ${named(pins[1])}. Guess the angle that all bands see. Then switch to Hyperspectral, and watch the histograms part.`,
    },
    split: {
      label: "One band is enough",
      story: ({ threshold }) =>
        `Of all classes and bands, this pair works best: a single threshold captures “${threshold?.class}” with IoU ${score(threshold?.iou)}. Pin another class and look for its best band. How far do you get?`,
    },
  },
};

const deg = (x) => (x == null ? "no angle" : `${x.toFixed(1)}°`);
const named = (pin) => `“${pin?.class}”`;
const listed = (pins) => pins.map(named).reduce((all, name, i) => all + (i < pins.length - 1 ? ", " : " and ") + name);

export const convolutionExplorer = {
  title: "Convolution explorer",
  prompt: "Point at a cell of the output: the window that made it lights up on the input, with every product.",
  settings: {
    label: "Settings",
    size: ["n", "input"],
    kernel: ["k", "kernel"],
    stride: ["s", "stride"],
    padding: ["p", "padding"],
    dilation: ["d", "dilation"],
  },
  input: {
    title: (n) => `Input ${n} × ${n}`,
    padded: (p, n) => `, with ${p} ${p === 1 ? "ring" : "rings"} of zeros ${n} × ${n}`,
    board: "Input. Arrow keys move the cursor, a digit writes a value; a click switches a cell between 0 and 9.",
    picture: "Picture",
    pictures: { texture: "texture", square: "square", soft: "soft edge", dot: "dot", own: "as given" },
    shows: { label: "Show", values: "values", reads: "times read" },
    cell: (r, c, x) => `Input row ${r}, column ${c}: ${x}.`,
    inPadding: "Padding: 0.",
    readBy: (n) => (n ? `Read by ${n} ${n === 1 ? "output" : "outputs"}.` : "Read by no output."),
    step: (s) => `step ${s}`,
    key: {
      window: (span) => `window, ${span} × ${span}`,
      padding: () => "padding, zeros",
      dropped: (n) => (n === 1 ? "1 column and row never read" : `${n} columns and rows never read`),
    },
  },
  kernel: {
    title: (k) => `Kernel ${k} × ${k}`,
    label: "Weights of the kernel",
    weight: (i, j) => `Weight in row ${i}, column ${j}`,
    kinds: { label: "Kernel", identity: "identity", blur: "blur", edge: "edge", sharpen: "sharpen" },
    divisor: "sum ÷",
  },
  output: {
    title: (o) => (o ? `Output ${o} × ${o}` : "No output"),
    board: "Output. Arrow keys move from cell to cell; Home and End go to the first and the last.",
    none: "nothing",
  },
  player: { play: "Play", pause: "Pause", cell: "Cell", of: (i, n) => `${i} of ${n}` },
  sum: {
    label: "The sum behind the output cell",
    lead: (r, c) => `Output row ${r}, column ${c} =`,
    short: (r, c) => `Output (${r}, ${c}) =`,
    none: "No window fits, so there is no sum.",
    divided: (d) => `÷ ${d} =`,
    equals: "=",
    padding: "padding",
  },
  formula: "Size of the output",
  terms: {
    output: "o, cells a side of the output",
    image: "n, cells a side of the input",
    padding: "2 p, zeros on both sides",
    span: "d (k − 1) + 1, cells that the kernel spans",
    step: "s, cells from one window to the next",
    floor: "floor: a part of a step makes no window, and what is left over is dropped",
    first: "1, the window before the first step",
  },
  notes: {
    exact: (room, s) => `${room} ÷ ${s} leaves nothing over: the last window ends with the last cell.`,
    floor: (room, s, rest) => `${room} ÷ ${s} leaves ${rest} over.`,
    lost: (n) =>
      n === 1
        ? " The floor drops it: no window reads the last column and the last row of the input."
        : ` The floor drops it: no window reads the last ${n} columns and rows of the input.`,
    onlyPadding: " The floor drops it, and here it is padding only: nothing of the input is lost.",
    cost: (o, k, total) => `${o} × ${o} outputs of ${k} × ${k} products: ${total} multiplications.`,
    invalid: (span, padded) =>
      `The kernel spans ${span} cells a side, the padded input has ${padded}. There is no place to put it, and PyTorch raises an error. Each of these alone repairs it:`,
  },
  repairs: {
    padding: (v) => `padding ${v}`,
    dilation: (v) => `dilation ${v}`,
    kernel: (v) => `kernel ${v} × ${v}`,
    size: (v) => `input ${v} × ${v}`,
  },
  announce: ({ output_size: o, span, padded, remainder }) =>
    o === null
      ? `No output: the kernel spans ${span} cells, the padded input has ${padded}.`
      : `Output ${o} by ${o}${remainder ? `, ${remainder} left over` : ""}.`,
  python: { fails: "raises: the kernel is wider than the padded input" },
  presets: {
    given: {
      label: "As given",
      story: "Point at a cell of the output: the window that made it lights up on the input, with every product.",
    },
    identity: {
      label: "Identity",
      story:
        "The kernel holds a single 1, in its middle: each output cell copies the input cell under it. Yet 7 × 7 cells go in and 5 × 5 come out. Where is the rest, and which setting brings it back?",
    },
    blur: {
      label: "Blur",
      story:
        "Nine weights of 1, and the sum divided by 9: each output is the mean of what its window covers, and the square has lost its sharp border. Point at the outputs: how many white cells does each window hold?",
    },
    edge: {
      label: "Edge",
      story:
        "Right column minus left column. Where both are alike they cancel to 0; the left side of the square gives 27, the right side −27. Which weights find its upper and lower side instead? Type them.",
    },
    sharpen: {
      label: "Sharpen",
      story:
        "Five times the middle minus its four neighbours. The weights add up to 1, so flat parts stay as they are, but the ramp 2, 4, 6 becomes 0, 4, 8. The input has neither a 0 nor an 8: sharpening overshoots.",
    },
    stride: {
      label: "Stride 2",
      story:
        "The window moves two cells at a time: (7 − 3) ÷ 2 = 2 steps, and with the window before the first step 3 outputs a side. Now make the input 8 cells wide. Does the output grow?",
    },
    dilation: {
      label: "Dilation 2",
      story:
        "Still nine weights, but with gaps between them: the kernel spans 5 cells instead of 3, for the same nine products. Which dilation makes it span all 7 cells, and what happens to the output?",
    },
    same: {
      label: "Same padding",
      story:
        "One ring of zeros, and the output is as large as the input. But the zeros count: in the corner only 4 of 9 cells are real, and the mean comes out too low. Which padding does a 5 × 5 kernel need?",
    },
    floor: {
      label: "Floor",
      story:
        "Eight cells, kernel 3, stride 2: 5 ÷ 2 = 2.5, and the floor makes it 2. The half step is the hatched column and row, which no window ever reads. Find two settings that lose nothing of the input.",
    },
    full: {
      label: "Fully connected",
      story:
        "A kernel as large as its input gives one number, as a fully connected layer does: 49 weights, 49 products. Now make the input 9 cells wide. The layer with one answer becomes a map of 3 × 3 answers.",
    },
    invalid: {
      label: "Too large",
      story:
        "Dilation 2 stretches the 3 × 3 kernel to 5 cells, and the input has 4. The kernel fits nowhere, so there is no output at all. What could you change? Guess, then choose a repair below.",
    },
    seed: {
      label: "Random",
      story: "Cover the formula, work out the size of the output, then look. The same seed brings the same setting back.",
    },
  },
};

const threes = (m) => `mIoU ${score(m.mean_iou)}, boundary IoU ${score(m.boundary_iou)}`;

export const skips = {
  title: "Skips: FCN-32s, 16s, 8s",
  prompt: "Keep or cut each path of a trained FCN-8s, and watch the borders.",
  ladder: {
    label: "The network, coarse at the bottom, with a switch on each path",
    head: ["layer", "path", "its scores", "", "sum so far"],
    image: "image",
    prediction: "argmax",
    cells: (stride, h, w) => `1/${stride}: ${h}×${w}`,
    pool: "pooling",
    up: (factor) => `× ${factor}, bilinear`,
    kept: "kept",
    cut: "cut",
    toggle: {
      fc7: "Path of fc7, stride 32",
      pool4: "Skip of pool4, stride 16",
      pool3: "Skip of pool3, stride 8",
    },
    names: { fc7: "fc7", pool4: "pool4", pool3: "pool3" },
    own: (path) => `Best class of each cell by the scores of ${path} alone`,
    sum: (path) => `Best class of each cell by the sum up to ${path}`,
  },
  views: { label: "Show", prediction: "Prediction", errors: "Errors", truth: "Truth", image: "Image" },
  captions: {
    prediction: "Colours: the prediction. Blue line: where the truth changes.",
    errors: "Orange: wrong. Green: right. Dots: void, not counted.",
    truth: "What is there.",
    image: "What the network saw.",
  },
  stage: "Picture. Arrow keys move from pixel to pixel, Enter keeps one; its scores are listed below.",
  crop: {
    title: "Enlarged",
    box: "Enlarged part. Arrow keys move it, with Shift by eight pixels.",
    image: "image and true borders",
    prediction: "prediction and true borders",
    stage: "Enlarged prediction. Arrow keys move from pixel to pixel.",
    hint: "Drag the frame in the picture.",
    at: (row, col, size) => `rows ${row} to ${row + size - 1}, columns ${col} to ${col + size - 1}`,
  },
  scores: {
    label: "Scores on this image",
    head: ["kept", "this FCN-8s, cut", "trained like this"],
    columns: ["mIoU", "boundary"],
    rows: {
      "32s": "fc7",
      "16s": "fc7 + pool4",
      "8s": "all three",
      jump: "fc7 + pool3",
      where: "pool4 + pool3",
    },
    show: (name) => `Show the FCN-${name} that was trained like this`,
    net: (name) => `FCN-${name}`,
    same: "the same net",
  },
  tiles: { mean_iou: "mIoU", boundary_iou: "boundary IoU", wrong: "pixels wrong" },
  classes: { label: "Classes and their IoU", absent: "–" },
  probe: {
    title: "Scores of one pixel, path by path",
    head: ["class", "fc7", "pool4", "pool3", "sum"],
    where: (row, col, truth) => `Row ${row}, column ${col}: ${truth}.`,
    isTruth: (name) => `truth ${name}`,
    isVoid: "void",
    says: (name, right) => `The sum says ${name}, ${right === null ? "which is not counted" : right ? "right" : "wrong"}.`,
    nothing: "Every path is cut: all sums are 0, and argmax takes the first class.",
    other: "Another network is shown, which has no such paths. Below is what the FCN-8s says.",
    tag: "truth",
    winner: "best",
    cut: "cut",
    formula: "Score of the best class at the pixel",
    terms: {
      fc7: "fc7, up-sampled 32 times",
      pool4: "pool4, up-sampled 16 times",
      pool3: "pool3, up-sampled 8 times",
    },
    score: "score",
  },
  note: {
    honest:
      "Cutting is not retraining. These three maps were trained to be added, each counting on the others. What is left after a cut usually says less than a network that was trained without that skip.",
    apart: (nets) =>
      `On this image: ${nets.map(([name, own, cut]) => `FCN-${name} trained on its own has mIoU ${score(own)}, this FCN-8s cut to the same paths ${score(cut)}`).join("; ")}.`,
    one: (rounding) => `All scores are of this one image, over the classes in it. Class scores are stored with 16 bits, at most ${rounding} off.`,
  },
  announce: (kept, m) => `${kept}. ${threes(m)}.`,
  noPath: "no path",
  python: "your own: the widget that you copied this from",
  presets: {
    "32s": {
      label: "32s: fc7 alone",
      story: (m) =>
        `Only the scores of fc7, one for 32 × 32 pixels, spread out. ${threes(m)}. Where would a pole fit into these cells? Switch on pool4 and watch the frame.`,
    },
    "16s": {
      label: "16s: + pool4",
      story: (m) =>
        `The scores of pool4 are twice as fine and are added before up-sampling. ${threes(m)}. Which is helped more, a large area or its border? Look at Errors.`,
    },
    "8s": {
      label: "8s: + pool3",
      story: (m) =>
        `The whole network. ${threes(m)}. The idea: what from the deep layer, where from the shallow ones. Point at pixels on a border and inside: which path decides there?`,
    },
    jump: {
      label: "pool3 without pool4",
      story: (m) =>
        `The finer skip without the one between. ${threes(m)}. Compare with 16s and 8s: does pool4 still matter once pool3 is there?`,
    },
    where: {
      label: "Skips without fc7",
      story: (m) =>
        `The two skips without the deep layer. ${threes(m)}. Switch fc7 on and off while Errors is shown: what does it add, and where?`,
    },
  },
};

export const receptiveField = {
  title: "Receptive field",
  prompt: "Build a stack of layers, move the unit over the photograph, and see which pixels reach it.",
  stack: {
    table: "Layers of the stack, from the image to the last layer",
    cone: "Cone of the unit: which units of each layer, and which pixels, it is computed from",
    image: "the image",
    source: "image",
    kinds: { conv: "conv", pool: "pool" },
    unnamed: (kind, level) => `${kind} ${level}`,
    rows: { cone: "cone", jump: "jump j", adds: "adds", field: "field r" },
    explain: {
      jump: "Pixels from one unit of the layer to the next",
      adds: "Pixels by which the layer widens the field",
      field: "Pixels a side that one unit of the layer sees",
    },
    describe: ({ kind, kernel, stride, padding, dilation, name }, level) =>
      `${name || `layer ${level}`}: ${kind === "conv" ? "convolution" : "pooling"} ${kernel} × ${kernel}, stride ${stride}` +
      `${dilation > 1 ? `, dilation ${dilation}` : ""}, padding ${padding}`,
  },
  editor: {
    kind: "Kind of layer",
    kernel: "k",
    stride: "s",
    dilation: "d",
    padding: "p",
    left: "Move towards the image",
    right: "Move away from the image",
    copy: "Once more",
    remove: "Remove",
    add: "Add after it",
    news: { conv: "conv 3×3", strided: "conv 3×3 s2", dilated: "conv 3×3 d2", pool: "pool 2×2" },
  },
  problems: {
    layers: (n) => `There is room for ${n} layers. Remove one first.`,
    field: (n) => `That field would be wider than ${n} pixels, more than can be drawn. Use fewer strides.`,
  },
  formula: "How the field and the jump grow in the chosen layer",
  terms: {
    r: "r, the field after this layer",
    before: "the field before this layer",
    reach: "d (k − 1), how far the kernel reaches, in steps of the layer below",
    jump: "the jump before this layer: how many pixels one such step is",
    next: "j, the jump after this layer",
    stride: "s, the stride of this layer",
  },
  photo: {
    label: "Photograph. Arrow keys move to the neighbouring unit; a click pins the unit.",
    title: "Photograph",
    size: (w, h) => `, ${w} × ${h}`,
    hint: "Solid: the field. Dashed: where 95 % of the paths run. White dots: the units of a coarse layer.",
  },
  patch: {
    label: "What the unit sees, magnified",
    title: (name) => `A unit of ${name} sees`,
    padding: ", padding grey",
    mode: "Brightness of a pixel",
    modes: { box: "any path", paths: "number of paths", random: "random weights" },
    notes: {
      box: "Every pixel with a path to the unit is bright; a hole is dark and struck through.",
      paths:
        "As bright as it has paths to the unit. That is the unit's gradient if all weights are equal, poolings add up, and nothing else is in the way.",
      random:
        "As bright as the square root of its paths: the typical size of the gradient if weights are random, with mean zero, and there is no activation.",
    },
    profile: "Paths from each column of the patch",
  },
  facts: {
    names: {
      field: "Field",
      effective: "Effective: 95 % of paths",
      seen: "Pixels with a path",
      jump: "Jump",
      units: "Units on the photo",
    },
    square: (n) => `${n} × ${n}`,
    pixels: (n) => `${n} ${n === 1 ? "pixel" : "pixels"}`,
    seen: (n, of, share) => (n === of ? share : `${n * n} of ${of * of}, ${share}`),
    units: (rows, columns) => `${rows} × ${columns}`,
    usedUp: "none: the map is used up",
  },
  unit: (r, c, field) => `Unit in row ${r + 1}, column ${c + 1}; it sees ${field} by ${field} pixels.`,
  said: (name, field, jump) => `${name}: field ${field}, jump ${jump}.`,
  announce: (m) => `Field ${m.field.at(-1)}, jump ${m.jump.at(-1)}, effective ${m.effective.at(-1)}.`,
  presets: {
    given: {
      label: "As given",
      story: "Choose a layer to see the field of its units; move the unit over the photograph.",
    },
    three: {
      label: "Three 3×3",
      story:
        "Each 3 × 3 convolution adds one ring: 3, 5, 7. The unit sees the 49 magnified pixels and nothing else. Could you tell from them what this is? Add layers until you can.",
    },
    pool5: {
      label: "VGG16 pool5",
      story:
        "Each pooling doubles the jump, and with it what the next 3 × 3 adds: 2 pixels in the first stage, 32 in the last. The row “adds” shows where the 212 pixels come from. And how far apart are two units?",
    },
    fc7: {
      label: "FCN fc7",
      story:
        "FCN turns the classifier into convolutions: fc6 is 7 × 7, and at a jump of 32 it alone adds 192 pixels. A unit sees 404 pixels, and the next one stands 32 further. Look at the dashed box: how much of it counts?",
    },
    largefov: {
      label: "DeepLab LargeFOV",
      story:
        "DeepLab takes the stride out of the last two poolings and spreads the kernels instead: dilation 2 in conv5, 12 in fc6. The field is as wide as FCN's, 419 pixels, but units stand 8 pixels apart, not 32.",
    },
    context: {
      label: "Context",
      story:
        "Dilations 1, 1, 2, 4, 8, 16, 1 and no stride: the field grows 3, 5, 9, 17, 33, 65, 67, and every pixel keeps a unit of its own. What would seven layers without dilation reach? Set them all to d = 1.",
    },
    gridding: {
      label: "Gridding",
      story: ({ seen, field }) =>
        `Three convolutions of dilation 2. The box is ${field.at(-1)} × ${field.at(-1)}, but only every other row and column has a path: ` +
        `${percentOf(seen.at(-1))} of the pixels, with holes between. The unit next to it sees not one of them. Which dilations would close the holes?`,
    },
    hybrid: {
      label: "Hybrid",
      story:
        "The same three kernels with dilations 1, 2, 5, a hybrid dilated convolution. The box is wider, 17 × 17, and every pixel in it has a path. Now raise the last dilation: from which value on do holes come back?",
    },
    seed: {
      label: "Random",
      story: "Cover the two lower rows of the table. What are the jump and the field of the last layer? Then look.",
    },
  },
};

const percentOf = (share) => `${Math.round(100 * share)}\u202f%`;

export const noiseLab = {
  title: "Noise lab",
  prompt: "Choose a noise and a filter, and swipe over the picture.",
  noise: "Noise",
  filter: "Filter",
  strength: "Strength",
  setting: "Setting",
  salt: "of them salt",
  law: "What the noise does to a value x",
  probability: "\u2002with probability\u2002",
  either: "0 or 1",
  noises: { gaussian: "Gaussian", salt: "Salt", pepper: "Pepper", "salt-and-pepper": "Salt & pepper", poisson: "Poisson", speckle: "Speckle" },
  strengths: {
    gaussian: (v) => `σ = ${v}`,
    salt: (v) => `a = ${v}`,
    pepper: (v) => `a = ${v}`,
    "salt-and-pepper": (v) => `a = ${v}`,
    poisson: (v) => `N = ${v}`,
    speckle: (v) => `σ = ${v}`,
  },
  parameters: { gaussian: "σ", salt: "a", pepper: "a", "salt-and-pepper": "a", poisson: "N", speckle: "σ" },
  filters: {
    none: "None",
    mean: "Mean",
    gaussian: "Gaussian",
    median: "Median",
    "adaptive-median": "Adaptive median",
    bilateral: "Bilateral",
    "non-local-means": "Non-local means",
    "total-variation": "Total variation",
  },
  short: {
    none: "–",
    mean: "mean",
    gaussian: "Gaussian",
    median: "median",
    "adaptive-median": "adaptive",
    bilateral: "bilateral",
    "non-local-means": "non-local",
    "total-variation": "total var.",
  },
  settings: {
    none: () => "",
    mean: (v) => `${v} × ${v}`,
    gaussian: (v) => `σ ${v} px`,
    median: (v) => `${v} × ${v}`,
    "adaptive-median": (v) => `up to ${v} × ${v}`,
    bilateral: (v) => `σ ${v}`,
    "non-local-means": (v) => `h ${v}`,
    "total-variation": (v) => `weight ${v}`,
  },
  ideas: {
    none: "The noise stays.",
    mean: "The average of the window.",
    gaussian: "An average; near pixels weigh more.",
    median: "The middle value of the window.",
    "adaptive-median": "The median, but only where an impulse is.",
    bilateral: "An average of what is near and of like colour.",
    "non-local-means": "An average of what looks alike nearby.",
    "total-variation": "The flattest picture that is not far off.",
  },
  pictures: { label: "Picture", camera: "Photographer", cup: "Cup", scene: "Street scene", cards: "Grey cards", given: "Yours" },
  pairs: { label: "Compare", "noisy-filtered": "noisy | filtered", "clean-filtered": "clean | filtered", "clean-noisy": "clean | noisy", taken: "removed" },
  parts: {
    clean: "clean",
    noisy: "noisy",
    filtered: "filtered",
    noise: "noise: noisy − clean",
    taken: "removed: noisy − filtered",
    error: "error |x − y|, three times as bright",
    ssim: "SSIM, bright where alike",
  },
  computing: (part) => `${part}: computing …`,
  terms: { mse: "mean squared error", clean: "the clean picture", filtered: "the filtered picture", noise: "the noise" },
  meanOf: "mean of\u2002",
  stage: "Two pictures with a divider. Drag the divider, or move it with the slider below. Arrow keys move a probed pixel, with Shift by ten.",
  swipe: "Divider",
  probe: (row, col, clean, noisy, filtered, window) =>
    `Pixel (${row}, ${col}): clean ${clean}, noisy ${noisy}, filtered ${filtered}.${window ? " The square is what the filter looks at." : ""}`,
  hint: "Drag over the picture to swipe; point at a pixel to read its values. Point at a row of the table, or a term of a formula, to see it.",
  scores: { label: "How near each picture is to the clean one", formula: "Peak signal-to-noise ratio" },
  histogram: {
    label: "Histogram",
    values: "values",
    errors: "errors",
    note: "Very tall bars are cut.",
    words: (kind, noisy, filtered) => `Histogram of ${kind}. Root mean squared error ${noisy.toFixed(3)} before the filter, ${filtered.toFixed(3)} after it.`,
  },
  network: {
    title: "And what does a segmenter make of it?",
    about: (n) =>
      `Measured beforehand on ${n} held-out street scenes with a U-Net that was trained on clean ones. The numbers are of those scenes, not of the picture above. Click a cell to set the lab to it.`,
    here: (iou, clean, exact) => `Here: mean IoU ${exact ? "" : "about "}${iou}, on clean scenes ${clean}.${exact ? "" : " (Between two measured points.)"}`,
    uneven: "Measured with as much salt as pepper only.",
    best: (filter, dB, iou, other, otherDb, otherIou, same) =>
      same
        ? `Here the best picture is also the best for the network: ${filter}, ${dB}, ${iou}.`
        : `Best picture: ${filter}, ${dB}, mean IoU ${iou}. Best for the network: ${other}, ${otherDb}, mean IoU ${otherIou}.`,
  },
  map: {
    label: "Number in the cells",
    mean_iou: "mean IoU",
    psnr: "PSNR",
    grid: "Strength of the noise against filter and setting. Arrow keys choose another cell.",
    "by-psnr": "best PSNR of the row",
    "by-iou": "best mean IoU of the row",
    now: "where the lab stands",
    cell: (strength, filter, what, value) => `strength ${strength}, ${filter}: ${what} ${value}`,
  },
  plot: {
    x: "PSNR in dB: nearer to the clean picture →",
    y: "mean IoU in %",
    clean: "clean scenes",
    words: (psnr, iou) => `Every filter and setting at this noise: PSNR against mean IoU. Best PSNR: ${psnr}. Best mean IoU: ${iou}.`,
  },
  kernel: {
    ask: "Measure this point again",
    waiting: (n) => `The kernel puts noise and filter on ${n} scenes and runs the network …`,
    answer: (dB, iou) => `Just now, on this machine: ${dB}, mean IoU ${iou}. It is the green cross.`,
    scene: "Choose the street scene as the picture to see what the network says of it.",
    none: "In JupyterLab a button measures this point again. This page has no kernel to ask.",
  },
  labels: { truth: "truth", noisy: "network on noisy", filtered: "network on filtered" },
  announce: (m) =>
    m.psnr === undefined ? "Computing …" : `PSNR ${m.psnr === null ? "infinite" : `${m.psnr.toFixed(1)} decibels`}, SSIM ${score(m.ssim)}.${m.mean_iou === null ? "" : ` Mean IoU ${(100 * m.mean_iou).toFixed(1)} percent.`}`,
  pythonOwn: "# lab is the widget; its picture without the noise\nclean = lab.clean",
  pythonNote: "# NumPy draws other random numbers than the browser, so the last digits differ",
  presets: {
    start: {
      label: "Four in ten lost",
      story: (m) =>
        `Four pixels in ten are gone. The filter on the right of the divider never saw the clean picture, and still brings ${m.noisy_psnr.toFixed(0)} dB to ${m.psnr.toFixed(0)}. How can it know? Try the others: which of them can do that, and which only smear?`,
    },
    grain: {
      label: "A little grain",
      story: (m) =>
        `Gaussian noise of a tenth of full scale. You still see what is what. The network, trained on clean scenes, falls to ${(100 * m.mean_iou).toFixed(0)} % mean IoU (table below). Which filter brings most of its score back?`,
    },
    wrong: {
      label: "The wrong filter",
      story: () =>
        "Non-local means, so good against grain, leaves salt and pepper nearly untouched: a grain of salt looks like nothing around it, so it trusts itself alone. Turn the setting up until the grains go. What goes with them? Find the filter that does better.",
    },
    photons: {
      label: "Few photons",
      story: () =>
        "Five flat grey cards with Poisson noise. It spreads more where there is more light. Switch to Gaussian, then to speckle: which of the three leaves the darkest card nearly alone? Which treats all cards alike?",
    },
    "best-psnr": {
      label: "Best PSNR",
      story: () =>
        "The strongest speckle. Of all settings this one has the best PSNR, averaged over the scenes, but it leaves coloured blotches, and the network takes them for people. Find the orange square in the plot: straight above the blue diamond.",
    },
    "best-iou": {
      label: "Best mean IoU",
      story: () =>
        "The same noise, on those scenes the same PSNR within a tenth of a decibel, and the network scores eleven points more. Swipe: the errors are as large as before, but each region is even.",
    },
    seed: { label: "Throw the dice again", story: () => "The same noise with other luck. Which of the numbers change, and by how much?" },
  },
};
