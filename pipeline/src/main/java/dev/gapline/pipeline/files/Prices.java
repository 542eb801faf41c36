package dev.gapline.pipeline.files;

import dev.gapline.schemas.Price;
import dev.gapline.schemas.Sorted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A user's price file: what models cost, since when, and where that was looked up. A study's own
 * prices outrank it, and models that no study names may stand in it.
 *
 * @param models price by model id, each with the file's date and source
 */
record Prices(SortedMap<String, Price> models) {

  /** No file: only a study's own prices are known. */
  static final Prices NONE = new Prices(new TreeMap<>());

  /** Used when it lies beside the study, and no other file is named. */
  private static final String BESIDE_THE_STUDY = "prices.yaml";

  private static final int MAX_BYTES = 1 << 20;

  Prices {
    models = Sorted.copyOf(models);
  }

  /** The prices beside a study in that folder; none where there is no such file. */
  static Prices beside(Path folder) {
    Path file = folder.resolve(BESIDE_THE_STUDY);
    return Files.exists(file) ? read(file) : NONE;
  }

  /** The prices of that file. */
  static Prices read(Path file) {
    return read(SourceText.read(file, MAX_BYTES));
  }

  static Prices read(SourceText source) {
    Fields fields =
        Yaml.read(source, "price file").fields("a price file", "date", "source", "models");
    String date = date(fields.required("date", "The day on which prices were looked up"));
    String from = source(fields.required("source", "Where prices were looked up"));
    SortedMap<String, Price> prices = new TreeMap<>();
    Map<String, Value> models =
        fields
            .required("models", "A map from models to prices")
            .models("A map from models to prices");
    models.forEach(
        (model, value) -> {
          Fields price =
              value.fields("a price", "input_usd_per_mtok", "output_usd_per_mtok", "batch");
          prices.put(model, of(price, date, from));
        });
    return new Prices(prices);
  }

  /** The price of a study's model, which may say its date and source. */
  static Price inStudy(Value value) {
    Fields fields =
        value.fields(
            "a price", "input_usd_per_mtok", "output_usd_per_mtok", "batch", "date", "source");
    return of(
        fields,
        fields.read("date", null, Prices::date),
        fields.read("source", null, Prices::source));
  }

  private static Price of(Fields fields, String date, String source) {
    return new Price(
        dollars(fields.required("input_usd_per_mtok", "A number of dollars per million tokens")),
        dollars(fields.required("output_usd_per_mtok", "A number of dollars per million tokens")),
        fields.read("batch", null, Prices::share),
        date,
        source);
  }

  private static Double share(Value value) {
    String valid = "A share above 0 and at most 1 is valid.";
    double share = value.number("the share of a price", 0, 1, valid);
    if (share <= 0) {
      throw value.refuse("is no share of a price. " + valid);
    }
    return share;
  }

  private static double dollars(Value value) {
    return value.number("a price", 0, 1e6, "Dollars per million tokens, 0 or more, are valid.");
  }

  private static String date(Value value) {
    try {
      return LocalDate.parse(value.text("A date such as 2026-01-31")).toString();
    } catch (DateTimeException e) {
      InvalidInput refused = value.refuse("is not a date. A date such as 2026-01-31 is valid.");
      refused.initCause(e);
      throw refused;
    }
  }

  private static String source(Value value) {
    return value.words("Where prices were looked up, such as an address,").strip();
  }
}
