package dev.gapline.pipeline.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compose file, manifests and local cluster set Flink alike, and as Flink understands it. */
final class DeploySettingsTest {

  /** What is about one machine and its ports, and differs for a reason. */
  private static final Pattern OF_A_MACHINE =
      Pattern.compile(
          "jobmanager\\.rpc\\..*|.*\\.bind-host|.*\\.bind-address|taskmanager\\.host|rest\\..*|.*tmp\\.?dirs?");

  /** Of a reporter by its name, of Flink's part for Kubernetes, and of the operator. */
  private static final Set<String> NOT_OF_THE_CLASS_PATH =
      Set.of(
          "metrics.reporter.prom.factory.class",
          "metrics.reporter.prom.port",
          "kubernetes.entry.path",
          "kubernetes.operator.pod-template.merge-arrays-by-name");

  static Stream<Map<String, String>> settings() {
    return Stream.concat(
        Stream.of(DeployFiles.localCluster(), DeployFiles.compose("jobmanager")),
        Kustomization.FOLDERS.stream()
            .map(folder -> DeployFiles.settings(Kustomization.deployment(folder))));
  }

  @Test
  void composeIsSetAsTheLocalClusterIs() {
    Map<String, String> local = new TreeMap<>(DeployFiles.localCluster());
    local.keySet().removeIf(key -> OF_A_MACHINE.matcher(key).matches());
    assertTrue(local.containsKey("heartbeat.timeout"), local::toString);
    Map<String, String> compose = new TreeMap<>(DeployFiles.compose("jobmanager"));
    assertEquals(compose, new TreeMap<>(DeployFiles.compose("taskmanager")));
    compose
        .keySet()
        .removeIf(
            key -> OF_A_MACHINE.matcher(key).matches() || key.startsWith("metrics.reporter."));
    assertEquals(local, compose);
  }

  /** Sizes are each folder's own; everything else is the local cluster's. */
  @ParameterizedTest
  @FieldSource("dev.gapline.pipeline.deploy.Kustomization#FOLDERS")
  void aManifestIsSetAsTheLocalClusterIs(String folder) {
    Map<String, String> local = new TreeMap<>(DeployFiles.localCluster());
    local
        .keySet()
        .removeIf(
            key ->
                OF_A_MACHINE.matcher(key).matches()
                    || key.contains(".memory.")
                    || key.endsWith(".numberOfTaskSlots"));
    Map<String, String> settings = DeployFiles.settings(Kustomization.deployment(folder));
    local.forEach((key, value) -> assertEquals(value, settings.get(key), key));
    Map<String, String> compose = DeployFiles.compose("taskmanager");
    compose.forEach(
        (key, value) -> {
          if (key.startsWith("metrics.reporter.")) {
            assertEquals(value, settings.get(key), key);
          }
        });
  }

  @Test
  void theBaseIsAsLargeAsTheLocalCluster() {
    Map<String, String> settings = DeployFiles.settings(Kustomization.deployment("base"));
    DeployFiles.localCluster()
        .forEach(
            (key, value) -> {
              if (key.contains(".memory.") || key.endsWith(".numberOfTaskSlots")) {
                assertEquals(value, settings.get(key), key);
              }
            });
  }

  /** A job of many small exchanges stands still without buffers, and says so only in a log. */
  @ParameterizedTest
  @FieldSource("dev.gapline.pipeline.deploy.Kustomization#FOLDERS")
  void aSlotHasTheBuffersThatItHasOnTheLocalCluster(String folder) {
    assertEquals(
        buffersOfASlot(DeployFiles.localCluster()),
        buffersOfASlot(DeployFiles.settings(Kustomization.deployment(folder))));
  }

  private static long buffersOfASlot(Map<String, String> settings) {
    String least = settings.get("taskmanager.memory.network.min");
    assertEquals(least, settings.get("taskmanager.memory.network.max"));
    return MemorySize.parse(least).getBytes()
        / Integer.parseInt(settings.get("taskmanager.numberOfTaskSlots"));
  }

  /** By Flink's own reckoning, which also refuses a process too small for what it is to hold. */
  @ParameterizedTest
  @MethodSource("settings")
  void aSlotHasTheHeapThatItHasOnTheLocalCluster(Map<String, String> settings) {
    assertTrue(heapOfASlot(settings) >= heapOfASlot(DeployFiles.localCluster()));
    assertTrue(heapOfAJobManager(settings) >= heapOfAJobManager(DeployFiles.localCluster()));
  }

  private static long heapOfASlot(Map<String, String> settings) {
    TaskExecutorProcessSpec process =
        TaskExecutorProcessUtils.processSpecFromConfig(Configuration.fromMap(settings));
    return process.getJvmHeapMemorySize().getBytes() / process.getNumSlots();
  }

  private static long heapOfAJobManager(Map<String, String> settings) {
    return JobManagerProcessUtils.processSpecFromConfigWithNewOptionToInterpretLegacyHeap(
            Configuration.fromMap(settings), JobManagerOptions.JVM_HEAP_MEMORY)
        .getJvmHeapMemorySize()
        .getBytes();
  }

  @Test
  void aContainerHasRoomForItsProcess() {
    JsonNode services =
        DeployFiles.yaml(DeployFiles.path("deploy/compose.yaml")).get(0).path("services");
    for (String service : List.of("jobmanager", "taskmanager")) {
      String process = DeployFiles.compose(service).get(service + ".memory.process.size");
      long limit = MemorySize.parse(services.path(service).path("mem_limit").asText()).getBytes();
      assertTrue(limit >= MemorySize.parse(process).getBytes() * 5 / 4, service);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void flinkKnowsEverySettingAndReadsItsValue(Map<String, String> settings)
      throws IllegalAccessException {
    Map<String, ConfigOption<?>> options = optionsOfFlink();
    Configuration configuration = Configuration.fromMap(settings);
    for (String key : settings.keySet()) {
      ConfigOption<?> option = options.get(key);
      assertEquals(NOT_OF_THE_CLASS_PATH.contains(key), option == null, key);
      if (option != null) {
        assertTrue(configuration.getOptional(option).isPresent(), key);
      }
    }
  }

  private static Map<String, ConfigOption<?>> optionsOfFlink() throws IllegalAccessException {
    Map<String, ConfigOption<?>> known = new TreeMap<>();
    for (Class<?> options :
        List.of(
            CheckpointingOptions.class,
            CoreOptions.class,
            HeartbeatManagerOptions.class,
            HighAvailabilityOptions.class,
            JobManagerOptions.class,
            NettyShuffleEnvironmentOptions.class,
            RestOptions.class,
            RestartStrategyOptions.class,
            TaskManagerOptions.class,
            WebOptions.class)) {
      for (Field field : options.getFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getType() == ConfigOption.class) {
          ConfigOption<?> option = (ConfigOption<?>) field.get(null);
          known.put(option.key(), option);
        }
      }
    }
    return known;
  }

  /** The image's entry point takes away white space, and takes a comment for a setting. */
  @Test
  void composeWritesSettingsThatTheEntryPointReads() {
    String lines =
        DeployFiles.yaml(DeployFiles.path("deploy/compose.yaml"))
            .get(0)
            .at("/services/jobmanager/environment/FLINK_PROPERTIES")
            .asText();
    lines
        .lines()
        .forEach(line -> assertTrue(line.matches("[a-z][\\w.-]*: (\\S+|\\d+ \\w+)"), line));
  }

  @Test
  void javaIsOpenedAlikeEverywhere() {
    Set<String> cluster =
        opened(
            DeployFiles.first("(?s)\\nopens=\"(.*?)\"", DeployFiles.text("deploy/local-cluster")));
    for (String folder : Kustomization.FOLDERS) {
      String options =
          DeployFiles.settings(Kustomization.deployment(folder)).get("env.java.opts.all");
      assertEquals(cluster, opened(options), folder);
      assertFalse(options.contains("\n"), "A setting of Flink is one line.");
    }
    Set<String> command = opened(DeployFiles.property("jvm.opens"));
    assertEquals(command, opened(DeployFiles.text("gapline")));
    assertEquals(command, opened(DeployFiles.text("deploy/image/gapline")));
  }

  private static Set<String> opened(String text) {
    Set<String> opened = new TreeSet<>();
    Matcher matcher = Pattern.compile("--add-(?:opens|exports)=[^\\s\"\\\\]+").matcher(text);
    while (matcher.find()) {
      opened.add(matcher.group());
    }
    assertFalse(opened.isEmpty());
    return opened;
  }
}
