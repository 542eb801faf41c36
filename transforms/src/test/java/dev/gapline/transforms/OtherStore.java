package dev.gapline.transforms;

import dev.gapline.transforms.stores.NewFile;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A store that is another one in everything that a subclass does not change. */
class OtherStore implements Store {

  private final Store store;

  OtherStore(Store store) {
    this.store = store;
  }

  @Override
  public Durability durability() {
    return store.durability();
  }

  @Override
  public Duration pace() {
    return store.pace();
  }

  @Override
  public boolean createIfAbsent(String name, byte[] bytes) throws IOException {
    return store.createIfAbsent(name, bytes);
  }

  @Override
  public void replace(String name, byte[] bytes) throws IOException {
    store.replace(name, bytes);
  }

  @Override
  public void put(String name, Path local) throws IOException {
    store.put(name, local);
  }

  @Override
  public void copy(String from, String to) throws IOException {
    store.copy(from, to);
  }

  @Override
  public NewFile create(String name) throws IOException {
    return store.create(name);
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    return store.read(name);
  }

  @Override
  public boolean exists(String name) throws IOException {
    return store.exists(name);
  }

  @Override
  public SeekableByteChannel open(String name) throws IOException {
    return store.open(name);
  }

  @Override
  public Path local(String name, Path folder) throws IOException {
    return store.local(name, folder);
  }

  @Override
  public List<Stored> list(String folder) throws IOException {
    return store.list(folder);
  }

  @Override
  public void delete(String name) throws IOException {
    store.delete(name);
  }
}
