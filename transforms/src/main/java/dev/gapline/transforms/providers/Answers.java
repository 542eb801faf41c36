package dev.gapline.transforms.providers;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import java.util.List;

/** What every call through the web has done to it on its way back, however it was sent. */
final class Answers {

  private static final int LONGEST_MESSAGE = 300;

  private Answers() {}

  /** What came, with a note on what the server ignored, and clear of keys. */
  static Completion of(Request request, Completion completion, Key key) {
    if (completion.isFailure()) {
      Failure failure = completion.failure();
      return failure(failure.category(), failure.message(), key).completion();
    }
    List<String> ignored = Ignored.of(request, completion.response());
    return ignored.isEmpty() ? completion : Completion.of(completion.response().withNotes(ignored));
  }

  /** A failure in one short line without a key in it. */
  static Attempt failure(FailureCategory category, String message, Key key) {
    // Hidden before it is cut, lest half a key remain at the cut.
    String line = key.hideIn(message).replaceAll("\\s+", " ").strip();
    if (line.length() > LONGEST_MESSAGE) {
      boolean splits = Character.isHighSurrogate(line.charAt(LONGEST_MESSAGE - 1));
      line = line.substring(0, splits ? LONGEST_MESSAGE - 1 : LONGEST_MESSAGE) + "…";
    }
    return Attempt.of(Completion.of(new Failure(category, line, 1)));
  }
}
