package dev.gapline.pipeline.runs;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one jar with everything that a cluster's workers need beside Flink itself. */
public final class JobJar {

  private static final String NAME = "gapline-job.jar";

  private JobJar() {}

  /**
   * The jar beside this program's own.
   *
   * @throws Refused if it was not built
   */
  public static Path find() {
    Path mine;
    try {
      mine = Path.of(JobJar.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("This program's own jar has no path.", e);
    }
    if (mine.endsWith(NAME)) {
      return mine;
    }
    Path jar = mine.resolveSibling(NAME);
    if (!Files.exists(jar)) {
      throw new Refused(
          "The job's jar is not there: mvn -Pjob-jar package makes %s.".formatted(jar));
    }
    return jar;
  }
}
