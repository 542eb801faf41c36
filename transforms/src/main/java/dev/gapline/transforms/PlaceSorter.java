package dev.gapline.transforms;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sorts more places than memory holds: sorted runs in a folder, merged as they are read. */
final class PlaceSorter {

  private static final int MOST_IN_MEMORY = 1 << 18;

  private record Run(Path file, int places) {}

  private final Path folder;
  private final List<Place> pending = new ArrayList<>();
  private final List<Run> runs = new ArrayList<>();

  /** Runs are written into that folder, which the caller deletes. */
  PlaceSorter(Path folder) {
    this.folder = folder;
  }

  void addAll(List<Place> places) throws IOException {
    pending.addAll(places);
    if (pending.size() >= MOST_IN_MEMORY) {
      spill();
    }
  }

  /** All that was added, in order. */
  Places sorted() throws IOException {
    spill();
    List<Places> sources = new ArrayList<>();
    for (Run run : runs) {
      sources.add(Places.read(run.file(), run.places(), 0));
    }
    return Places.merge(sources);
  }

  private void spill() throws IOException {
    if (pending.isEmpty()) {
      return;
    }
    pending.sort(null);
    Path file = Files.createTempFile(folder, "run", ".places");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      ByteBuffer buffer = ByteBuffer.allocate(Place.BYTES);
      for (Place place : pending) {
        place.write(buffer.clear());
        out.write(buffer.array());
      }
    }
    runs.add(new Run(file, pending.size()));
    pending.clear();
  }
}
