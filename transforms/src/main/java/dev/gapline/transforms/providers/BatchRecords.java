package dev.gapline.transforms.providers;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gapline.transforms.stores.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The batches of a run, each written down before it is handed in and again when the provider has
 * named it: {@code batches/*.json} in the run's folder.
 */
final class BatchRecords {

  private static final String FOLDER = "batches";
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /**
   * One batch.
   *
   * @param model whose requests are in it
   * @param mark random digits by which it may be known again
   * @param plannedMillis when it was written down
   * @param id by which the provider knows it; null while that was not heard, empty when it is known
   *     that there is none
   * @param isCertain whether it is known that the provider's batch of that id is this one
   * @param keys of its requests
   */
  record Batch(
      String model,
      String mark,
      long plannedMillis,
      String id,
      boolean isCertain,
      List<String> keys) {

    Batch {
      keys = List.copyOf(keys);
    }

    Batch named(String name, boolean certainly) {
      return new Batch(model, mark, plannedMillis, name, certainly, keys);
    }
  }

  private final Store store;
  private final String model;

  BatchRecords(Store store, String model) {
    this.store = store;
    this.model = model;
  }

  /** The model's batches of all legs. */
  List<Batch> all() throws IOException {
    List<Batch> batches = new ArrayList<>();
    for (Store.Stored file : store.list(FOLDER)) {
      byte[] bytes =
          store.read(file.name()).orElseThrow(() -> new IOException(file.name() + " is gone."));
      Batch batch = JSON.readValue(bytes, Batch.class);
      if (batch.model().equals(model)) {
        batches.add(batch);
      }
    }
    return batches;
  }

  /** Writes down a batch that is about to be handed in. */
  Batch plan(List<String> keys, long nowMillis) throws IOException {
    String mark = UUID.randomUUID().toString().replace("-", "");
    Batch batch = new Batch(model, mark, nowMillis, null, false, keys);
    write(batch);
    return batch;
  }

  /** Writes it down again. */
  void write(Batch batch) throws IOException {
    store.replace(FOLDER + "/" + batch.mark() + ".json", JSON.writeValueAsBytes(batch));
  }
}
