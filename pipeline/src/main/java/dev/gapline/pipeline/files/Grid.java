package dev.gapline.pipeline.files;

import dev.gapline.schemas.Contrast;
import dev.gapline.schemas.Factor;
import dev.gapline.schemas.QuerySelection;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.Temperature;
import java.util.List;

/** The axes of a study, validated against its scenarios. */
record Grid(
    List<Scenario> scenarios,
    List<String> conditions,
    List<Contrast> contrasts,
    QuerySelection queries,
    List<String> paraphrases,
    List<Temperature> temperatures,
    List<Factor> factors) {

  List<String> contrastNames() {
    return contrasts.stream().map(Contrast::name).toList();
  }
}
