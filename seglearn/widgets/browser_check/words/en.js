export const strings = {
  waiting: "✓ Widgets reach your browser. Waiting for the kernel to answer …",
  kernel: (ms) => `✓ Widgets reach your browser. The kernel answers in ${ms} ms; dragging does not wait for it.`,
  page: "✓ Widgets reach your browser. This page has no kernel: code cells do not run, widgets do.",
};
