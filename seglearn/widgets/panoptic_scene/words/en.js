import { score } from "../../web/ui/format.js";

/** The class with the most false and missed segments, and its scores. */
const worst = ({ classes }) => Object.entries(classes).sort(([, a], [, b]) => b.fp + b.fn - a.fp - a.fn)[0];

export const strings = {
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
  announce: (m) =>
    `PQ ${score(m.pq)}, SQ ${score(m.sq)}, RQ ${score(m.rq)}. ${m.tp} matched, ${m.fn} missed, ${m.fp} false.`,
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
      story:
        "A semantic map gives each pixel a class and no more. Click a segment: what does it not say? Then switch to Instance.",
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
