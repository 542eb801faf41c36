package dev.gapline.pipeline.files;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** However a file is damaged, it is either read or refused in one sentence. */
final class FuzzTest {

  @Property(tries = 500)
  void aDamagedStudyIsReadOrRefused(@ForAll Random random) throws IOException {
    readOrRefused(damaged(Texts.STUDY, random), true);
  }

  @Property(tries = 500)
  void aDamagedScenarioIsReadOrRefused(@ForAll Random random) throws IOException {
    readOrRefused(damaged(Texts.SCENARIO, random), false);
  }

  private static void readOrRefused(byte[] bytes, boolean isStudy) throws IOException {
    Path file = Files.createTempFile("fuzz", ".yaml");
    try {
      Files.write(file, bytes);
      if (isStudy) {
        StudyFile read = StudyFile.open(file, Texts.catalogue());
        if (!Texts.study(read.resolved()).study().equals(read.study())) {
          fail("Not read back: " + read.resolved());
        }
      } else {
        var unused = Scenarios.readFile(file);
      }
    } catch (InvalidInput e) {
      if (e.getMessage().contains("\n") || !e.getMessage().startsWith(file + ":")) {
        fail("Not one sentence of this file: " + e.getMessage());
      }
    } finally {
      Files.delete(file);
    }
  }

  /**
   * One to four of: a byte changed, inserted or dropped, a line dropped, two lines or words
   * swapped.
   */
  private static byte[] damaged(String text, Random random) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> changed(bytes, random);
            case 1 -> inserted(bytes, random);
            case 2 -> lines(bytes, random, true);
            case 3 -> lines(bytes, random, false);
            default -> wordsSwapped(bytes, random);
          };
    }
    return bytes;
  }

  private static byte[] changed(byte[] bytes, Random random) {
    byte[] copy = bytes.clone();
    copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    return copy;
  }

  private static byte[] inserted(byte[] bytes, Random random) {
    String[] nasty = {
      "{",
      "[",
      "- ",
      "&a ",
      "*a ",
      "!!",
      "!x ",
      "? ",
      ": ",
      "---\n",
      "\"",
      "'",
      "|",
      "%",
      "\t",
      "null",
      "1e999",
      "-",
      "{{",
      "(((",
      "\\",
      "%YAML 1.9\n",
      "\u2028",
      "😀",
      "<<: "
    };
    String text = new String(bytes, StandardCharsets.UTF_8);
    int at = random.nextInt(text.length() + 1);
    return FilesTest.utf8(
        text.substring(0, at) + nasty[random.nextInt(nasty.length)] + text.substring(at));
  }

  private static byte[] lines(byte[] bytes, Random random, boolean drop) {
    List<String> lines =
        new ArrayList<>(List.of(new String(bytes, StandardCharsets.UTF_8).split("\n", -1)));
    if (drop) {
      lines.remove(random.nextInt(lines.size()));
    } else {
      Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
    }
    return FilesTest.utf8(String.join("\n", lines) + "\n");
  }

  private static byte[] wordsSwapped(byte[] bytes, Random random) {
    List<String> words =
        new ArrayList<>(List.of(new String(bytes, StandardCharsets.UTF_8).split("\\b")));
    Collections.swap(words, random.nextInt(words.size()), random.nextInt(words.size()));
    return FilesTest.utf8(String.join("", words));
  }
}
