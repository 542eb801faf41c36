package dev.gapline.pipeline.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every version that a file under deploy/ names is the one of the poms. */
final class DeployVersionsTest {

  @Test
  void whatRunsIsWhatThePomNames() {
    assertEquals(DeployFiles.property("flink.version"), EnvironmentInformation.getVersion());
    assertEquals(
        DeployFiles.property("beam.version"), ReleaseInfo.getReleaseInfo().getSdkVersion());
  }

  @Test
  void theImageIsOfThePomsVersions() {
    String image = DeployFiles.text("deploy/image/Dockerfile");
    assertEquals(
        DeployFiles.property("flink.version"),
        DeployFiles.first("(?m)^ARG FLINK_VERSION=(.*)$", image));
    String java = DeployFiles.property("maven.compiler.release");
    assertEquals(java, DeployFiles.first("(?m)^ARG JAVA_VERSION=(.*)$", image));
    assertTrue(
        image.contains("FROM flink:${FLINK_VERSION}-scala_2.12-java${JAVA_VERSION}\n"), image);
    assertTrue(image.contains("FROM maven:3.9-eclipse-temurin-${JAVA_VERSION} AS build\n"), image);
    assertEquals(
        DeployFiles.version(), DeployFiles.first("docker build .* -t gapline:(\\S+)", image));
  }

  @Test
  void theLocalClusterHasNoVersionsOfItsOwn() {
    String pom = DeployFiles.text("deploy/flink/pom.xml");
    List<String> versions = new ArrayList<>();
    Matcher matcher = Pattern.compile("<version>([^<]*)</version>").matcher(pom);
    while (matcher.find()) {
      versions.add(matcher.group(1));
    }
    assertEquals(DeployFiles.version(), versions.remove(0), "that of its parent");
    assertEquals(
        Set.of("${flink.version}", "${log4j.version}", "${flink-metrics-prometheus.version}"),
        Set.copyOf(versions));
    assertTrue(
        DeployFiles.property("flink-metrics-prometheus.version")
            .startsWith(DeployFiles.property("flink.version").replaceAll("\\d+$", "")),
        "of the same minor version");
    assertFalse(
        Pattern.compile("\\b\\d+\\.\\d+\\.\\d+(?!\\.)\\b")
            .matcher(
                DeployFiles.text("deploy/local-cluster")
                    .replace("127.0.0.1", "")
                    .replace("0.0.0.0", ""))
            .find());
  }

  @ParameterizedTest
  @FieldSource("dev.gapline.pipeline.deploy.Kustomization#FOLDERS")
  void aManifestIsOfThePomsVersions(String folder) {
    JsonNode spec = Kustomization.deployment(folder).path("spec");
    String minor = DeployFiles.property("flink.version").replaceAll("\\.\\d+$", "");
    assertEquals("v" + minor.replace('.', '_'), spec.path("flinkVersion").asText());
    assertEquals(
        "gapline:" + DeployFiles.version(), spec.path("image").asText().replaceAll(".*/", ""));
  }

  @Test
  void everyImageThatIsNamedIsTheSame() throws IOException {
    for (Path file : DeployFiles.all()) {
      Matcher matcher =
          Pattern.compile("\\bgapline:([0-9]+\\.[\\w.-]+)").matcher(DeployFiles.text(file));
      while (matcher.find()) {
        assertEquals(DeployFiles.version(), matcher.group(1), file::toString);
      }
    }
    String operator = DeployFiles.property("flink-operator.version");
    assertTrue(DeployFiles.text("deploy/kubernetes/README.md").contains(operator), operator);
  }
}
