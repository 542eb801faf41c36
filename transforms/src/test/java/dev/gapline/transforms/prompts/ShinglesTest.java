package dev.gapline.transforms.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShinglesTest {

  private static final String TEXT = "You work by the river. Boats pass here every day.";

  @Test
  void aRunIsKnownByTheFirst16DigitsOfItsSha256() {
    // printf 'a b c d' | sha256sum
    assertEquals(List.of("f82ce1b653e30b1c"), Shingles.of("a b c d").hashes());
    assertEquals(List.of(), Shingles.of("a b c").hashes());
    assertEquals(1, Shingles.of("a a a a a a").hashes().size(), "each once");
    List<String> hashes = Shingles.of(TEXT).hashes();
    assertEquals(7, hashes.size());
    assertEquals(hashes.stream().sorted().toList(), hashes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  caf\u00e9 A\n\tb  C d ",
        "cafe\u0301 a b c d",
        "<X>caf\u00e9 a</X> {{#b.full}}b{{/b.full}} c d",
      })
  void spaceLettersOfAnySizeFormsAndTagsMakeNoDifference(String text) {
    assertEquals(Shingles.of("caf\u00e9 a b c d"), Shingles.of(text));
  }

  @Test
  void theOverlapIsThatOfTheTextsThemselves() {
    Shingles text = Shingles.of(TEXT);
    assertEquals(1.0, text.overlap(Shingles.of(TEXT)));
    assertEquals(0.0, text.overlap(Shingles.of("A bird sang in the tall tree at noon.")));
    String one = "a b c d e f g h";
    String other = "x y b c d e z a";
    assertEquals(
        WordingGate.of(one, other).overlap(), Shingles.of(one).overlap(Shingles.of(other)));
    assertNull(text.overlap(Shingles.of("too short")));
    assertNull(Shingles.of("too short").overlap(text));
  }
}
