package dev.gapline.transforms.stores;

import java.io.IOException;
import java.io.OutputStream;

/** A file that is being written. Closing it makes it durable. */
public abstract class NewFile extends OutputStream {

  /**
   * Makes what was written so far durable.
   *
   * @throws UnsupportedOperationException where only closing it does
   */
  public abstract void force() throws IOException;

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public abstract void write(byte[] bytes, int offset, int length) throws IOException;
}
