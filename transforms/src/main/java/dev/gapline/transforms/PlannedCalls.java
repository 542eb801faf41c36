package dev.gapline.transforms;

import dev.gapline.schemas.Hashing;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Paraphrase;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Rounds;
import dev.gapline.schemas.Scenario;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.schemas.Trial;
import dev.gapline.transforms.prompts.Conversation;
import dev.gapline.transforms.prompts.PromptRenderer;
import dev.gapline.transforms.providers.Charge;
import dev.gapline.transforms.providers.Request;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The calls of a plan as a run would send them, without sending any. */
public final class PlannedCalls {

  /** Blocks that are looked at for the dearest one. */
  private static final long MOST_BLOCKS = 1_000;

  private final StudyPlan plan;
  private final Map<String, ModelSpec> models = new HashMap<>();
  private final Map<String, PromptRenderer> prompts = new HashMap<>();
  private final Map<String, Map<String, Integer>> turns = new HashMap<>();
  private final Map<String, Integer> toolRounds = new HashMap<>();

  private PlannedCalls(StudyPlan plan) {
    this.plan = plan;
    for (ModelSpec model : plan.study().models()) {
      models.put(model.id(), model);
    }
    for (Scenario scenario : plan.study().scenarios()) {
      prompts.put(scenario.name(), new PromptRenderer(scenario));
      Map<String, Integer> ofWordings = new HashMap<>();
      for (Paraphrase wording : scenario.paraphrases()) {
        ofWordings.put(wording.id(), 1 + wording.followUps().size());
      }
      turns.put(scenario.name(), ofWordings);
      toolRounds.put(scenario.name(), scenario.tools().isEmpty() ? 0 : scenario.toolRounds());
    }
  }

  /** The calls of that plan. */
  public static PlannedCalls of(StudyPlan plan) {
    return new PlannedCalls(plan);
  }

  /** The request of a trial's first call. */
  public Request request(Trial trial) {
    Conversation conversation = conversation(trial);
    return request(trial, conversation, conversation.first(), "");
  }

  /** The request of the call that comes after these replies; empty when the trial is over. */
  public Optional<Request> request(Trial trial, List<Response> replies) {
    if (replies.size() >= mostCalls(trial)) {
      return Optional.empty();
    }
    Conversation conversation = conversation(trial);
    return conversation
        .after(replies)
        .map(messages -> request(trial, conversation, messages, "|turn " + (replies.size() + 1)));
  }

  private Request request(
      Trial trial, Conversation conversation, List<Message> messages, String turn) {
    long seed = Hashing.fnv1a64(plan.study().seed() + "|" + trial.id().text() + turn) & 0x7fffffffL;
    return Requests.of(
        trial, models.get(trial.cell().model()), messages, conversation.offered(), seed);
  }

  /** Turns of a trial's conversation, 1 at least. */
  public int turns(Trial trial) {
    return turns.get(trial.cell().scenario()).get(trial.cell().paraphrase());
  }

  /** The most calls that a trial may take: in every turn, each round of tools and the answer. */
  public int mostCalls(Trial trial) {
    return turns(trial) * (1 + toolRounds.get(trial.cell().scenario()));
  }

  private Conversation conversation(Trial trial) {
    return prompts
        .get(trial.cell().scenario())
        .conversation(
            trial.cell().paraphrase(),
            trial.condition(),
            Rounds.without(trial.cell()),
            plan.query(trial));
  }

  /** The most that one call of a trial may be billed. */
  public Charge worst(Trial trial) {
    return Spending.worstOf(models.get(trial.cell().model()), request(trial));
  }

  /**
   * The most tokens that the first call of a trial may be billed, by the model's id; of a large
   * plan some thousand blocks are looked at, spread over all of it.
   */
  public Map<String, Long> worstCalls() {
    Map<String, Long> worst = new LinkedHashMap<>();
    someBlocks()
        .mapToObj(this::trialsOf)
        .flatMap(trials -> trials)
        .forEach(trial -> worst.merge(trial.cell().model(), worst(trial).tokens(), Math::max));
    return worst;
  }

  /** Some thousand blocks, spread over the whole plan. */
  private LongStream someBlocks() {
    long step = Math.max(1, plan.blocks() / MOST_BLOCKS | 1);
    return LongStream.iterate(0, block -> block < plan.blocks(), block -> block + step);
  }

  private Stream<Trial> trialsOf(long block) {
    long first = plan.firstTrial(block);
    return LongStream.range(first, first + plan.trialsOf(block)).mapToObj(plan::trial);
  }

  /**
   * The most that the calls of one block may be billed: of the dearest block in tokens, and of the
   * dearest in dollars. Of a large plan some thousand blocks are looked at, spread over all of it.
   */
  public Charge worstBlock() {
    return someBlocks()
        .mapToObj(block -> trialsOf(block).map(this::worst).reduce(Charge.NONE, Charge::plus))
        .reduce(
            Charge.NONE,
            (one, other) ->
                new Charge(
                    Math.max(one.tokens(), other.tokens()), Math.max(one.usd(), other.usd())));
  }
}
