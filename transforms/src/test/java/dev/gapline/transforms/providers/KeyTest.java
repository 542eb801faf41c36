package dev.gapline.transforms.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {

  private static final Key KEY = Key.of("K", name -> " 0123-secret-4567\n");

  @Test
  void theWhiteSpaceAroundAKeyIsNotPartOfIt() {
    assertNull(KEY.problem());
    assertEquals("0123-secret-4567", KEY.value());
  }

  @Test
  void theKeyItselfIsHidden() {
    assertEquals("You sent [key].", KEY.hideIn("You sent 0123-secret-4567."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-proj-abcdefgh1234",
        "sk-****9abc",
        "gsk_abcdefgh",
        "AIzaSyA1234567",
        "hf_abcdefghij",
        "Bearer abc.def.ghi"
      })
  void whatLooksLikeAKeyIsHidden(String other) {
    String hidden = KEY.hideIn("Wrong key: " + other + " in use");
    assertFalse(hidden.contains(other.substring(other.length() - 4)), hidden);
    assertTrue(hidden.endsWith("in use"), hidden);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"The risk-averse task-switching api-version is key-value.", "ask-me-anything"})
  void wordsAreNotKeys(String text) {
    assertEquals(text, KEY.hideIn(text));
  }

  @Test
  void anUnsetVariableIsNamed() {
    assertTrue(Key.of("K", name -> null).problem().contains("variable K"));
  }

  @Test
  void aModelWithoutAKeyHasNoProblem() {
    assertNull(Key.of(null, name -> null).problem());
  }

  @Test
  void aKeyMayLieInAFileThatAVariableNames(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "0123-mounted\n");
    Key mounted = Key.of("K", name -> name.equals("K_FILE") ? file.toString() : null);
    assertEquals("0123-mounted", mounted.value());
    assertNull(mounted.problem());
    Key both = Key.of("K", name -> name.equals("K_FILE") ? file.toString() : "0123-set");
    assertEquals("0123-set", both.value());
    Key lost = Key.of("K", name -> name.equals("K_FILE") ? folder + "/none" : null);
    assertTrue(lost.problem().contains("K_FILE names no file"), lost.problem());
  }
}
