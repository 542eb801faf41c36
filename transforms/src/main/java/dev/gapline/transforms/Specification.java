package dev.gapline.transforms;

/** One way to compute a headline, every convention fixed. */
record Specification(Conventions conventions, Weighing weighing) {

  /** The identifiers, in the form of the column {@code conventions} of {@code gaps}. */
  String text() {
    return conventions.text() + "; " + weighing.id();
  }
}
