package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;

/** A further axis of a study and the levels it visits, in the order of the study. */
public record Factor(String name, List<String> levels) implements Serializable {

  public Factor {
    levels = List.copyOf(levels);
  }
}
