package dev.gapline.schemas;

import java.util.Locale;

/** In what form a provider shows a model's own reasoning. */
public enum ReasoningForm {
  /** As the model wrote it. */
  FULL,
  /** In the words of another, shorter. */
  SUMMARY,
  /** Not at all: the provider says that there was some, and keeps it. */
  REDACTED;

  /** Its name in tables and in the ledger: {@code summary}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The form with that name in tables and in the ledger. */
  public static ReasoningForm of(String id) {
    return valueOf(id.toUpperCase(Locale.ROOT));
  }
}
