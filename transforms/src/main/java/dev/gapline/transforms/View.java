package dev.gapline.transforms;

/** Over which trials a row is estimated. */
enum View {
  /** All that were stored. */
  ALL_TRIALS,
  /** Those that their first call settled. */
  WITHOUT_RETRIED;

  /** What a row's conventions say of it; null of all trials. */
  String convention() {
    return switch (this) {
      case ALL_TRIALS -> null;
      case WITHOUT_RETRIED -> "trials=without-retried";
    };
  }
}
