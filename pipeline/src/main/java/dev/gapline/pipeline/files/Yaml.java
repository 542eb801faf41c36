package dev.gapline.pipeline.files;

import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * YAML 1.2 (core schema) as a tree in which every value knows its line. Nothing is ever constructed
 * from it, and what makes YAML dangerous or ambiguous is refused before a tree is built: anchors
 * and aliases, tags, several documents, deep nesting.
 */
final class Yaml {

  private static final int MAX_DEPTH = 32;

  /** The parser takes seconds for lines of a megabyte. */
  private static final int MAX_LINE = 100_000;

  private static final String CORE = "tag:yaml.org,2002:";

  private final SourceText source;
  private final LoadSettings settings;

  private Yaml(SourceText source) {
    this.source = source;
    this.settings =
        LoadSettings.builder()
            .setLabel(source.file())
            .setSchema(new CoreSchema())
            .setCodePointLimit(Integer.MAX_VALUE) // the file's size is limited already
            .build();
  }

  /**
   * The document as one value, whose field is {@code name} in messages. An empty file has none and
   * is refused.
   */
  static Value read(SourceText source, String name) {
    Yaml yaml = new Yaml(source);
    Node root;
    try {
      yaml.refuseLongLines();
      yaml.refuseTheUnsafe();
      root = new Compose(yaml.settings).composeString(source.text()).orElse(null);
    } catch (ReaderException e) {
      int end = source.text().offsetByCodePoints(0, e.getPosition());
      throw yaml.broken(SourceText.lineOf(source.text().substring(0, end)), e);
    } catch (MarkedYamlEngineException e) {
      throw yaml.broken(line(e.getProblemMark().or(e::getContextMark)), e);
    } catch (YamlEngineException e) {
      throw yaml.broken(1, e);
    }
    if (root == null) {
      throw yaml.refused(1, "nothing is given. The keys of a %s are valid.".formatted(name));
    }
    return Value.root(source.file(), name, root);
  }

  private void refuseLongLines() {
    String text = source.text();
    int line = 1;
    for (int start = 0; start < text.length(); line++) {
      int end = text.indexOf('\n', start);
      int length = (end < 0 ? text.length() : end) - start;
      if (length > MAX_LINE) {
        throw refused(
            line,
            "a line of %d characters is too long. At most %d are valid."
                .formatted(length, MAX_LINE));
      }
      start += length + 1;
    }
  }

  /** Reads events one by one, so that what is refused is refused before it can grow. */
  private void refuseTheUnsafe() {
    int depth = 0;
    int documents = 0;
    for (Event event : new Parse(settings).parseString(source.text())) {
      int line = line(event.getStartMark());
      if (event instanceof AliasEvent) {
        throw refused(line, "an alias (*) is not allowed. Values written out in full are valid.");
      }
      if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
        throw refused(line, "an anchor (&) is not allowed. Values written out in full are valid.");
      }
      if (event instanceof DocumentStartEvent && ++documents > 1) {
        throw refused(line, "a second document (---) is not allowed. One document is valid.");
      }
      if (event instanceof ScalarEvent scalar) {
        refuseForeignTag(scalar.getTag(), line);
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
      if (event instanceof CollectionStartEvent start) {
        refuseForeignTag(start.getTag(), line);
        if (++depth > MAX_DEPTH) {
          throw refused(line, "nested too deep. At most %d levels are valid.".formatted(MAX_DEPTH));
        }
      }
    }
  }

  private void refuseForeignTag(Optional<String> tag, int line) {
    boolean isCore =
        switch (tag.orElse(CORE + "str")) {
          case CORE + "str",
              CORE + "int",
              CORE + "float",
              CORE + "bool",
              CORE + "null",
              CORE + "map",
              CORE + "seq" ->
              true;
          default -> false;
        };
    if (!isCore) {
      String shown = Value.clipped(tag.orElseThrow().replace(CORE, "!!"));
      throw refused(
          line, "the tag \"%s\" is not allowed. Plain values are valid.".formatted(shown));
    }
  }

  private InvalidInput refused(int line, String sentence) {
    return InvalidInput.at(source.file(), line, "yaml", sentence);
  }

  private InvalidInput broken(int line, YamlEngineException cause) {
    String problem =
        cause instanceof MarkedYamlEngineException marked && marked.getProblem() != null
            ? Value.sentence(marked.getProblem())
            : cause instanceof ReaderException reader
                ? "the character U+%04X is not allowed".formatted(reader.getCodePoint())
                : "it cannot be parsed";
    return new InvalidInput(
        "%s:%d: yaml: %s. YAML 1.2 is valid.".formatted(source.file(), line, problem), cause);
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(m -> m.getLine() + 1).orElse(1);
  }
}
