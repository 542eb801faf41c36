package dev.gapline.transforms.stores;

import java.nio.file.Path;

/** Opens the store that a place names. */
public final class Stores {

  private Stores() {}

  /** Whether that place lies in an object store: it is a URI with a scheme. */
  public static boolean isRemote(String place) {
    return place.contains("://");
  }

  /** The store at that place: a URI with a scheme, or a path of this machine. */
  public static Store open(String place) {
    return isRemote(place) ? new ObjectStore(place) : new LocalStore(Path.of(place));
  }
}
