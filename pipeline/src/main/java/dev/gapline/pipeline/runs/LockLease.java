package dev.gapline.pipeline.runs;

import dev.gapline.transforms.RunFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/** A lease on a local folder: an operating system's lock, which a process's death frees. */
final class LockLease implements Lease {

  private final FileChannel channel;
  private final FileLock lock;

  private LockLease(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /** Takes the lease; refuses in a sentence when a live process holds it. */
  static LockLease take(RunFolder folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.lease(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new Refused(
          "%s: another process works on this output (%s). Wait for it, or choose another --out."
              .formatted(folder.root(), Files.readString(folder.lease()).strip()));
    }
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            "process %d\n"
                .formatted(ProcessHandle.current().pid())
                .getBytes(StandardCharsets.UTF_8)));
    channel.force(true);
    return new LockLease(channel, lock);
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
