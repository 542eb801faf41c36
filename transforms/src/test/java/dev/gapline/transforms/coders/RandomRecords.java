package dev.gapline.transforms.coders;

import dev.gapline.schemas.CellTally;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Tally;
import dev.gapline.schemas.Temperature;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Records with random components, nulls among them wherever a record takes them. */
final class RandomRecords {

  private static final String LETTERS = "ab|\u0000\u0001\n\"{}\u00e9\u4e16\ud83d\ude00";

  private final Random random;

  RandomRecords(long seed) {
    this.random = new Random(seed);
  }

  <T> T next(Class<T> type) throws ReflectiveOperationException {
    return type.cast(ofType(type));
  }

  private Object ofType(Type type) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType parameterized) {
      Type[] arguments = parameterized.getActualTypeArguments();
      if (parameterized.getRawType() == List.class) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(ofType(arguments[0]));
        }
        return list;
      }
      SortedMap<Object, Object> map = new TreeMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        Object key = arguments[0] == String.class ? text() : ofType(arguments[0]);
        if (key != null) {
          map.put(key, ofType(arguments[1]));
        }
      }
      return map;
    }
    return ofClass((Class<?>) type);
  }

  private Object ofClass(Class<?> type) throws ReflectiveOperationException {
    if (type == long.class || type == Long.class) {
      return number();
    } else if (type == int.class || type == Integer.class) {
      return (int) number();
    } else if (type == boolean.class || type == Boolean.class) {
      return random.nextBoolean();
    } else if (type == double.class || type == Double.class) {
      return switch (random.nextInt(4)) {
        case 0 -> -0.0;
        case 1 -> Double.MIN_VALUE;
        default -> random.nextGaussian();
      };
    } else if (type == String.class) {
      return text();
    } else if (type == Temperature.class) {
      return Temperature.of(BigDecimal.valueOf(random.nextInt(2_000_001), 6).toString());
    } else if (type == Tally.class) {
      return tally();
    } else if (type == CellTally.class) {
      return cellTally();
    } else if (type == Completion.class) {
      return random.nextBoolean()
          ? Completion.of(next(Response.class))
          : Completion.of(next(Failure.class));
    } else if (type.isEnum()) {
      return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
    }
    return record(type);
  }

  private Object record(Class<?> type) throws ReflectiveOperationException {
    RecordComponent[] parts = type.getRecordComponents();
    Class<?>[] types = new Class<?>[parts.length];
    Object[] values = new Object[parts.length];
    for (int i = 0; i < parts.length; i++) {
      types[i] = parts[i].getType();
      boolean mayBeNull =
          !types[i].isPrimitive() && !List.class.isAssignableFrom(types[i]) && !isMap(types[i]);
      values[i] = mayBeNull && random.nextInt(4) == 0 ? null : ofType(parts[i].getGenericType());
    }
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }

  private static boolean isMap(Class<?> type) {
    return SortedMap.class.isAssignableFrom(type);
  }

  private CellTally cellTally() {
    int arms = 1 + random.nextInt(3);
    return new CellTally(
        queries(arms),
        random.nextBoolean() ? List.of() : queries(arms),
        CellTally.names(List.of("m" + random.nextInt(3)), List.of("m" + random.nextInt(3))));
  }

  private List<CellTally.QueryTally> queries(int arms) {
    List<CellTally.QueryTally> queries = new ArrayList<>();
    for (int i = 0; i < random.nextInt(4); i++) {
      List<Tally> tallies = new ArrayList<>();
      for (int arm = 0; arm < arms; arm++) {
        tallies.add(tally());
      }
      queries.add(new CellTally.QueryTally("q" + i, tallies));
    }
    return queries;
  }

  private Tally tally() {
    long[] numbers = Tally.empty().toArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number();
    }
    return Tally.fromArray(numbers);
  }

  private long number() {
    return switch (random.nextInt(5)) {
      case 0 -> Long.MAX_VALUE;
      case 1 -> Long.MIN_VALUE;
      case 2 -> 0;
      default -> random.nextLong() >> random.nextInt(64);
    };
  }

  private String text() {
    int[] letters = LETTERS.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }
}
