package dev.gapline.transforms;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/**
 * All elements of a collection in one place, each as its bytes: one group, also when there are no
 * elements.
 *
 * <p>By grouping, not as a side input: the direct runner pushes an element back until its side
 * input is ready, and where that becomes ready by the watermark alone (an empty one, say) it may
 * never look at the element again; the run then hangs. As bytes, because it copies what it has
 * gathered, through the coder, each time that more arrives.
 */
final class Packed {

  private static final byte[] NOTHING = {};

  private Packed() {}

  /** Gathers the elements; {@code name} is the step's, and the group's key. */
  static <T> PCollection<KV<String, Iterable<byte[]>>> gather(
      String name, PCollection<T> elements) {
    KvCoder<String, byte[]> coder = KvCoder.of(StringUtf8Coder.of(), ByteArrayCoder.of());
    PCollection<KV<String, byte[]>> packed =
        elements
            .apply(name + ": pack", ParDo.of(new Pack<>(name, elements.getCoder())))
            .setCoder(coder);
    PCollection<KV<String, byte[]>> atLeastOne =
        elements
            .getPipeline()
            .apply(name + ": begin", Create.of(KV.of(name, NOTHING)).withCoder(coder));
    return PCollectionList.of(packed)
        .and(atLeastOne)
        .apply(name + ": all", Flatten.pCollections())
        .apply(name, GroupByKey.create());
  }

  /** The elements of a group, in no particular order. */
  static <T> List<T> unpack(Coder<T> coder, Iterable<byte[]> group) throws CoderException {
    List<T> elements = new ArrayList<>();
    for (byte[] bytes : group) {
      if (bytes.length > 0) {
        elements.add(CoderUtils.decodeFromByteArray(coder, bytes));
      }
    }
    return elements;
  }

  private static final class Pack<T> extends DoFn<T, KV<String, byte[]>> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final Coder<T> coder;

    Pack(String name, Coder<T> coder) {
      this.name = name;
      this.coder = coder;
    }

    @ProcessElement
    public void pack(@Element T element, OutputReceiver<KV<String, byte[]>> out)
        throws CoderException {
      out.output(KV.of(name, CoderUtils.encodeToByteArray(coder, element)));
    }
  }
}
