package dev.gapline.pipeline.files;

import java.util.List;

/** The JSON Schemas of what people write: {@code json-schemas/KIND.json} in the resources. */
public final class JsonSchemas {

  /** Kinds of files that have one. */
  public static final List<String> KINDS = List.of("study", "scenario");

  private JsonSchemas() {}

  /** The schema of that kind of file, one of {@link #KINDS}, as JSON text. */
  public static String text(String kind) {
    return Catalogue.resource("json-schemas/" + kind + ".json").text();
  }
}
