package dev.gapline.transforms.coders;

import dev.gapline.schemas.Tally;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.util.VarInt;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Encodes a record by its components, in their order: numbers, booleans, text, enums, {@code
 * long[]}, records, lists, and maps in the order of their keys; every reference may be null.
 *
 * <p>It is deterministic, and so fit for keys, unless a component holds a double.
 *
 * @param <T> the record
 */
public final class RecordCoder<T> extends CustomCoder<T> {

  private static final long serialVersionUID = 1L;

  private static final ClassValue<Codec> CODECS =
      new ClassValue<>() {
        @Override
        protected Codec computeValue(Class<?> type) {
          return new RecordCodec(type);
        }
      };

  private final Class<T> type;

  private RecordCoder(Class<T> type) {
    this.type = type;
  }

  /** The coder of a record class; refuses a component that it cannot encode. */
  public static <T> RecordCoder<T> of(Class<T> type) {
    CODECS.get(type);
    return new RecordCoder<>(type);
  }

  @Override
  public void encode(T value, OutputStream out) throws IOException {
    CODECS.get(type).write(value, new DataOutputStream(out));
  }

  @Override
  public T decode(InputStream in) throws IOException {
    return type.cast(CODECS.get(type).read(new DataInputStream(in)));
  }

  @Override
  public void verifyDeterministic() throws NonDeterministicException {
    if (!CODECS.get(type).isDeterministic()) {
      throw new NonDeterministicException(
          this, type.getSimpleName() + " holds a double, whose text and bits are not a key.");
    }
  }

  @Override
  public boolean consistentWithEquals() {
    return CODECS.get(type).isDeterministic();
  }

  @Override
  public TypeDescriptor<T> getEncodedTypeDescriptor() {
    return TypeDescriptor.of(type);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordCoder<?> coder && coder.type == type;
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }

  /** How one kind of value is written. */
  private interface Codec {
    void write(Object value, DataOutputStream out) throws IOException;

    Object read(DataInputStream in) throws IOException;

    default boolean isDeterministic() {
      return true;
    }
  }

  private static Codec codecOf(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      Class<?> raw = (Class<?>) parameterized.getRawType();
      Type[] arguments = parameterized.getActualTypeArguments();
      if (raw == List.class) {
        return nullable(new ListCodec(codecOf(arguments[0])));
      }
      if (raw == SortedMap.class) {
        return nullable(new MapCodec(codecOf(arguments[0]), codecOf(arguments[1])));
      }
    }
    if (type instanceof Class<?> plain) {
      if (plain.isRecord()) {
        return nullable(new LazyRecordCodec(plain));
      }
      Codec simple = simpleCodecOf(plain);
      if (simple != null) {
        return plain.isPrimitive() ? simple : nullable(simple);
      }
    }
    throw new IllegalArgumentException(
        "No coder for %s. Numbers, booleans, text, enums, long[], records, List and SortedMap are valid."
            .formatted(type));
  }

  private static Codec simpleCodecOf(Class<?> type) {
    if (type == long.class || type == Long.class) {
      return codec(
          (value, out) -> VarInt.encode(zigzag((Long) value), out),
          in -> unzigzag(VarInt.decodeLong(in)));
    }
    if (type == int.class || type == Integer.class) {
      return codec(
          (value, out) -> VarInt.encode(zigzag((Integer) value), out),
          in -> (int) unzigzag(VarInt.decodeLong(in)));
    }
    if (type == boolean.class || type == Boolean.class) {
      return codec((value, out) -> out.writeBoolean((Boolean) value), DataInputStream::readBoolean);
    }
    if (type == double.class || type == Double.class) {
      return new DoubleCodec();
    }
    if (type == String.class) {
      return codec(
          (value, out) -> {
            byte[] bytes = ((String) value).getBytes(StandardCharsets.UTF_8);
            VarInt.encode(bytes.length, out);
            out.write(bytes);
          },
          RecordCoder::readText);
    }
    if (type == long[].class) {
      return codec(RecordCoder::writeLongs, RecordCoder::readLongs);
    }
    if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return codec(
          (value, out) -> VarInt.encode(Arrays.asList(constants).indexOf(value), out),
          in -> constants[VarInt.decodeInt(in)]);
    }
    if (type == Tally.class) {
      return codec(
          (value, out) -> SparseLongs.write(((Tally) value).toArray(), out),
          in -> Tally.fromArray(SparseLongs.read(in)));
    }
    return null;
  }

  /** Text that ends before its length is a fault, never a shorter text. */
  private static String readText(DataInputStream in) throws IOException {
    int length = VarInt.decodeInt(in);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("A text of %d bytes ends after %d.".formatted(length, bytes.length));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void writeLongs(Object value, DataOutputStream out) throws IOException {
    long[] numbers = (long[]) value;
    VarInt.encode(numbers.length, out);
    for (long number : numbers) {
      VarInt.encode(zigzag(number), out);
    }
  }

  private static long[] readLongs(DataInputStream in) throws IOException {
    long[] numbers = new long[VarInt.decodeInt(in)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = unzigzag(VarInt.decodeLong(in));
    }
    return numbers;
  }

  private static long zigzag(long value) {
    return value << 1 ^ value >> 63;
  }

  private static long unzigzag(long value) {
    return value >>> 1 ^ -(value & 1);
  }

  private interface Writer {
    void write(Object value, DataOutputStream out) throws IOException;
  }

  private interface Reader {
    Object read(DataInputStream in) throws IOException;
  }

  private static Codec codec(Writer writer, Reader reader) {
    return new Codec() {
      @Override
      public void write(Object value, DataOutputStream out) throws IOException {
        writer.write(value, out);
      }

      @Override
      public Object read(DataInputStream in) throws IOException {
        return reader.read(in);
      }
    };
  }

  private static Codec nullable(Codec codec) {
    return new Codec() {
      @Override
      public void write(Object value, DataOutputStream out) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
          codec.write(value, out);
        }
      }

      @Override
      public Object read(DataInputStream in) throws IOException {
        return in.readBoolean() ? codec.read(in) : null;
      }

      @Override
      public boolean isDeterministic() {
        return codec.isDeterministic();
      }
    };
  }

  private static final class DoubleCodec implements Codec {
    @Override
    public void write(Object value, DataOutputStream out) throws IOException {
      out.writeDouble((Double) value);
    }

    @Override
    public Object read(DataInputStream in) throws IOException {
      return in.readDouble();
    }

    @Override
    public boolean isDeterministic() {
      return false;
    }
  }

  private record ListCodec(Codec items) implements Codec {
    @Override
    public void write(Object value, DataOutputStream out) throws IOException {
      List<?> list = (List<?>) value;
      VarInt.encode(list.size(), out);
      for (Object item : list) {
        items.write(item, out);
      }
    }

    @Override
    public Object read(DataInputStream in) throws IOException {
      int size = VarInt.decodeInt(in);
      List<Object> list = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        list.add(items.read(in));
      }
      return list;
    }

    @Override
    public boolean isDeterministic() {
      return items.isDeterministic();
    }
  }

  private record MapCodec(Codec keys, Codec values) implements Codec {
    @Override
    public void write(Object value, DataOutputStream out) throws IOException {
      SortedMap<?, ?> map = (SortedMap<?, ?>) value;
      VarInt.encode(map.size(), out);
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        keys.write(entry.getKey(), out);
        values.write(entry.getValue(), out);
      }
    }

    @Override
    public Object read(DataInputStream in) throws IOException {
      int size = VarInt.decodeInt(in);
      SortedMap<Object, Object> map = new TreeMap<>();
      for (int i = 0; i < size; i++) {
        map.put(keys.read(in), values.read(in));
      }
      return map;
    }

    @Override
    public boolean isDeterministic() {
      return keys.isDeterministic() && values.isDeterministic();
    }
  }

  /** A nested record, looked up late so that records may nest. */
  private record LazyRecordCodec(Class<?> type) implements Codec {
    @Override
    public void write(Object value, DataOutputStream out) throws IOException {
      CODECS.get(type).write(value, out);
    }

    @Override
    public Object read(DataInputStream in) throws IOException {
      return CODECS.get(type).read(in);
    }

    @Override
    public boolean isDeterministic() {
      return CODECS.get(type).isDeterministic();
    }
  }

  private static final class RecordCodec implements Codec {
    private final Constructor<?> constructor;
    private final Method[] accessors;
    private final Codec[] components;

    RecordCodec(Class<?> type) {
      RecordComponent[] parts = type.getRecordComponents();
      if (parts == null) {
        throw new IllegalArgumentException(type + " is not a record.");
      }
      accessors = new Method[parts.length];
      components = new Codec[parts.length];
      Class<?>[] types = new Class<?>[parts.length];
      for (int i = 0; i < parts.length; i++) {
        accessors[i] = parts[i].getAccessor();
        accessors[i].setAccessible(true);
        components[i] = codecOf(parts[i].getGenericType());
        types[i] = parts[i].getType();
      }
      try {
        constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
      } catch (NoSuchMethodException e) {
        throw new IllegalArgumentException(type + " has no canonical constructor.", e);
      }
    }

    @Override
    public void write(Object value, DataOutputStream out) throws IOException {
      for (int i = 0; i < components.length; i++) {
        components[i].write(component(value, i), out);
      }
    }

    private Object component(Object value, int i) {
      try {
        return accessors[i].invoke(value);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Cannot read " + accessors[i], e);
      }
    }

    @Override
    public Object read(DataInputStream in) throws IOException {
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        values[i] = components[i].read(in);
      }
      try {
        return constructor.newInstance(values);
      } catch (ReflectiveOperationException e) {
        throw new IOException("Cannot build " + constructor.getDeclaringClass(), e);
      }
    }

    @Override
    public boolean isDeterministic() {
      return Arrays.stream(components).allMatch(Codec::isDeterministic);
    }
  }
}
