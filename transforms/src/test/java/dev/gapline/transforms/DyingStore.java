package dev.gapline.transforms;

import dev.gapline.transforms.stores.NewFile;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.nio.file.Path;

/** A store whose process dies after so many steps that change something. */
final class DyingStore extends OtherStore {

  /** The process is gone. */
  static final class Died extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private int stepsLeft;

  DyingStore(Store store, int steps) {
    super(store);
    this.stepsLeft = steps;
  }

  private void step() throws Died {
    if (stepsLeft == 0) {
      throw new Died();
    }
    stepsLeft--;
  }

  @Override
  public boolean createIfAbsent(String name, byte[] bytes) throws IOException {
    step();
    return super.createIfAbsent(name, bytes);
  }

  @Override
  public void replace(String name, byte[] bytes) throws IOException {
    step();
    super.replace(name, bytes);
  }

  @Override
  public void put(String name, Path local) throws IOException {
    step();
    super.put(name, local);
  }

  @Override
  public NewFile create(String name) throws IOException {
    step();
    NewFile file = super.create(name);
    return new NewFile() {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        step();
        file.write(bytes, offset, length);
      }

      @Override
      public void force() throws IOException {
        step();
        file.force();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Override
  public void delete(String name) throws IOException {
    step();
    super.delete(name);
  }
}
