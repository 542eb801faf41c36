package dev.gapline.transforms.providers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;

/**
 * How a provider's batch interface is spoken. What a request is, and what its answer means, the
 * usual {@link Wire} says; this says how many of them are handed in together and fetched again.
 */
interface BatchWire {

  /**
   * Where a batch stands.
   *
   * @param hasEnded whether nothing more will come
   * @param results where its answers are; empty before it has ended, or if there are none
   * @param problem why the provider took none of it; null if it did
   */
  record State(boolean hasEnded, List<String> results, String problem) {}

  /**
   * A batch that the provider knows.
   *
   * @param mark that it was created with; null where the interface keeps none
   * @param requests in it; 0 where that is not told yet
   */
  record Listed(String id, String mark, long requests, long createdMillis) {}

  /** Takes the lines of a result one by one. */
  interface LineSink {
    void take(JsonNode line);
  }

  /** Most requests of one batch. */
  int mostRequests();

  /** Most bytes of one batch. */
  long mostBytes();

  /**
   * Hands a batch in; returns its id.
   *
   * @param mark that tells it from others
   * @param requests each known again by its key
   * @param wire says what each is as it would be posted alone
   * @throws BatchHttp.Refused if the provider says no
   * @throws BatchHttp.NotTaken if it is certain that it was not taken
   * @throws IOException if it is not known whether it was taken
   */
  String create(BatchHttp http, String mark, List<Request> requests, Wire wire) throws IOException;

  /** Asks how far a batch is. */
  State state(BatchHttp http, String id) throws IOException;

  /**
   * The answer of a line of a result; null for a line of another form.
   *
   * @param wire reads what the model said
   */
  BatchAnswer answer(JsonNode line, Wire wire);

  /** The batches that were handed in since that moment, the latest first. */
  List<Listed> list(BatchHttp http, long sinceMillis) throws IOException;
}
