package dev.gapline.transforms;

import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Price;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.providers.Request;
import java.util.List;

/**
 * The ceiling of a study in dollars and tokens within this process. The worst case of a block's
 * calls is set aside before the first of them is sent, and each is replaced by what it used; a
 * block whose worst case no longer fits is not begun.
 */
final class Spending {

  private final Double usdCeiling;
  private final Long tokenCeiling;
  private double usd;
  private long tokens;

  /**
   * @param spentUsd by earlier legs
   * @param spentTokens by earlier legs
   */
  Spending(Study study, double spentUsd, long spentTokens) {
    this.usdCeiling = study.budgetUsd();
    this.tokenCeiling = study.budgetTokens();
    this.usd = spentUsd;
    this.tokens = spentTokens;
  }

  /** Sets the worst case of all these calls aside, or of none; says whether it fits. */
  synchronized boolean reserve(ModelSpec model, List<Request> requests) {
    if (usdCeiling == null && tokenCeiling == null) {
      return true;
    }
    long worstTokens = 0;
    double worstUsd = 0;
    for (Request request : requests) {
      worstTokens += worstPromptTokens(request) + request.maxTokens();
      worstUsd += usdOf(model.price(), worstPromptTokens(request), request.maxTokens());
    }
    if ((tokenCeiling != null && tokens + worstTokens > tokenCeiling)
        || (usdCeiling != null && usd + worstUsd > usdCeiling)) {
      return false;
    }
    tokens += worstTokens;
    usd += worstUsd;
    return true;
  }

  /** Replaces what was set aside for a call by what it used; a failure keeps its worst case. */
  synchronized void settle(ModelSpec model, Request request, Response response) {
    if ((usdCeiling == null && tokenCeiling == null)
        || response.promptTokens() == null
        || response.completionTokens() == null) {
      return;
    }
    long prompt = worstPromptTokens(request);
    tokens += response.promptTokens() + response.completionTokens() - prompt - request.maxTokens();
    usd +=
        usdOf(model.price(), response.promptTokens(), response.completionTokens())
            - usdOf(model.price(), prompt, request.maxTokens());
  }

  /** No tokeniser makes more tokens than a text has UTF-8 bytes, and a few for each message. */
  private static long worstPromptTokens(Request request) {
    long bytes = 0;
    for (dev.gapline.schemas.Message message : request.messages()) {
      bytes += message.content().getBytes(java.nio.charset.StandardCharsets.UTF_8).length + 16;
    }
    return bytes;
  }

  private static double usdOf(Price price, long promptTokens, long completionTokens) {
    return price == null ? 0 : price.of(promptTokens, completionTokens);
  }
}
