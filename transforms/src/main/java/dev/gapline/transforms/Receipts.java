package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.coders.RecordCoder;
import java.io.IOException;
import java.util.Optional;
import org.apache.beam.sdk.util.CoderUtils;

/** Receipts on disk: created once, never replaced. */
final class Receipts {

  private static final RecordCoder<Receipt> CODER = RecordCoder.of(Receipt.class);

  private Receipts() {}

  /** Claims the unit's receipt; returns the one that stands, this or an earlier attempt's. */
  static Receipt claim(RunFolder folder, String leg, WorkUnit unit, Receipt receipt)
      throws IOException {
    byte[] bytes = CoderUtils.encodeToByteArray(CODER, receipt);
    if (folder.store().createIfAbsent(RunNames.receipt(leg, unit), bytes)) {
      return receipt;
    }
    return read(folder, leg, unit)
        .orElseThrow(() -> new IOException("The receipt of unit " + unit.number() + " vanished."));
  }

  static Optional<Receipt> read(RunFolder folder, String leg, WorkUnit unit) throws IOException {
    Optional<byte[]> bytes = folder.store().read(RunNames.receipt(leg, unit));
    return bytes.isEmpty() ? Optional.empty() : Optional.of(decode(bytes.get()));
  }

  /** A receipt as it is stored. */
  static Receipt decode(byte[] bytes) throws IOException {
    return CoderUtils.decodeFromByteArray(CODER, bytes);
  }
}
