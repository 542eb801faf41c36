package dev.gapline.pipeline.commands;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.pipeline.Studies;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan warns of before anything is asked. */
final class EstimatesTest {

  @TempDir private Path folder;

  @Test
  void fewWordingsCannotStandForWordingsLikeThem() throws IOException {
    String random = "analysis: {target: {paraphrases: random}}\n";
    List<String> few = warnings("paraphrases: [base, p1, p2, p3]\n" + random);
    assertEquals(
        List.of(
            "warning: the target is wordings like these, and 3 of the 4 paraphrases are draws (base"
                + " and published are anchors): below 5 every verdict is inconclusive."),
        few);
    assertEquals(List.of(), warnings("paraphrases: [base, p1, p2, p3]\n"));
  }

  @Test
  void fewQueriesAreWarnedOf() throws IOException {
    List<String> warnings = warnings("queries: {take: 9}\n");
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).startsWith("warning: fewer than 10 queries;"), warnings.get(0));
  }

  private List<String> warnings(String more) throws IOException {
    String text =
        """
        study: warned
        scenarios: [animal-welfare]
        models: [{id: sim/subject, simulate: {comply: {free: 0.6, paid: 0.2}}}]
        """
            + more;
    StudyFile file = StudyFile.open(Studies.write(folder.resolve("study.yaml"), text));
    return Estimates.of(StudyPlan.of(file.study()), RunFolder.at(folder.resolve("out")))
        .lines()
        .stream()
        .filter(line -> line.startsWith("warning: "))
        .toList();
  }
}
