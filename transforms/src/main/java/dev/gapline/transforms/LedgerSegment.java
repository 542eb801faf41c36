package dev.gapline.transforms;

import dev.gapline.transforms.stores.NewFile;
import dev.gapline.transforms.stores.Store;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/**
 * One append-only file of the ledger, with one writer.
 *
 * <p>The ledger's promise is that what {@link UnitLedger#keep} returned from is read back by every
 * start after the death of this process, and never as anything else; after the death of the machine
 * the last {@value #FORCE_MILLIS} ms may be missing, and are asked again. To wait for the disk with
 * every group cost more: with the tables being written to the same disk it took 12 ms of every call
 * (median), a quarter of the time of calls of 50 ms. This is how the promise is kept:
 *
 * <ul>
 *   <li>On local disk a segment is one file, written through a channel of our own, because Beam's
 *       local channel buffers 8 kB without a way to flush it. Each group of rows becomes a block
 *       and is handed to the operating system, and at most {@value #FORCE_MILLIS} ms later it is
 *       forced to the disk. The file's name is forced when it is created, and all of it before the
 *       unit's receipt is claimed.
 *   <li>In an object store nothing is durable before an object is closed, so each group, or each
 *       megabyte if that is less, is a segment of its own.
 *   <li>Every block carries a checksum of its bytes (the snappy codec's), its length, its number of
 *       rows, and the file's marker; the header carries a digest of its schema. {@link
 *       LedgerBlocks} checks all of them.
 *   <li>A process that dies leaves a torn end: blocks that were forced are whole before it, what
 *       was not forced is lost, and nobody was told that it was kept. Whoever reads the segment
 *       uses what is whole, reports the rest, and asks again for what is missing; calls that were
 *       in flight are open intents.
 *   <li>A block that was changed on disk ends its segment the same way: it and what follows is
 *       reported and asked again, never believed.
 *   <li>When writing fails, on a full disk say, the segment is given up: not a byte follows a block
 *       that may be half there. The fault reaches the unit, and its next attempt reads back what
 *       was whole.
 * </ul>
 */
final class LedgerSegment implements Closeable {

  private static final long FORCE_MILLIS = 20;
  private static final Executor SOON =
      CompletableFuture.delayedExecutor(FORCE_MILLIS, TimeUnit.MILLISECONDS);

  private final NewFile file;
  private final Counted counted;
  private final DataFileWriter<GenericRecord> writer;
  private final AtomicBoolean awaitsForce = new AtomicBoolean();
  private IOException fault;

  /** What befell a force in the background; nothing more is written then. */
  private volatile IOException lateFault;

  /** Creates the file; it must not exist. */
  LedgerSegment(Store store, String name) throws IOException {
    file = store.create(name);
    counted = new Counted(file);
    writer =
        new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(LedgerEntries.SCHEMA))
            .setCodec(CodecFactory.snappyCodec())
            .setMeta(
                LedgerBlocks.SCHEMA_DIGEST, LedgerBlocks.digest(LedgerEntries.SCHEMA.toString()));
    try {
      writer.create(LedgerEntries.SCHEMA, counted);
    } catch (IOException e) {
      throw givenUp(e);
    }
  }

  /** Adds a row; returns the bytes that were written so far, this row's perhaps not among them. */
  long append(GenericRecord row) throws IOException {
    refuseAfterAFault();
    try {
      writer.append(row);
      return counted.bytes;
    } catch (IOException e) {
      throw givenUp(e);
    }
  }

  /** Hands everything appended so far to the operating system, to be forced a moment later. */
  void keep() throws IOException {
    refuseAfterAFault();
    try {
      writer.flush();
    } catch (IOException e) {
      throw givenUp(e);
    }
    if (!awaitsForce.getAndSet(true)) {
      SOON.execute(this::force);
    }
  }

  private void force() {
    awaitsForce.set(false);
    try {
      file.force();
    } catch (ClosedChannelException e) {
      // Closing has forced it.
    } catch (IOException e) {
      lateFault = e;
    }
  }

  /** Makes everything appended durable; after a fault, only gives the file up. */
  @Override
  public void close() throws IOException {
    if (fault != null) {
      return;
    }
    refuseAfterAFault();
    try (file) {
      writer.close();
    }
  }

  private void refuseAfterAFault() throws IOException {
    if (fault == null && lateFault != null) {
      throw givenUp(lateFault);
    }
    if (fault != null) {
      throw new IOException("This segment was given up.", fault);
    }
  }

  private IOException givenUp(IOException e) {
    fault = e;
    try {
      file.close();
    } catch (IOException closing) {
      e.addSuppressed(closing);
    }
    return e;
  }

  /** Counts on the way to the file; closing is left to whoever owns the file. */
  private static final class Counted extends java.io.OutputStream {
    private final NewFile file;
    private long bytes;

    Counted(NewFile file) {
      this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
      file.write(value);
      bytes++;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      file.write(from, offset, length);
      bytes += length;
    }
  }
}
