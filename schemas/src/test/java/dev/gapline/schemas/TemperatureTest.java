package dev.gapline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TemperatureTest {

  @Test
  void everyNotationOfANumberIsTheSameTemperature() {
    for (String text : List.of("1", "1.0", "1e0", "10e-1", "+1", " 1.000000 ", "0.1e1")) {
      assertEquals("1", Temperature.of(text).text());
    }
    for (String text : List.of("0", "-0", "0.0", "0e5", "0e-999999999")) {
      assertEquals("0", Temperature.of(text).text());
    }
    assertEquals("0.7", Temperature.of("7E-1").text());
    assertEquals("2", Temperature.of("2.0").text());
    assertEquals("0.000001", Temperature.of("1e-6").text());
  }

  @Property(tries = 300)
  void canonicalTextSaysTheNumberAndIsItsOwnCanonicalText(
      @ForAll @IntRange(min = 0, max = 2_000_000) int millionths) {
    BigDecimal number = BigDecimal.valueOf(millionths, 6);
    Temperature temperature = Temperature.of(number.toString());
    assertEquals(0, number.compareTo(new BigDecimal(temperature.text())));
    assertEquals(temperature, Temperature.of(temperature.text()));
    assertEquals(temperature, new Temperature(temperature.text()));
    assertEquals(number.doubleValue(), temperature.value());
  }

  @Property(tries = 300)
  void temperaturesSortAsNumbers(
      @ForAll @IntRange(min = 0, max = 2_000) int one,
      @ForAll @IntRange(min = 0, max = 2_000) int other) {
    Temperature first = Temperature.of(BigDecimal.valueOf(one, 3).toString());
    Temperature second = Temperature.of(BigDecimal.valueOf(other, 3).toString());
    assertEquals(
        Integer.signum(Integer.compare(one, other)), Integer.signum(first.compareTo(second)));
    assertEquals(one == other, first.equals(second));
  }

  @Test
  void whatIsNoTemperatureIsRefusedBeforeAnyTextGrows() {
    List<String> invalid =
        List.of(
            "",
            "warm",
            "NaN",
            "-0.1",
            "2.000001",
            "1e-7",
            "1e-999999999",
            "1e-2147483647",
            "1e999999999",
            "1e99999999999999999999",
            "0.1234567");
    for (String text : invalid) {
      assertEquals(
          "Invalid temperature: "
              + text
              + ". A number from 0 to 2 with at most 6 decimals is valid.",
          assertThrows(IllegalArgumentException.class, () -> Temperature.of(text)).getMessage());
    }
    String endless = "0." + "0".repeat(1_000_000) + "1";
    String message =
        assertThrows(IllegalArgumentException.class, () -> Temperature.of(endless)).getMessage();
    assertTrue(message.length() < 200, message);
  }

  @Test
  void textThatIsNotCanonicalIsNoTemperature() {
    assertEquals(
        "Invalid temperature text: 0.70. Canonical is 0.7.",
        assertThrows(IllegalArgumentException.class, () -> new Temperature("0.70")).getMessage());
  }
}
