package dev.gapline.transforms;

import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.util.ReleaseInfo;

/** What a run was made with, as stored beside it. */
final class Versions {

  private static final String GAPLINE = "0.1.0-SNAPSHOT";

  private Versions() {}

  static Map<String, String> current() {
    Map<String, String> versions = new TreeMap<>();
    versions.put("gapline", GAPLINE);
    versions.put("beam", ReleaseInfo.getReleaseInfo().getVersion());
    versions.put("java", Runtime.version().toString());
    versions.put("trial_id", "trial-v1");
    versions.put("ledger_key", "key-v1");
    versions.put("tables", "v1");
    return versions;
  }
}
