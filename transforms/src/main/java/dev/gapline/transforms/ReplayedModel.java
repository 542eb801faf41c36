package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Failure;
import dev.gapline.schemas.FailureCategory;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.providers.Attempt;
import dev.gapline.transforms.providers.Provider;
import dev.gapline.transforms.providers.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A model that gives the answers of before ({@code replay/}). A trial without one, or one that was
 * asked another conversation than the recorded, is no answer: {@code not_recorded}.
 */
final class ReplayedModel implements Provider {

  private final ModelSpec model;
  private final Study study;

  /** Null until the model is first asked: a run that only judges again needs none of them. */
  private Transcripts transcripts;

  /** Answers in a study what that model's transcripts say. */
  ReplayedModel(ModelSpec model, Study study) {
    this.model = model;
    this.study = study;
  }

  private synchronized Transcripts transcripts() throws IOException {
    if (transcripts == null) {
      transcripts = Transcripts.open(model, study);
    }
    return transcripts;
  }

  @Override
  public CompletableFuture<Attempt> ask(Request request) {
    try {
      return CompletableFuture.completedFuture(Attempt.of(answer(request)));
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Completion answer(Request request) throws IOException {
    Optional<Transcripts.Transcript> found = transcripts().of(request.trial());
    if (found.isEmpty()) {
      return none("No answer of this trial is recorded.");
    }
    List<Message> asked = request.messages();
    List<Message> recorded = found.get().messages();
    if (recorded == null || recorded.equals(asked)) {
      return found.get().completion();
    }
    int turn = asked.size();
    if (recorded.size() <= turn || !recorded.subList(0, turn).equals(asked)) {
      return none("The recorded answer was given to another prompt.");
    }
    // The conversation went on: what came next is the answer to this turn.
    Message reply = recorded.get(turn);
    return Completion.of(
        new Response(reply.content(), null, null, null, null, null, null, 1)
            .withToolCalls(reply.toolCalls()));
  }

  private static Completion none(String why) {
    return Completion.of(new Failure(FailureCategory.NOT_RECORDED, why, 1));
  }

  @Override
  public synchronized void close() {
    try {
      if (transcripts != null) {
        transcripts.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
