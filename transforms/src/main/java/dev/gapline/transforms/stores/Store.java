package dev.gapline.transforms.stores;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run needs of the place where its files lie, and no more than both a local file system and
 * an object store can promise. Names are relative to the store's root, with {@code /} between their
 * parts; folders come and go with the files in them.
 *
 * <p>Every method that writes returns only when what it wrote is durable: it survives the death of
 * the process, and on local disk that of the machine.
 */
public interface Store {

  /**
   * A file as a listing shows it.
   *
   * @param version changes whenever the contents do, as well as the store can tell
   * @param modifiedMillis when it was written, milliseconds since the epoch
   */
  record Stored(String name, long bytes, String version, long modifiedMillis) {}

  /** When what was written into a file that is still open can be made durable. */
  enum Durability {
    /** At any time: {@link NewFile#force} does it. */
    FORCED,
    /** Only by closing it: before that, the file does not exist. */
    CLOSED
  }

  /** When an open file's bytes become durable here. */
  Durability durability();

  /**
   * How long what is to be made durable may wait for company, so that one write serves many: short
   * where a write is cheap.
   */
  Duration pace();

  /**
   * Creates a file with these bytes, whole, unless it exists; says whether it did. Bytes that two
   * writers may compete with must name their writer: where a store loses its reply, what stands is
   * read back and compared.
   */
  boolean createIfAbsent(String name, byte[] bytes) throws IOException;

  /** Replaces a file in one step: a reader sees the old bytes or the new ones, never a mixture. */
  void replace(String name, byte[] bytes) throws IOException;

  /** Stores a finished local file under that name, in one step; replaces what is there. */
  void put(String name, Path local) throws IOException;

  /** Copies a file under another name; replaces what is there. */
  void copy(String from, String to) throws IOException;

  /** Opens a new file for writing; what becomes of one that exists is the store's choice. */
  NewFile create(String name) throws IOException;

  /** The bytes of a file; empty when there is none. */
  Optional<byte[]> read(String name) throws IOException;

  /** Whether there is such a file. */
  boolean exists(String name) throws IOException;

  /**
   * Opens a file for reading at any position.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  SeekableByteChannel open(String name) throws IOException;

  /**
   * A local file with the bytes of that name: the file itself where it is local, else a copy in
   * {@code folder}.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  Path local(String name, Path folder) throws IOException;

  /** All files below a folder at any depth, in the order of their names; none if it is missing. */
  List<Stored> list(String folder) throws IOException;

  /** Deletes a file; one that is missing is no error. */
  void delete(String name) throws IOException;
}
