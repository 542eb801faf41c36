package dev.gapline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HashingTest {

  @Test
  void checkValuesOfTheSpecificationHold() {
    assertEquals(0xe220a8397b1dcdafL, Hashing.splitmix64(0));
    assertEquals(0x32fd59c6701ae739L, Hashing.fnv1a64("golden-v1|q00"));
    int[] weights = {2, 1, 0, 1, 3, 2, 3, 0};
    for (int replicate = 0; replicate < weights.length; replicate++) {
      assertEquals(weights[replicate], poisson(Hashing.uniform("golden-v1|q00", replicate)));
    }
  }

  @Test
  void partsAreToldApart() {
    assertNotEquals(Hashing.hex(16, "ab", "c"), Hashing.hex(16, "a", "bc"));
    assertNotEquals(Hashing.hex(16, "a"), Hashing.hex(16, "a", ""));
    assertNotEquals(Hashing.hex(16), Hashing.hex(16, ""));
  }

  @Test
  void sha256IsThatOfLengthPrefixedUtf8() {
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Hashing.hex(32));
    byte[] prefixed = {0, 0, 0, 2, (byte) 0xc3, (byte) 0xa9};
    assertEquals(
        java.util.HexFormat.of().formatHex(Hashing.newSha256().digest(prefixed)),
        Hashing.hex(32, "\u00e9"));
  }

  @Property(tries = 500)
  void uniformDrawsLieInTheHalfOpenUnitInterval(@ForAll String name, @ForAll long number) {
    double draw = Hashing.uniform(name, number);
    assertTrue(draw >= 0 && draw < 1);
  }

  @Test
  void namesInFilesAreTheSameInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertEquals("u0000042", new WorkUnit(42, 0, 1).fileName());
      StudyPlan plan = new Studies().queries(QuerySelection.Kind.SYNTHETIC, 1).plan();
      assertEquals("(Request 1) Text of scenario-0-q0", plan.query(plan.trial(0)).text());
      assertEquals("api_filter", ParseStatus.API_FILTER.id());
    } finally {
      Locale.setDefault(before);
    }
  }

  /** Poisson(1) by its inverse distribution function. */
  private static int poisson(double u) {
    double probability = Math.exp(-1);
    double sum = probability;
    int weight = 0;
    while (u > sum) {
      weight++;
      probability /= weight;
      sum += probability;
    }
    return weight;
  }
}
