package dev.gapline.transforms;

import dev.gapline.transforms.stores.NewFile;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;

/** A disk with room for so many bytes of segments; what no longer fits is written in part. */
final class FullDisk extends OtherStore {

  private long room;

  FullDisk(Store disk, long room) {
    super(disk);
    this.room = room;
  }

  void makeRoom(long bytes) {
    room += bytes;
  }

  @Override
  public NewFile create(String name) throws IOException {
    NewFile file = super.create(name);
    return new NewFile() {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        int fits = (int) Math.min(room, length);
        file.write(bytes, offset, fits);
        room -= fits;
        if (fits < length) {
          throw new IOException("No space left on device");
        }
      }

      @Override
      public void force() throws IOException {
        file.force();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}
