package dev.gapline.schemas;

import java.io.Serializable;

/** A named pair of conditions; the gap is the treatment's rate minus the control's. */
public record Contrast(String treatment, String control) implements Serializable {

  public Contrast {
    if (treatment.equals(control)) {
      throw new IllegalArgumentException(
          "Invalid contrast: %s - %s. A condition cannot be compared with itself."
              .formatted(treatment, control));
    }
  }

  /** As written in a study: {@code free - paid}. */
  public String name() {
    return treatment + " - " + control;
  }
}
