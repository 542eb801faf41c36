package dev.gapline.pipeline.processes;

import dev.gapline.pipeline.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command of Gapline in a JVM of its own, on the class path of the tests: what a person starts in
 * a terminal, and what dies with a power cut. Closing it ends it.
 */
final class GaplineProcess implements AutoCloseable {

  private final Process process;
  private final Path stdout;
  private final Path stderr;

  /** How a command ended, and what it said. */
  record Ended(int status, String stdout, String stderr) {}

  private GaplineProcess(Process process, Path stdout, Path stderr) {
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** Starts a command and returns at once. */
  static GaplineProcess start(Object... arguments) {
    return start(Map.of(), arguments);
  }

  /** Starts a command with these environment variables beside the inherited ones. */
  static GaplineProcess start(Map<String, String> environment, Object... arguments) {
    return of(environment, command(Main.class, arguments));
  }

  /** Starts such a command line and returns at once. */
  static GaplineProcess of(Map<String, String> environment, List<String> commandLine) {
    try {
      Path stdout = Files.createTempFile("gapline", ".stdout");
      Path stderr = Files.createTempFile("gapline", ".stderr");
      ProcessBuilder builder =
          new ProcessBuilder(commandLine)
              .redirectOutput(stdout.toFile())
              .redirectError(stderr.toFile());
      builder.environment().remove("OPENAI_API_KEY");
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      return new GaplineProcess(process, stdout, stderr);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command to its end. */
  static Ended run(Object... arguments) {
    return run(Map.of(), arguments);
  }

  /** Runs a command to its end, with these environment variables beside the inherited ones. */
  static Ended run(Map<String, String> environment, Object... arguments) {
    try (GaplineProcess process = start(environment, arguments)) {
      return process.end();
    }
  }

  /** The command line of a main class, in a JVM like the one that {@code gapline} starts. */
  static List<String> command(Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    // What Flink and Hadoop reach into: opened for this JVM by the build, and so for that one.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    // Surefire hides the class path in a jar of its own and keeps the true one here.
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  /** Waits for its end. */
  Ended end() {
    int status = process.onExit().join().exitValue();
    return new Ended(status, stdout(), stderr());
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** {@code kill -9}: it hears nothing and writes nothing more. */
  Ended kill() {
    process.destroyForcibly();
    return end();
  }

  /** Sends a signal that it can hear: {@code INT}, which is Ctrl-C, or {@code TERM}. */
  void send(String signal) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
              .inheritIO()
              .start();
      if (kill.onExit().join().exitValue() != 0) {
        throw new IllegalStateException("No " + signal + " could be sent.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has said on stdout so far. */
  String stdout() {
    return read(stdout);
  }

  /** What it has said on stderr so far. */
  String stderr() {
    return read(stderr);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
    try {
      Files.deleteIfExists(stdout);
      Files.deleteIfExists(stderr);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
