package dev.gapline.transforms.coders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gapline.schemas.CellKey;
import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.GapRow;
import dev.gapline.schemas.LevelKey;
import dev.gapline.schemas.RateRow;
import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.TableFile;
import dev.gapline.schemas.Temperature;
import dev.gapline.schemas.Trial;
import dev.gapline.schemas.TrialRow;
import dev.gapline.schemas.UnitTally;
import dev.gapline.schemas.Verdict;
import dev.gapline.schemas.WorkUnit;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.beam.sdk.coders.CannotProvideCoderException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.junit.jupiter.api.Test;

class RecordCoderTest {

  /** Every record that is an element, a key, an accumulator or a stored receipt. */
  private static final List<Class<?>> TRAVELLERS =
      List.of(
          WorkUnit.class,
          Receipt.class,
          UnitTally.class,
          LevelKey.class,
          CellKey.class,
          CellTally.class,
          CellTally.QueryTally.class,
          RateRow.class,
          GapRow.class,
          TableFile.class,
          Trial.class,
          TrialRow.class,
          Completion.class,
          Response.class,
          Failure.class,
          Verdict.class,
          inTransforms("SubCell"),
          inTransforms("GapFinding"),
          inTransforms("TallyCells$SumTallies$Sum"));

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void everyRecordThatTravelsComesBackEqual(@ForAll long seed) throws Exception {
    RandomRecords random = new RandomRecords(seed);
    for (Class<?> type : TRAVELLERS) {
      comesBackEqual(type, random);
    }
  }

  private static <T> void comesBackEqual(Class<T> type, RandomRecords random) throws Exception {
    T value = random.next(type);
    byte[] bytes = CoderUtils.encodeToByteArray(RecordCoder.of(type), value);
    T back = CoderUtils.decodeFromByteArray(RecordCoder.of(type), bytes);
    assertEquals(value, back);
    assertArrayEquals(bytes, CoderUtils.encodeToByteArray(RecordCoder.of(type), back));
  }

  @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
  void whatIsCutShortIsAFaultAndNeverAnotherRecord(@ForAll long seed) throws Exception {
    RandomRecords random = new RandomRecords(seed);
    for (Class<?> type : TRAVELLERS) {
      isNeverReadShort(type, random.next(type));
    }
  }

  private static <T> void isNeverReadShort(Class<T> type, Object value) throws Exception {
    byte[] bytes = CoderUtils.encodeToByteArray(RecordCoder.of(type), type.cast(value));
    for (int length = 0; length < bytes.length; length++) {
      ByteArrayInputStream cut = new ByteArrayInputStream(Arrays.copyOf(bytes, length));
      assertThrows(IOException.class, () -> RecordCoder.of(type).decode(cut), type::toString);
    }
  }

  @Test
  void textThatEndsEarlySaysSo() {
    byte[] five = {1, 5, 'a', 'b'};
    assertEquals(
        "A text of 5 bytes ends after 2.",
        assertThrows(
                EOFException.class,
                () -> RecordCoder.of(TableFile.class).decode(new ByteArrayInputStream(five)))
            .getMessage());
  }

  @Test
  void aMapIsWrittenInTheOrderOfItsKeys() throws Exception {
    TreeMap<String, String> backwards = new TreeMap<>(java.util.Comparator.reverseOrder());
    backwards.putAll(Map.of("a", "1", "b", "2", "c", "3"));
    assertArrayEquals(
        CoderUtils.encodeToByteArray(RecordCoder.of(CellKey.class), cell(backwards)),
        CoderUtils.encodeToByteArray(
            RecordCoder.of(CellKey.class), cell(new TreeMap<>(backwards.descendingMap()))));
  }

  @Test
  void equalKeysAreEqualBytesAndAnyKeyWithoutADoubleIsDeterministic() throws Exception {
    for (Class<?> key : List.of(CellKey.class, LevelKey.class, WorkUnit.class, UnitTally.class)) {
      RecordCoder.of(key).verifyDeterministic();
      assertTrue(RecordCoder.of(key).consistentWithEquals());
    }
  }

  @Test
  void aRecordWithADoubleIsNoKey() {
    for (Class<?> row : List.of(RateRow.class, GapRow.class, Receipt.class, Verdict.class)) {
      Coder.NonDeterministicException refused =
          assertThrows(
              Coder.NonDeterministicException.class,
              () -> RecordCoder.of(row).verifyDeterministic());
      assertTrue(
          refused.getMessage().contains(row.getSimpleName() + " holds a double"),
          refused.getMessage());
    }
    assertThrows(
        Coder.NonDeterministicException.class,
        () -> RecordCoder.of(inTransforms("GapFinding")).verifyDeterministic());
  }

  private record Unknown(Object anything) {}

  private record UnsortedMap(Map<String, String> map) {}

  @Test
  void aComponentThatCannotBeWrittenIsRefusedWhenTheCoderIsMade() {
    for (Class<?> type : List.of(Unknown.class, UnsortedMap.class, String.class)) {
      assertThrows(IllegalArgumentException.class, () -> RecordCoder.of(type));
    }
  }

  @Test
  void theRegistryFindsTheCoderOfEveryRecordEvenOfASerializableOne() throws Exception {
    CoderRegistry registry = CoderRegistry.createDefault();
    for (Class<?> type : TRAVELLERS) {
      assertEquals(RecordCoder.of(type), registry.getCoder(type));
    }
    assertEquals(RecordCoder.of(Temperature.class), registry.getCoder(Temperature.class));
  }

  @Test
  void pairsOfRecordsNeverFallBackToJavaSerialisation() throws Exception {
    Coder<?> coder =
        CoderRegistry.createDefault().getCoder(new TypeDescriptor<KV<CellKey, CellTally>>() {});
    KvCoder<?, ?> pair = assertInstanceOf(KvCoder.class, coder);
    assertEquals(RecordCoder.of(CellKey.class), pair.getKeyCoder());
    assertEquals(RecordCoder.of(CellTally.class), pair.getValueCoder());
    pair.getKeyCoder().verifyDeterministic();
  }

  @Test
  void recordsOfOthersAreLeftToOthers() {
    RecordCoderRegistrar registrar = new RecordCoderRegistrar();
    assertThrows(
        CannotProvideCoderException.class,
        () ->
            registrar
                .getCoderProviders()
                .get(0)
                .coderFor(TypeDescriptor.of(String.class), List.of()));
  }

  @Test
  void codersOfOneRecordAreEqual() {
    assertEquals(RecordCoder.of(CellKey.class), RecordCoder.of(CellKey.class));
    assertEquals(
        RecordCoder.of(CellKey.class).hashCode(), RecordCoder.of(CellKey.class).hashCode());
    assertNotEquals(RecordCoder.of(CellKey.class), RecordCoder.of(LevelKey.class));
    assertEquals(
        TypeDescriptor.of(CellKey.class), RecordCoder.of(CellKey.class).getEncodedTypeDescriptor());
  }

  private static CellKey cell(SortedMap<String, String> factors) {
    return new CellKey("s", "m", "p", Temperature.of("0.7"), factors);
  }

  private static Class<?> inTransforms(String name) {
    try {
      return Class.forName("dev.gapline.transforms." + name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
