package dev.gapline.transforms;

import dev.gapline.schemas.Receipt;
import dev.gapline.schemas.WorkUnit;
import dev.gapline.transforms.coders.RecordCoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.apache.beam.sdk.util.CoderUtils;

/** Receipts on disk: created once, never replaced. */
final class Receipts {

  private static final RecordCoder<Receipt> CODER = RecordCoder.of(Receipt.class);

  private Receipts() {}

  /** Claims the unit's receipt; returns the one that stands, this or an earlier attempt's. */
  static Receipt claim(RunFolder folder, String leg, WorkUnit unit, Receipt receipt)
      throws IOException {
    if (RunFolder.createIfAbsent(
        folder.receipt(leg, unit), CoderUtils.encodeToByteArray(CODER, receipt))) {
      return receipt;
    }
    return read(folder, leg, unit)
        .orElseThrow(() -> new IOException("The receipt of unit " + unit.number() + " vanished."));
  }

  static Optional<Receipt> read(RunFolder folder, String leg, WorkUnit unit) throws IOException {
    try {
      return Optional.of(
          CoderUtils.decodeFromByteArray(CODER, Files.readAllBytes(folder.receipt(leg, unit))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
