package dev.gapline.transforms.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStoreTest {

  @TempDir private Path folder;

  /** Two processes work in one folder: what the other has begun to write is no file of it yet. */
  @Test
  void whatIsNotRenamedYetIsNotListed() throws IOException {
    LocalStore store = new LocalStore(folder);
    store.replace("crew/7", "lane".getBytes(StandardCharsets.UTF_8));
    Files.writeString(folder.resolve("crew/.8.new"), "half");
    Files.writeString(folder.resolve("crew/.9123.new"), "half");
    assertEquals(List.of("crew/7"), store.list("crew").stream().map(Store.Stored::name).toList());
  }
}
