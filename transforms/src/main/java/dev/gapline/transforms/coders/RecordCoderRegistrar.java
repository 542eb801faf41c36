package dev.gapline.transforms.coders;

import java.util.List;
import org.apache.beam.sdk.coders.CannotProvideCoderException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderProvider;
import org.apache.beam.sdk.coders.CoderProviderRegistrar;
import org.apache.beam.sdk.values.TypeDescriptor;

/** Gives every record of this project its {@link RecordCoder}, found through ServiceLoader. */
public final class RecordCoderRegistrar implements CoderProviderRegistrar {

  @Override
  public List<CoderProvider> getCoderProviders() {
    return List.of(new Records());
  }

  private static final class Records extends CoderProvider {
    @Override
    @SuppressWarnings("unchecked") // A record's coder is of the record's type.
    public <T> Coder<T> coderFor(TypeDescriptor<T> type, List<? extends Coder<?>> componentCoders)
        throws CannotProvideCoderException {
      Class<? super T> raw = type.getRawType();
      if (!raw.isRecord() || !raw.getName().startsWith("dev.gapline.")) {
        throw new CannotProvideCoderException(raw + " is not a record of this project.");
      }
      return (Coder<T>) RecordCoder.of(raw);
    }
  }
}
