package dev.gapline.schemas;

import java.io.Serializable;
import java.util.List;

/**
 * One wording of a scenario.
 *
 * @param provenance who wrote it
 * @param firstPublic the date on which it was first public; null when it never was
 * @param system template of the system message; null for none
 * @param user template of the user message
 * @param followUps templates of what the user says after the first reply, the second, and so on;
 *     the last reply is the one that is judged
 * @param prefill template of the beginning of the last reply, which the model goes on with; null
 *     for none
 */
public record Paraphrase(
    String id,
    String provenance,
    String firstPublic,
    String system,
    String user,
    List<String> followUps,
    String prefill)
    implements Serializable {

  /** The wording that no scenario may call so unless its hash proves it. */
  public static final String PUBLISHED = "published";

  public Paraphrase {
    followUps = List.copyOf(followUps);
  }

  /** A wording of one turn, whose reply the model begins itself. */
  public Paraphrase(String id, String provenance, String firstPublic, String system, String user) {
    this(id, provenance, firstPublic, system, user, List.of(), null);
  }
}
