package dev.gapline.pipeline.files;

import dev.gapline.schemas.Scenario;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * The text of a scenario file with some of its queries alone: every other value as it was, comments
 * left out.
 */
final class FewerQueries {

  private FewerQueries() {}

  /**
   * The text of such a file.
   *
   * @param text of the whole file
   * @param scenario as read from it
   */
  static String of(String text, Scenario scenario, Set<String> ids) {
    LoadSettings load =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();
    DumpSettings dump =
        DumpSettings.builder()
            .setSchema(new CoreSchema())
            .setSplitLines(false)
            .setUseUnicodeEncoding(true)
            .build();
    Node root = new Compose(load).composeString(text).orElseThrow();
    String cut =
        new Present(dump).emitToString(new Serialize(dump).serializeOne(cut(root, ids)).iterator());
    Scenario read = ScenarioReader.read(new SourceText(scenario.name() + ".yaml", cut));
    if (!read.equals(with(scenario, ids))) {
      throw new IllegalStateException(
          "The scenario %s cannot be written with fewer queries.".formatted(scenario.name()));
    }
    return cut;
  }

  /** The scenario with some of its queries alone, in their order. */
  static Scenario with(Scenario scenario, Set<String> ids) {
    return scenario.withQueries(
        scenario.queries().stream().filter(query -> ids.contains(query.id())).toList());
  }

  private static Node cut(Node root, Set<String> ids) {
    MappingNode map = (MappingNode) root;
    List<NodeTuple> tuples =
        map.getValue().stream()
            .map(
                tuple ->
                    isKey(tuple, "queries")
                        ? new NodeTuple(tuple.getKeyNode(), some(tuple.getValueNode(), ids))
                        : tuple)
            .toList();
    return new MappingNode(map.getTag(), tuples, map.getFlowStyle());
  }

  private static Node some(Node queries, Set<String> ids) {
    SequenceNode list = (SequenceNode) queries;
    List<Node> kept =
        list.getValue().stream()
            .filter(query -> ids.contains(id((MappingNode) query)))
            .collect(Collectors.toList());
    return new SequenceNode(list.getTag(), kept, list.getFlowStyle());
  }

  private static String id(MappingNode query) {
    return query.getValue().stream()
        .filter(tuple -> isKey(tuple, "id"))
        .map(tuple -> ((ScalarNode) tuple.getValueNode()).getValue())
        .findFirst()
        .orElseThrow();
  }

  private static boolean isKey(NodeTuple tuple, String key) {
    return tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key);
  }
}
