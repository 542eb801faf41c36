package dev.gapline.transforms;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * All elements of a collection as a side input, each as its bytes.
 *
 * <p>The direct runner copies everything gathered so far whenever more arrives, through the coder.
 * Copying bytes is cheap; copying 5,000 rows a hundred times field by field took longer than all
 * the rest of a small study.
 *
 * @param <T> the element
 */
final class Packed<T> implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Coder<T> coder;
  private final PCollectionView<Iterable<byte[]>> view;

  private Packed(Coder<T> coder, PCollectionView<Iterable<byte[]>> view) {
    this.coder = coder;
    this.view = view;
  }

  /** Gathers the elements; {@code name} is the step's. */
  static <T> Packed<T> gather(String name, PCollection<T> elements) {
    Coder<T> coder = elements.getCoder();
    return new Packed<>(
        coder,
        elements
            .apply(name + ": pack", ParDo.of(new Pack<>(coder)))
            .setCoder(ByteArrayCoder.of())
            .apply(name, View.asIterable()));
  }

  /** The side input to declare. */
  PCollectionView<Iterable<byte[]>> view() {
    return view;
  }

  /** All elements, in no particular order. */
  List<T> read(DoFn<?, ?>.ProcessContext context) throws CoderException {
    List<T> elements = new ArrayList<>();
    for (byte[] bytes : context.sideInput(view)) {
      elements.add(CoderUtils.decodeFromByteArray(coder, bytes));
    }
    return elements;
  }

  private static final class Pack<T> extends DoFn<T, byte[]> {
    private static final long serialVersionUID = 1L;

    private final Coder<T> coder;

    Pack(Coder<T> coder) {
      this.coder = coder;
    }

    @ProcessElement
    public void pack(@Element T element, OutputReceiver<byte[]> out) throws CoderException {
      out.output(CoderUtils.encodeToByteArray(coder, element));
    }
  }
}
