package dev.gapline.transforms;

import java.util.function.Function;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;

/**
 * The value of one column in the row that is being read.
 *
 * @param <V> what it means; null when the row has none
 */
abstract class TrialColumn<V> extends PrimitiveConverter {

  /** Forgets the row before. */
  abstract void clear();

  /** The value of the row; null when it has none. */
  abstract V value();

  /**
   * Text, understood once for each entry of a dictionary; what is in none, when it is asked for, so
   * that long texts nobody looks at cost nothing.
   */
  static final class Text<V> extends TrialColumn<V> {

    private final Function<String, V> meaning;
    private Dictionary entries;
    private Object[] understood = {};
    private V value;
    private Binary bytes;

    Text(Function<String, V> meaning) {
      this.meaning = meaning;
    }

    @Override
    void clear() {
      value = null;
      bytes = null;
    }

    @Override
    V value() {
      if (bytes != null) {
        value = meaning.apply(bytes.toStringUsingUTF8());
        bytes = null;
      }
      return value;
    }

    @Override
    public boolean hasDictionarySupport() {
      return true;
    }

    @Override
    public void setDictionary(Dictionary dictionary) {
      entries = dictionary;
      understood = new Object[dictionary.getMaxId() + 1];
    }

    @Override
    @SuppressWarnings("unchecked") // Only what the function gave is in it.
    public void addValueFromDictionary(int id) {
      if (understood[id] == null) {
        understood[id] = meaning.apply(entries.decodeToBinary(id).toStringUsingUTF8());
      }
      value = (V) understood[id];
    }

    @Override
    public void addBinary(Binary text) {
      bytes = text;
    }
  }

  /** A number, or a truth value as 0 or 1; boxed only when it is asked for so. */
  static final class Numeric extends TrialColumn<Double> {

    private static final Double ZERO = 0.0;
    private static final Double HALF = 0.5;
    private static final Double ONE = 1.0;

    private boolean isNull = true;
    private long whole;
    private double number;

    @Override
    void clear() {
      isNull = true;
    }

    boolean isNull() {
      return isNull;
    }

    long whole() {
      return whole;
    }

    double number() {
      return number;
    }

    Boolean truth() {
      return isNull ? null : Boolean.valueOf(whole != 0);
    }

    @Override
    Double value() {
      if (isNull) {
        return null;
      }
      if (number == 0) {
        return ZERO;
      }
      if (number == 1) {
        return ONE;
      }
      return number == 0.5 ? HALF : Double.valueOf(number);
    }

    @Override
    public void addLong(long value) {
      isNull = false;
      whole = value;
    }

    @Override
    public void addInt(int value) {
      addLong(value);
    }

    @Override
    public void addBoolean(boolean value) {
      addLong(value ? 1 : 0);
    }

    @Override
    public void addDouble(double value) {
      isNull = false;
      number = value;
    }
  }
}
