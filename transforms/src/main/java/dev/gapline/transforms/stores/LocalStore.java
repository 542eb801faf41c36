package dev.gapline.transforms.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A folder of this machine. A small file is written beside its name, forced, and then renamed or
 * linked to it; the folder is forced too, for a file whose name is lost is lost.
 */
public final class LocalStore implements Store {

  private static final Duration PACE = Duration.ofMillis(20);

  private final Path root;

  /** The store in that folder; it need not exist. */
  public LocalStore(Path root) {
    this.root = root;
  }

  @Override
  public Durability durability() {
    return Durability.FORCED;
  }

  @Override
  public Duration pace() {
    return PACE;
  }

  @Override
  public boolean createIfAbsent(String name, byte[] bytes) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Path fresh = Files.createTempFile(file.getParent(), "." + file.getFileName(), ".new");
    try {
      writeForced(fresh, bytes);
      Files.createLink(file, fresh);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(fresh);
      forceFolder(file.getParent());
    }
  }

  @Override
  public void replace(String name, byte[] bytes) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Path fresh = beside(file);
    try {
      writeForced(fresh, bytes);
      rename(fresh, file);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  @Override
  public void put(String name, Path local) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Path fresh = beside(file);
    try {
      Files.copy(local, fresh, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      rename(fresh, file);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  @Override
  public void copy(String from, String to) throws IOException {
    put(to, root.resolve(from));
  }

  @Override
  public NewFile create(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    forceFolder(file.getParent());
    return new ForcedFile(channel);
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(root.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(root.resolve(name));
  }

  @Override
  public SeekableByteChannel open(String name) throws IOException {
    return FileChannel.open(root.resolve(name), StandardOpenOption.READ);
  }

  @Override
  public Path local(String name, Path folder) throws IOException {
    Path file = root.resolve(name);
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return file;
  }

  @Override
  public List<Stored> list(String folder) throws IOException {
    List<Stored> all = new ArrayList<>();
    try {
      Files.walkFileTree(
          root.resolve(folder),
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (isUnfinished(file)) {
                return FileVisitResult.CONTINUE;
              }
              all.add(
                  new Stored(
                      root.relativize(file).toString().replace('\\', '/'),
                      attributes.size(),
                      Long.toString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)),
                      attributes.lastModifiedTime().toMillis()));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException fault)
                throws IOException {
              if (fault instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw fault;
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    all.sort(Comparator.comparing(Stored::name));
    return all;
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(root.resolve(name));
  }

  /** Whether it is what another process is about to rename: not yet of the store. */
  private static boolean isUnfinished(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") && name.endsWith(".new");
  }

  private static Path beside(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".new");
  }

  private static void rename(Path fresh, Path file) throws IOException {
    try {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("This file system cannot replace " + file + " in one step.", e);
    }
    forceFolder(file.getParent());
  }

  private static void writeForced(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeAll(channel, ByteBuffer.wrap(bytes));
      channel.force(true);
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static final class ForcedFile extends NewFile {
    private final FileChannel channel;

    ForcedFile(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      writeAll(channel, ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      try (channel) {
        if (channel.isOpen()) {
          channel.force(true);
        }
      }
    }
  }
}
