package dev.gapline.testing;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.CreateOptions;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * An object store in memory, under the scheme {@code memory}, with what an object store has and a
 * file system has not: an object is there when it is closed, whole or not at all; creating one that
 * must be absent fails when it is closed, if another was faster; there is no appending, no renaming
 * and no folder; listings come in pages.
 */
public final class MemoryObjects extends FileSystem<MemoryObjects.Name> {

  private static final String SCHEME = "memory";
  private static final int PAGE = 100;
  private static final NavigableMap<String, Version> OBJECTS = new ConcurrentSkipListMap<>();
  private static final AtomicLong WRITES = new AtomicLong();

  private static final class Version {
    private final byte[] bytes;
    private final long generation;

    Version(byte[] bytes, long generation) {
      this.bytes = bytes;
      this.generation = generation;
    }
  }

  /** Makes the scheme known to Beam where this is on the class path. */
  public static final class Registrar implements FileSystemRegistrar {
    @Override
    public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
      return List.of(new MemoryObjects());
    }
  }

  /** A place for a new run, where nothing lies yet. */
  public static String newPlace() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    return SCHEME + "://bucket" + WRITES.incrementAndGet() + "/run";
  }

  /** All objects below a place, by name. */
  public static Map<String, byte[]> below(String place) {
    NavigableMap<String, byte[]> all = new ConcurrentSkipListMap<>();
    OBJECTS
        .tailMap(place)
        .forEach(
            (name, version) -> {
              if (name.startsWith(place)) {
                all.put(name, version.bytes);
              }
            });
    return all;
  }

  @Override
  protected List<MatchResult> match(List<String> specs) {
    return specs.stream().map(MemoryObjects::match).toList();
  }

  private static MatchResult match(String spec) {
    List<MatchResult.Metadata> found = new ArrayList<>();
    if (spec.endsWith("/**")) {
      String prefix = spec.substring(0, spec.length() - 2);
      String after = prefix;
      while (after != null) {
        after = page(prefix, after, found);
      }
    } else if (spec.contains("*")) {
      throw new UnsupportedOperationException("Only /** is understood: " + spec);
    } else if (OBJECTS.containsKey(spec)) {
      found.add(metadata(spec, OBJECTS.get(spec)));
    }
    return found.isEmpty()
        ? MatchResult.create(MatchResult.Status.NOT_FOUND, new FileNotFoundException(spec))
        : MatchResult.create(MatchResult.Status.OK, found);
  }

  /** Adds a page; returns the name after which the next begins, or null. */
  private static String page(String prefix, String after, List<MatchResult.Metadata> found) {
    int listed = 0;
    for (Map.Entry<String, Version> object : OBJECTS.tailMap(after, false).entrySet()) {
      if (!object.getKey().startsWith(prefix)) {
        return null;
      }
      found.add(metadata(object.getKey(), object.getValue()));
      if (++listed == PAGE) {
        return object.getKey();
      }
    }
    return null;
  }

  private static MatchResult.Metadata metadata(String name, Version version) {
    return MatchResult.Metadata.builder()
        .setResourceId(new Name(name))
        .setSizeBytes(version.bytes.length)
        .setIsReadSeekEfficient(true)
        .setLastModifiedMillis(version.generation)
        .build();
  }

  @Override
  protected WritableByteChannel create(Name name, CreateOptions options) {
    return new Writing(name.text, Boolean.TRUE.equals(options.expectFileToNotExist()));
  }

  @Override
  protected ReadableByteChannel open(Name name) throws IOException {
    Version version = OBJECTS.get(name.text);
    if (version == null) {
      throw new FileNotFoundException(name.text);
    }
    return Channels.newChannel(new java.io.ByteArrayInputStream(version.bytes));
  }

  @Override
  protected void copy(List<Name> from, List<Name> to) {
    for (int i = 0; i < from.size(); i++) {
      OBJECTS.put(to.get(i).text, OBJECTS.get(from.get(i).text));
    }
  }

  @Override
  protected void rename(List<Name> from, List<Name> to, MoveOptions... options) {
    throw new UnsupportedOperationException("An object has no other name.");
  }

  @Override
  protected void delete(Collection<Name> names) throws IOException {
    for (Name name : names) {
      if (OBJECTS.remove(name.text) == null) {
        throw new FileNotFoundException(name.text);
      }
    }
  }

  @Override
  protected Name matchNewResource(String spec, boolean isDirectory) {
    return new Name(isDirectory && !spec.endsWith("/") ? spec + "/" : spec);
  }

  @Override
  protected String getScheme() {
    return SCHEME;
  }

  private static final class Writing implements WritableByteChannel {
    private final String name;
    private final boolean onlyIfAbsent;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private boolean isOpen = true;

    Writing(String name, boolean onlyIfAbsent) {
      this.name = name;
      this.onlyIfAbsent = onlyIfAbsent;
    }

    @Override
    public int write(ByteBuffer source) {
      byte[] bytes = new byte[source.remaining()];
      source.get(bytes);
      written.writeBytes(bytes);
      return bytes.length;
    }

    @Override
    public boolean isOpen() {
      return isOpen;
    }

    @Override
    public void close() throws IOException {
      if (!isOpen) {
        return;
      }
      isOpen = false;
      Version version = new Version(written.toByteArray(), WRITES.incrementAndGet());
      if (!onlyIfAbsent) {
        OBJECTS.put(name, version);
      } else if (OBJECTS.putIfAbsent(name, version) != null) {
        throw new FileAlreadyExistsException(name);
      }
    }
  }

  /** The name of an object. */
  static final class Name implements ResourceId {
    private static final long serialVersionUID = 1L;

    private final String text;

    Name(String text) {
      this.text = text;
    }

    @Override
    public ResourceId resolve(String other, ResolveOptions options) {
      String folder = isDirectory() ? text : text + "/";
      boolean isFolder = options == ResolveOptions.StandardResolveOptions.RESOLVE_DIRECTORY;
      return new Name(folder + other + (isFolder && !other.endsWith("/") ? "/" : ""));
    }

    @Override
    public ResourceId getCurrentDirectory() {
      return isDirectory() ? this : new Name(text.substring(0, text.lastIndexOf('/') + 1));
    }

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public String getFilename() {
      return text.substring(text.lastIndexOf('/', text.length() - 2) + 1);
    }

    @Override
    public boolean isDirectory() {
      return text.endsWith("/");
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Name name && text.equals(name.text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
