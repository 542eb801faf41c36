package dev.gapline.pipeline.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real Flink cluster on loopback, as {@code deploy/local-cluster} starts it: every process of it
 * is one of the operating system's, and can be killed. Closing it ends all that it started.
 */
final class LocalCluster implements AutoCloseable {

  private final Path script;
  private final Path folder;
  private final Map<String, String> environment;

  private LocalCluster(Path script, Path folder, Map<String, String> environment) {
    this.script = script;
    this.folder = folder;
    this.environment = environment;
  }

  /** Starts one of that many TaskManagers of two slots; the workers get that environment too. */
  static LocalCluster up(Path folder, int taskManagers, Map<String, String> environment) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "CLUSTER", folder.toString(),
                "REST_PORT", Integer.toString(freePort()),
                "RPC_PORT", Integer.toString(freePort())));
    all.putAll(environment);
    LocalCluster cluster = new LocalCluster(script(), folder, Map.copyOf(all));
    cluster.tell("up", Integer.toString(taskManagers));
    return cluster;
  }

  /** The address of its REST interface. */
  String address() {
    return "127.0.0.1:" + environment.get("REST_PORT");
  }

  /** One more TaskManager. */
  void add() {
    tell("add");
  }

  /** One more TaskManager, started with these variables in place of the others'. */
  void add(Map<String, String> differing) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(differing);
    new LocalCluster(script, folder, Map.copyOf(all)).tell("add");
  }

  /** Waits until that many TaskManagers have found the JobManager. */
  void await(int wanted) {
    tell("await", Integer.toString(wanted));
  }

  /** The numbers of the TaskManagers that it started and did not kill. */
  List<Integer> taskManagers() {
    try (Stream<Path> files = Files.list(folder.resolve("pid"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("taskmanager-"))
          .map(name -> Integer.valueOf(name.substring("taskmanager-".length())))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code kill -9} of that TaskManager. */
  void kill(int taskManager) {
    tell("kill-one", Integer.toString(taskManager));
  }

  /** Sends that TaskManager a signal: {@code STOP} freezes it, {@code CONT} thaws it. */
  void send(int taskManager, String signal) {
    try {
      String pid = Files.readString(folder.resolve("pid/taskmanager-" + taskManager)).strip();
      Process kill = new ProcessBuilder("kill", "-" + signal, pid).inheritIO().start();
      if (kill.onExit().join().exitValue() != 0) {
        throw new IllegalStateException("No " + signal + " could be sent.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code kill -9} of the JobManager. */
  void killJobManager() {
    tell("kill-jobmanager");
  }

  /** A new JobManager in place of the killed one; returns when all TaskManagers have found it. */
  void startJobManager() {
    tell("start-jobmanager");
  }

  @Override
  public void close() {
    tell("down");
  }

  private void tell(String... command) {
    List<String> line = new ArrayList<>(List.of(script.toString()));
    line.addAll(List.of(command));
    try (GaplineProcess process = GaplineProcess.of(environment, line)) {
      GaplineProcess.Ended ended = process.end();
      if (ended.status() != 0) {
        throw new IllegalStateException(String.join(" ", line) + ": " + ended.stderr());
      }
    }
  }

  private static Path script() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      Path script = folder.resolve("deploy").resolve("local-cluster");
      if (Files.exists(script)) {
        return script;
      }
    }
    throw new IllegalStateException("deploy/local-cluster is not above " + here + ".");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
