package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gapline.schemas.Price;
import dev.gapline.schemas.Study;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Prices come from the study or from a file of the user's that says since when and from where. */
final class PricesTest {

  private static final String PRICES =
      """
      date: 2026-01-31
      source: "https://prices.example.org, seen by me"
      models:
        openai/small-model: {input_usd_per_mtok: 0.25, output_usd_per_mtok: 1.25}
        openai/other: {input_usd_per_mtok: 3, output_usd_per_mtok: 15}
      """;

  private static final String STUDY =
      """
      study: priced
      scenarios: [animal-welfare]
      models:
        - {id: openai/small-model, key_env: none}
      """;

  @TempDir private Path folder;

  private StudyFile open(String study, Path prices) {
    return StudyFile.open(Texts.write(folder.resolve("study.yaml"), study).toString(), prices);
  }

  @Test
  void aPriceOfAFileHasItsDateAndItsSource() {
    Path prices = Texts.write(folder.resolve("mine.yaml"), PRICES);
    StudyFile file = open(STUDY, prices);
    assertEquals(
        new Price(0.25, 1.25, null, "2026-01-31", "https://prices.example.org, seen by me"),
        file.study().models().get(0).price());
    Path resolved = Texts.write(folder.resolve("out/study.yaml"), file.resolved());
    assertEquals(file, StudyFile.open(resolved), "they are in the resolved study");
  }

  @Test
  void withoutANamedFileTheOneBesideTheStudyIsUsed() {
    assertNull(open(STUDY, null).study().models().get(0).price());
    Texts.write(folder.resolve("prices.yaml"), PRICES);
    assertEquals(0.25, open(STUDY, null).study().models().get(0).price().inputUsdPerMtok());
    Path other =
        Texts.write(
            folder.resolve("other.yaml"),
            PRICES.replace("{input_usd_per_mtok: 0.25", "{input_usd_per_mtok: 0.5"));
    assertEquals(0.5, open(STUDY, other).study().models().get(0).price().inputUsdPerMtok());
  }

  @Test
  void thePriceOfTheStudyItselfWins() {
    Study study =
        open(
                STUDY.replace(
                    "none}",
                    "none, price: {input_usd_per_mtok: 7, output_usd_per_mtok: 8, date: 2025-12-01}}"),
                Texts.write(folder.resolve("mine.yaml"), PRICES))
            .study();
    assertEquals(new Price(7, 8, null, "2025-12-01", null), study.models().get(0).price());
  }

  @Test
  void aBudgetInDollarsMayRestOnAPriceFile() {
    Path prices = Texts.write(folder.resolve("mine.yaml"), PRICES);
    assertEquals(1.0, open(STUDY + "budget: {usd: 1}\n", prices).study().budgetUsd());
    InvalidInput refused =
        assertThrows(InvalidInput.class, () -> open(STUDY + "budget: {usd: 1}\n", null));
    assertEquals(
        folder.resolve("study.yaml")
            + ":5: budget.usd: 1 dollars cannot be kept: the price of openai/small-model is"
            + " unknown. A `price` of that model, a price file that has it, or no `usd`, is valid.",
        refused.getMessage());
  }

  @Test
  void aFileThatIsNamedMustBeThere() {
    Path none = folder.resolve("none.yaml");
    InvalidInput refused = assertThrows(InvalidInput.class, () -> open(STUDY, none));
    assertEquals(none + ": there is no such file.", refused.getMessage());
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("badPrices")
  void aMistakeIsNamedWithItsLineAndWhatIsValid(String good, String bad, String message) {
    InvalidInput thrown =
        assertThrows(
            InvalidInput.class,
            () -> Prices.read(new SourceText("prices.yaml", PRICES.replace(good, bad))));
    assertEquals("prices.yaml:" + message, thrown.getMessage());
  }

  static Stream<Arguments> badPrices() {
    return Stream.of(
        arguments(
            "date: 2026-01-31\n",
            "",
            "1: date: nothing is given. The day on which prices were looked up is valid."),
        arguments(
            "2026-01-31",
            "31.1.2026",
            "1: date: \"31.1.2026\" is not a date. A date such as 2026-01-31 is valid."),
        arguments(
            "2026-01-31",
            "2026-02-30",
            "1: date: \"2026-02-30\" is not a date. A date such as 2026-01-31 is valid."),
        arguments(
            "source:",
            "sorce:",
            "2: sorce: \"sorce\" is not a key of a price file. Did you mean \"source\"? Valid are date,"
                + " source, models."),
        arguments(
            "\"https://prices.example.org, seen by me\"",
            "\" \"",
            "2: source: \" \" is empty. Where prices were looked up, such as an address, is valid."),
        arguments(
            "openai/other",
            "other",
            "5: models: \"other\" is not a model. provider/name, such as openai/gpt-4o, is valid."),
        arguments(
            "input_usd_per_mtok: 3,",
            "",
            "5: models.input_usd_per_mtok: nothing is given. A number of dollars per million tokens"
                + " is valid."),
        arguments(
            "input_usd_per_mtok: 3,",
            "input_usd_per_mtok: $3,",
            "5: models.input_usd_per_mtok: \"$3\" is not a price. Dollars per million tokens, 0 or"
                + " more, are valid."),
        arguments(
            "openai/other",
            "openai/small-model",
            "5: models.openai/small-model: \"openai/small-model\" is given twice. Each key once is"
                + " valid."));
  }
}
