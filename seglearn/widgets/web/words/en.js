/** The words that all widgets share, in English. Another language is a file beside this one with the same entries. */

export const strings = {
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
