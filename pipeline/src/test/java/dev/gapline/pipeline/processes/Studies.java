package dev.gapline.pipeline.processes;

import dev.gapline.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Study files against a server of the tests. */
final class Studies {

  private static final int QUERIES = 40;
  private static final int CONDITIONS = 2;

  private Studies() {}

  /** A study of one model with that many trials, 40 queries under two conditions. */
  static Path tiered(Path folder, ServerProcess server, String model, int inFlight, int trials)
      throws IOException {
    return Files.writeString(
        folder.resolve("study.yaml"),
        """
        study: tiers
        seed: 5
        scenarios: [animal-welfare]
        checks: none
        models:
          - id: openai/%s
            base_url: %s
            key_env: none
            max_in_flight: %d
            price: {input_usd_per_mtok: 1, output_usd_per_mtok: 2}
        queries: {draw: %d}
        samples: %d
        analysis: {margins: {compliance: 0.1}}
        """
            .formatted(
                model, server.baseUrl(), inFlight, QUERIES, trials / (QUERIES * CONDITIONS)));
  }

  /** A study of one query under two conditions, asked of several models given as YAML. */
  static Path ofModels(Path folder, int samples, String models) throws IOException {
    return Files.writeString(
        folder.resolve("study.yaml"),
        """
        study: behaviours
        seed: 5
        scenarios: [animal-welfare]
        checks: none
        queries: {take: 1}
        samples: %d
        failures: {max_share: 1}
        models:
        """
                .formatted(samples)
            + models);
  }
}
