package dev.gapline.pipeline.runs;

import dev.gapline.transforms.RunFolder;
import java.nio.file.InvalidPathException;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** The output that a person names on the command line. */
public final class Output {

  private Output() {}

  /**
   * The run at a path of this machine, or at a URI whose scheme Beam knows.
   *
   * @throws Refused in a sentence, when it is neither
   */
  public static RunFolder at(String place) {
    if (place.startsWith("gs://")) {
      // Beam knows the scheme, but nothing here has tried it; without credentials it waits minutes.
      throw new Refused(
          "--out: %s is not valid. This version writes to a local folder.".formatted(place));
    }
    try {
      RunFolder folder = RunFolder.of(place);
      if (folder.isRemote()) {
        FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
        var unused = FileSystems.matchNewResource(folder.root(), true);
      }
      return folder;
    } catch (InvalidPathException e) {
      throw new Refused("--out: this is not a path: %s.".formatted(e.getReason()), e);
    } catch (IllegalArgumentException e) {
      throw new Refused(
          "--out: %s is not valid (%s). A folder of this machine is valid."
              .formatted(place, firstLine(e)),
          e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
