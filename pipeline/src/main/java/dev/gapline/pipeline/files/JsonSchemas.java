package dev.gapline.pipeline.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The JSON Schemas of what people write: {@code json-schemas/KIND.json} in the resources. */
public final class JsonSchemas {

  /** Kinds of files that have one. */
  public static final List<String> KINDS = List.of("study", "scenario");

  private JsonSchemas() {}

  /** The schema of that kind of file, one of {@link #KINDS}, as JSON text. */
  public static String text(String kind) {
    String resource = "json-schemas/" + kind + ".json";
    try (InputStream in = JsonSchemas.class.getClassLoader().getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
