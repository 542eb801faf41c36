package dev.gapline.transforms.stores;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.CreateOptions.StandardCreateOptions;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;

/**
 * A place in an object store, through Beam's FileSystems: objects come into being whole when they
 * are closed, and creating one that exists fails. Nothing is appended to and nothing is renamed.
 *
 * <p>Beam's FileSystems must know the scheme in this process; a pipeline's workers see to it
 * themselves.
 */
public final class ObjectStore implements Store {

  private static final Duration PACE = Duration.ofSeconds(1);
  private static final String MIME_TYPE = "application/octet-stream";

  /** Objects up to this size are read whole: a request costs more than their bytes. */
  private static final long MOST_BYTES_READ_WHOLE = 4 << 20;

  private final String root;

  /** The store at that URI, e.g. {@code gs://bucket/run}. */
  public ObjectStore(String root) {
    this.root = root.endsWith("/") ? root : root + "/";
  }

  @Override
  public Durability durability() {
    return Durability.CLOSED;
  }

  @Override
  public Duration pace() {
    return PACE;
  }

  @Override
  public boolean createIfAbsent(String name, byte[] bytes) throws IOException {
    try {
      write(name, bytes, true);
      return true;
    } catch (IOException e) {
      // Each file system says in its own way that the object exists; what stands decides.
      Optional<byte[]> stands = read(name);
      if (stands.isEmpty()) {
        throw e;
      }
      return Arrays.equals(bytes, stands.get());
    }
  }

  @Override
  public void replace(String name, byte[] bytes) throws IOException {
    write(name, bytes, false);
  }

  @Override
  public void put(String name, Path local) throws IOException {
    try (InputStream in = Files.newInputStream(local);
        OutputStream out = Channels.newOutputStream(channel(name, false))) {
      in.transferTo(out);
    }
  }

  @Override
  public void copy(String from, String to) throws IOException {
    FileSystems.copy(List.of(resource(from)), List.of(resource(to)));
  }

  @Override
  public NewFile create(String name) throws IOException {
    return new ClosedFile(channel(name, true));
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    try (ReadableByteChannel channel = FileSystems.open(resource(name));
        InputStream in = Channels.newInputStream(channel)) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException | NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean exists(String name) throws IOException {
    return match(root + name).status() == MatchResult.Status.OK;
  }

  @Override
  public SeekableByteChannel open(String name) throws IOException {
    ReadableByteChannel channel = FileSystems.open(resource(name));
    if (channel instanceof SeekableByteChannel seekable
        && seekable.size() > MOST_BYTES_READ_WHOLE) {
      return seekable;
    }
    try (channel;
        InputStream in = Channels.newInputStream(channel)) {
      return new BytesChannel(in.readAllBytes());
    }
  }

  @Override
  public Path local(String name, Path folder) throws IOException {
    Path copy = folder.resolve(name.replace('/', '_'));
    try (ReadableByteChannel channel = FileSystems.open(resource(name));
        InputStream in = Channels.newInputStream(channel);
        OutputStream out = Files.newOutputStream(copy)) {
      in.transferTo(out);
    } catch (FileNotFoundException e) {
      throw (NoSuchFileException) new NoSuchFileException(root + name).initCause(e);
    }
    return copy;
  }

  @Override
  public List<Stored> list(String folder) throws IOException {
    MatchResult matched = match(root + folder + "/**");
    if (matched.status() == MatchResult.Status.NOT_FOUND) {
      return List.of();
    }
    List<Stored> all = new ArrayList<>();
    for (MatchResult.Metadata object : matched.metadata()) {
      String name = object.resourceId().toString();
      if (name.startsWith(root) && !name.endsWith("/")) {
        all.add(
            new Stored(
                name.substring(root.length()),
                object.sizeBytes(),
                object.checksum() == null
                    ? Long.toString(object.lastModifiedMillis())
                    : object.checksum(),
                object.lastModifiedMillis()));
      }
    }
    all.sort(Comparator.comparing(Stored::name));
    return all;
  }

  @Override
  public void delete(String name) throws IOException {
    FileSystems.delete(List.of(resource(name)), StandardMoveOptions.IGNORE_MISSING_FILES);
  }

  private static MatchResult match(String spec) throws IOException {
    return FileSystems.match(spec, EmptyMatchTreatment.DISALLOW);
  }

  private ResourceId resource(String name) {
    return FileSystems.matchNewResource(root + name, false);
  }

  private void write(String name, byte[] bytes, boolean onlyIfAbsent) throws IOException {
    try (WritableByteChannel channel = channel(name, onlyIfAbsent)) {
      writeAll(channel, ByteBuffer.wrap(bytes));
    }
  }

  private WritableByteChannel channel(String name, boolean onlyIfAbsent) throws IOException {
    return FileSystems.create(
        resource(name),
        StandardCreateOptions.builder()
            .setMimeType(MIME_TYPE)
            .setExpectFileToNotExist(onlyIfAbsent)
            .build());
  }

  private static void writeAll(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static final class ClosedFile extends NewFile {
    private final WritableByteChannel channel;

    ClosedFile(WritableByteChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      writeAll(channel, ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void force() {
      throw new UnsupportedOperationException("An object becomes durable by closing it.");
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
