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

  /** Text, understood once for each entry of a dictionary. */
  static final class Text<V> extends TrialColumn<V> {

    private final Function<String, V> meaning;
    private Object[] dictionary = {};
    private V value;

    Text(Function<String, V> meaning) {
      this.meaning = meaning;
    }

    @Override
    void clear() {
      value = null;
    }

    @Override
    V value() {
      return value;
    }

    @Override
    public boolean hasDictionarySupport() {
      return true;
    }

    @Override
    public void setDictionary(Dictionary entries) {
      dictionary = new Object[entries.getMaxId() + 1];
      for (int id = 0; id < dictionary.length; id++) {
        dictionary[id] = meaning.apply(entries.decodeToBinary(id).toStringUsingUTF8());
      }
    }

    @Override
    @SuppressWarnings("unchecked") // Only what the function gave is in it.
    public void addValueFromDictionary(int id) {
      value = (V) dictionary[id];
    }

    @Override
    public void addBinary(Binary text) {
      value = meaning.apply(text.toStringUsingUTF8());
    }
  }

  /** A number, or a truth value as 0 or 1; boxed only when it is asked for so. */
  static final class Number extends TrialColumn<Double> {

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
