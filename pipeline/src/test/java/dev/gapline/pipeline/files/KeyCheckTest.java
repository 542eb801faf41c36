package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gapline.schemas.ModelSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KeyCheckTest {

  private static final List<ModelSpec> MODELS =
      Texts.study(
              """
              study: keys
              scenarios: [animal-welfare]
              models:
                - id: openai/a
                - id: openai/b
                - {id: openai/c, base_url: 'https://api.example.org/v1', key_env: OTHER_KEY}
                - {id: openai/d, base_url: 'http://localhost:8080/v1/'}
                - {id: openai/e, base_url: 'https://api.example.org/v1', key_env: none}
                - {id: openai/f, base_url: 'http://[::1]:8080/v1'}
                - {id: sim/g, simulate: {comply: {free: 0, paid: 1}}}
              """)
          .study()
          .models();

  @Test
  void everyVariableThatIsNotSetIsNamedWithTheModelsThatNeedIt() {
    assertEquals(
        Optional.of(
            "The environment variables OPENAI_API_KEY (for openai/a, openai/b) and OTHER_KEY (for"
                + " openai/c) are not set."),
        KeyCheck.missing(MODELS, Map.of()));
  }

  @Test
  void aBlankVariableIsNotSetAndNoValueIsEverShown() {
    assertEquals(
        Optional.of("The environment variable OTHER_KEY (for openai/c) is not set."),
        KeyCheck.missing(MODELS, Map.of("OPENAI_API_KEY", "secret", "OTHER_KEY", " ")));
  }

  @Test
  void nothingIsMissingWhenAllAreSet() {
    assertEquals(
        Optional.empty(),
        KeyCheck.missing(MODELS, Map.of("OPENAI_API_KEY", "secret", "OTHER_KEY", "secret")));
  }

  @Test
  void aServerOnLoopbackNeedsNoKeyAndLosesTheSlashAtItsEnd() {
    assertEquals("http://localhost:8080/v1", MODELS.get(3).baseUrl());
    assertEquals(null, MODELS.get(3).keyEnv());
    assertEquals(null, MODELS.get(5).keyEnv());
  }
}
