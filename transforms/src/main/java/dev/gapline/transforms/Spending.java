package dev.gapline.transforms;

import dev.gapline.schemas.Completion;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.OfferedTool;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Study;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;

/**
 * The ceiling of a study in dollars and tokens, over all workers of a leg. The worst case of a
 * block's calls is set aside before the first of them is sent, and each is replaced by what it
 * used; a block whose worst case no longer fits is not begun.
 *
 * <p>What the leg may still spend is cut into {@value #GRANTS} grants. A worker claims the next
 * ones, each by creating a file that only one can create, when what it holds does not cover a
 * reservation; so the sum over all workers never exceeds the ceiling and nobody has to be asked.
 * What comes back is kept by the worker that held it. The grants of a worker that died count as
 * spent whole within this leg; the next leg charges only what the ledger shows. Without a ceiling
 * nothing is claimed.
 */
final class Spending {

  static final int GRANTS = 200;

  /** A message's role and its marks are tokens, too. */
  private static final int TOKENS_OF_A_MESSAGE = 16;

  private static final double NEXT_TO_NOTHING = 1e-9;

  private final boolean capsUsd;
  private final boolean capsTokens;
  private final Charge charged;
  private final Charge left;
  private final Grants grants;
  private final BitSet claimed = new BitSet();
  private int next;
  private Charge held = Charge.NONE;
  private Charge setAside = Charge.NONE;
  private Charge used = Charge.NONE;

  /**
   * The study's ceilings.
   *
   * @param charged by earlier legs
   * @param grants of this leg, which all its workers claim from
   */
  Spending(Study study, Charge charged, Grants grants) {
    this.capsUsd = study.budgetUsd() != null;
    this.capsTokens = study.budgetTokens() != null;
    this.charged = charged;
    this.left =
        new Charge(
            capsTokens ? Math.max(0, study.budgetTokens() - charged.tokens()) : 0,
            capsUsd ? Math.max(0, study.budgetUsd() - charged.usd()) : 0);
    this.grants = grants;
  }

  /** Sets that much aside, all or nothing; says whether it fits. */
  synchronized boolean reserve(Charge worst) {
    if (worst.equals(Charge.NONE) || !(capsUsd || capsTokens)) {
      return true;
    }
    Charge sum = setAside.plus(worst);
    // What no grant can cover claims none: others may have use for them.
    if (!covers(held.plus(difference(share(GRANTS), share(next))), sum)) {
      return false;
    }
    while (!covers(held, sum) && next < GRANTS) {
      claim(next++);
    }
    if (!covers(held, sum)) {
      return false;
    }
    setAside = sum;
    return true;
  }

  /** Replaces what was set aside for a call by what it counts in the end. */
  synchronized void settle(Charge worst, Charge counted) {
    setAside = difference(setAside.plus(counted), worst);
    used = used.plus(counted);
  }

  /** Whether calls are open that may count less in the end than was set aside for them. */
  synchronized boolean mayGetBack() {
    return setAside.tokens() > used.tokens() || setAside.usd() > used.usd() + NEXT_TO_NOTHING;
  }

  /** What earlier legs and this worker's calls count against the ceilings, open ones left out. */
  synchronized Charge spent() {
    return charged.plus(used);
  }

  /** What this worker's calls count against the ceilings, open ones left out. */
  synchronized Charge used() {
    return used;
  }

  private boolean covers(Charge amount, Charge sum) {
    return (!capsTokens || sum.tokens() <= amount.tokens())
        && (!capsUsd || sum.usd() <= amount.usd());
  }

  private void claim(int grant) {
    try {
      if (grants.claim(grant)) {
        claimed.set(grant);
        held = sumOf(claimed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The next grant of the budget could not be claimed.", e);
    }
  }

  /** Over runs of neighbours, so that all grants together are exactly what is left. */
  private Charge sumOf(BitSet numbers) {
    Charge sum = Charge.NONE;
    for (int from = numbers.nextSetBit(0); from >= 0; ) {
      int to = numbers.nextClearBit(from);
      sum = sum.plus(difference(share(to), share(from)));
      from = numbers.nextSetBit(to);
    }
    return sum;
  }

  /** The first so many grants together. */
  private Charge share(int count) {
    return count == GRANTS
        ? left
        : new Charge(
            left.tokens() / GRANTS * count + left.tokens() % GRANTS * count / GRANTS,
            left.usd() * count / GRANTS);
  }

  private static Charge difference(Charge one, Charge other) {
    return new Charge(one.tokens() - other.tokens(), one.usd() - other.usd());
  }

  /** The most that one call of the request may be billed. */
  static Charge worstOf(ModelSpec model, Request request) {
    long prompt = worstPromptTokens(request);
    return new Charge(prompt + request.maxTokens(), usdOf(model, prompt, request.maxTokens()));
  }

  /** What a call that ended so counts: what it used if that is known, else the worst. */
  static Charge chargeOf(ModelSpec model, Charge worst, Completion completion) {
    if (completion.isFailure()) {
      return completion.failure().category().mayBeBilled() ? worst : Charge.NONE;
    }
    Response response = completion.response();
    if (response.promptTokens() == null || response.completionTokens() == null) {
      return worst;
    }
    return new Charge(
        response.promptTokens() + response.completionTokens(),
        usdOf(model, response.promptTokens(), response.completionTokens()));
  }

  /** No tokeniser makes more tokens than a text has UTF-8 bytes, and a few for each message. */
  private static long worstPromptTokens(Request request) {
    long bytes = 0;
    for (Message message : request.messages()) {
      bytes += utf8Length(message.content()) + TOKENS_OF_A_MESSAGE;
      bytes += message.verbatim() == null ? 0 : utf8Length(message.verbatim());
    }
    for (OfferedTool tool : request.tools()) {
      bytes += utf8Length(tool.name()) + utf8Length(tool.description());
      bytes += utf8Length(tool.parameters()) + TOKENS_OF_A_MESSAGE;
    }
    return bytes;
  }

  private static long utf8Length(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Each half of a surrogate pair stands for two of its four bytes.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }

  private static double usdOf(ModelSpec model, long promptTokens, long completionTokens) {
    return model.usd((double) promptTokens, (double) completionTokens).orElse(0);
  }
}
