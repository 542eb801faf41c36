package dev.gapline.pipeline.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The manifests are what the operator's own definition of a FlinkDeployment allows. */
final class FlinkDeploymentsTest {

  private static final JsonMapper JSON = new JsonMapper();

  private static final Schema SCHEMA = schema();

  /** As the operator's release has it, for the version that the manifests speak. */
  private static Schema schema() {
    JsonNode definition;
    try (InputStream stored =
        FlinkDeploymentsTest.class.getResourceAsStream(
            "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml")) {
      definition =
          JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromInputStream(stored));
    } catch (IOException e) {
      throw new IllegalStateException("The operator's jar has no definition.", e);
    }
    JsonNode version = definition.at("/spec/versions/0");
    assertEquals("v1beta1", version.path("name").asText());
    ObjectNode schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
    // Every kind has these; a definition need not say so.
    ObjectNode properties = (ObjectNode) schema.path("properties");
    properties.putObject("apiVersion").put("const", "flink.apache.org/v1beta1");
    properties.putObject("kind").put("const", "FlinkDeployment");
    properties.putObject("metadata").put("type", "object");
    close(schema);
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schema.toString());
  }

  /**
   * Says in the words of JSON Schema what Kubernetes means: a field that a definition does not name
   * is not one, save where it preserves what it does not know, and what is nullable may be null.
   */
  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      if (object.path("properties").isObject()
          && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()
          && !object.has("additionalProperties")) {
        object.put("additionalProperties", false);
      }
      if (object.path("nullable").asBoolean() && object.path("type").isTextual()) {
        object.putArray("type").add(object.path("type").asText()).add("null");
      }
    }
    schema.forEach(FlinkDeploymentsTest::close);
  }

  private static List<String> problems(JsonNode deployment) {
    return SCHEMA.validate(deployment).stream().map(Object::toString).toList();
  }

  @ParameterizedTest
  @FieldSource("dev.gapline.pipeline.deploy.Kustomization#FOLDERS")
  void theOperatorTakesIt(String folder) {
    assertEquals(List.of(), problems(Kustomization.deployment(folder)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "overlays/local", "overlays/cloud"})
  void theOperatorTakesItWithKeysAsFiles(String folder) {
    List<JsonNode> deployments = new ArrayList<>(List.of(Kustomization.deployment(folder)));
    Kustomization.in(DeployFiles.path("deploy/kubernetes/components/keys-as-files"))
        .patch(deployments);
    assertEquals(List.of(), problems(deployments.get(0)));
    JsonNode containers = deployments.get(0).at("/spec/taskManager/podTemplate/spec/containers");
    assertEquals("KEYS", containers.at("/0/env/0/name").asText());
    assertFalse(containers.toString().contains("secretKeyRef"), "No key is left in a variable.");
  }

  @Test
  void anOverlayChangesWhatItNames() {
    JsonNode cloud = Kustomization.deployment("overlays/cloud");
    assertEquals(
        "kubernetes", cloud.at("/spec/flinkConfiguration/high-availability.type").asText());
    assertEquals("2000", cloud.at("/spec/flinkConfiguration/heartbeat.interval").asText());
    assertEquals(8, cloud.at("/spec/taskManager/replicas").asInt());
    JsonNode local = Kustomization.deployment("overlays/local");
    assertEquals(
        "/data", local.at("/spec/podTemplate/spec/containers/0/volumeMounts/0/mountPath").asText());
    assertTrue(local.at("/spec/podTemplate/spec/securityContext/runAsNonRoot").asBoolean());
  }

  /** What a person gets wrong: each of these is seen. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{spec: {taskManager: {replica: 3}}}|replica",
        "{spec: {flinkversion: v1_19}}|flinkversion",
        "{spec: {flinkVersion: v1_99}}|flinkVersion",
        "{spec: {flinkConfiguration: {heartbeat.timeout: 10000}}}|heartbeat.timeout",
        "{spec: {podTemplate: {spec: {containers: [{name: a, volumeMount: []}]}}}}|volumeMount",
        "{spec: {podTemplate: {spec: {securityContext: {runAsNonRoot: 'yes'}}}}}|runAsNonRoot",
        "{spec: {job: {jarUri: 'local:///a.jar'}}}|jarUri",
        "{spec: {job: {upgradeMode: none}}}|upgradeMode",
        "{apiVersion: flink.apache.org/v1}|apiVersion",
        "{specs: {}}|specs",
      })
  void aMistakeIsSeen(String change, String named) {
    JsonNode patch =
        JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(change));
    List<String> problems =
        problems(Kustomization.merge(Kustomization.deployment("overlays/local"), patch));
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).contains(named), problems.get(0));
  }
}
