package dev.gapline.benchmark;

import java.nio.file.Path;
import java.util.Locale;

/** Who makes the calls. */
enum Client {
  RAW,
  DIRECT,
  FLINK;

  /** As it is called on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The command that makes a study's calls, in a process that nothing has warmed. The raw client
   * has the launcher's options and its archive of classes.
   */
  ProcessBuilder command(Path launcher, Path study, Path work) {
    if (this == RAW) {
      ProcessBuilder raw =
          Java.command(
              RawClient.class,
              "-Xmx1g",
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseParallelGC",
              "-XX:SharedArchiveFile=" + launcher.resolveSibling("pipeline/target/classes.jsa"),
              "-Xshare:auto",
              "-Xlog:cds*=off");
      raw.command().add(study.toString());
      return raw;
    }
    return new ProcessBuilder(
        launcher.toString(),
        "run",
        study.toString(),
        "--runner",
        label(),
        "--out",
        work.resolve("out").toString());
  }
}
