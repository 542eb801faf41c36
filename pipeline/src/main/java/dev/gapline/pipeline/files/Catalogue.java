package dev.gapline.pipeline.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Built-in files of one kind: an explicit list of names, each a resource {@code FOLDER/NAME.yaml}.
 */
record Catalogue(String folder, List<String> names) {

  /** The text of the built-in file with that name, which must be one of the names. */
  SourceText open(String name) {
    return resource(folder + "/" + name + ".yaml");
  }

  /** The text of that resource, which must be there. */
  static SourceText resource(String resource) {
    try (InputStream in = Catalogue.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("The built-in file " + resource + " was not packaged.");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new SourceText(resource, text);
    } catch (IOException e) {
      throw new IllegalStateException("The built-in file " + resource + " cannot be read.", e);
    }
  }
}
