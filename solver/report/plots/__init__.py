"""Pictures: one figure per file, each a function that takes its data and the Axes to draw on."""
