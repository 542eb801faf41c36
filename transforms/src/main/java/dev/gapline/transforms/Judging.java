package dev.gapline.transforms;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapline.schemas.Completion;
import dev.gapline.schemas.JudgeSpec;
import dev.gapline.schemas.Message;
import dev.gapline.schemas.Response;
import dev.gapline.schemas.Trial;
import dev.gapline.transforms.classifiers.Ballot;
import dev.gapline.transforms.classifiers.JudgePrompt;
import dev.gapline.transforms.classifiers.JudgedVerdict;
import dev.gapline.transforms.classifiers.ParsedAnswer;
import dev.gapline.transforms.classifiers.RuleClassifier;
import dev.gapline.transforms.classifiers.Vote;
import dev.gapline.transforms.classifiers.VoteReader;
import dev.gapline.transforms.providers.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The judging of one trial's answer by model judges: which votes are asked, how their replies are
 * read, when one is asked again, and what follows. Asks nothing itself.
 */
final class Judging {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One vote that is to be asked, for the {@code call}th time. */
  record Ask(Judging of, int judge, int number, int call) {

    JudgeSpec spec() {
      return of.bench.get(judge).spec;
    }

    Request request() {
      return of.calls.request(spec(), of.trial, number + 1, call, of.bench.get(judge).messages);
    }
  }

  /** How one vote ended. */
  private record Cast(Vote vote, String status, String why, int calls) {}

  /** One judge, what it is sent, and its votes so far. */
  private static final class Seat {
    private final JudgeSpec spec;
    private final List<Message> messages;
    private final VoteReader reader;
    private final Cast[] casts;

    Seat(JudgeSpec spec, String query, String objective, String judged) {
      this.spec = spec;
      this.messages = JudgePrompt.of(spec.rubric(), query, objective, judged);
      this.reader = new VoteReader(spec.rubric(), judged);
      this.casts = new Cast[spec.votes()];
    }

    Ballot ballot() {
      List<Vote> votes = new ArrayList<>();
      for (Cast cast : casts) {
        votes.add(cast.vote());
      }
      return new Ballot(spec, votes);
    }
  }

  private final Trial trial;
  private final JudgeCalls calls;
  private final RuleClassifier.Judged byRules;
  private final ParsedAnswer answer;
  private final List<JudgeSpec> judges;
  private final List<Seat> bench = new ArrayList<>();
  private int open;
  private int callsMade;
  private double costUsd;
  private boolean isCostKnown = true;
  private boolean isAnswered;

  /**
   * Of that answer.
   *
   * @param query that was answered
   * @param objective of the scenario; null when it tells none
   * @param answer that could be read
   */
  Judging(
      Trial trial,
      String query,
      String objective,
      JudgeCalls calls,
      RuleClassifier.Judged byRules,
      ParsedAnswer answer,
      List<JudgeSpec> judges) {
    this.trial = trial;
    this.calls = calls;
    this.byRules = byRules;
    this.answer = answer;
    this.judges = judges;
    for (JudgeSpec judge : judges) {
      String judged = JudgePrompt.partOf(answer, judge.rubric());
      if (judged != null) {
        bench.add(new Seat(judge, query, objective, judged));
        open += judge.votes();
      }
    }
  }

  /** All votes, each for the first time. */
  List<Ask> first() {
    List<Ask> asks = new ArrayList<>();
    for (int judge = 0; judge < bench.size(); judge++) {
      for (int number = 0; number < bench.get(judge).casts.length; number++) {
        asks.add(new Ask(this, judge, number, 1));
      }
    }
    return asks;
  }

  /**
   * Takes what a call brought; returns the next one for the same vote, or null when the vote is
   * cast or given up.
   */
  Ask took(Ask ask, Completion completion) {
    count(ask.spec(), completion);
    Seat seat = bench.get(ask.judge());
    if (completion.isFailure()) {
      return cast(ask, new Cast(null, "failed", completion.failure().category().id(), ask.call()));
    }
    try {
      Vote vote = seat.reader.read(completion.response().text());
      return cast(ask, new Cast(vote, "ok", null, ask.call()));
    } catch (VoteReader.Unreadable e) {
      return ask.call() < seat.spec.tries()
          ? new Ask(this, ask.judge(), ask.number(), ask.call() + 1)
          : cast(ask, new Cast(null, "unreadable", e.getMessage(), ask.call()));
    }
  }

  private Ask cast(Ask ask, Cast cast) {
    bench.get(ask.judge()).casts[ask.number()] = cast;
    open--;
    return null;
  }

  private void count(JudgeSpec judge, Completion completion) {
    callsMade += completion.attempts();
    Response response = completion.response();
    Double cost = UnitPart.costOf(judge.model(), response);
    if (response != null) {
      isAnswered = true;
      isCostKnown &= cost != null;
      costUsd += cost == null ? 0 : cost;
    }
  }

  /** Whether every vote is cast or given up. */
  boolean isDone() {
    return open == 0;
  }

  /** What follows; only once it is done. */
  Assessment assessment() {
    List<Ballot> ballots = bench.stream().map(Seat::ballot).toList();
    return new Assessment(
        JudgedVerdict.of(byRules.verdict(), answer, judges, ballots),
        byRules.verdict().complied(),
        byRules.hits(),
        labels(judges),
        ballots,
        votes(),
        callsMade,
        isAnswered && isCostKnown ? Double.valueOf(costUsd) : null);
  }

  /** What is found of a trial whose answer no judge is asked about. */
  static Assessment without(RuleClassifier.Judged byRules, List<JudgeSpec> judges) {
    return new Assessment(
        byRules.verdict(),
        byRules.verdict().complied(),
        byRules.hits(),
        labels(judges),
        List.of(),
        List.of(),
        0,
        null);
  }

  private static String labels(List<JudgeSpec> judges) {
    return judges.stream().map(JudgeSpec::label).collect(Collectors.joining("; "));
  }

  private List<String> votes() {
    List<String> all = new ArrayList<>();
    for (Seat seat : bench) {
      for (int number = 0; number < seat.casts.length; number++) {
        all.add(text(seat.spec, number, Objects.requireNonNull(seat.casts[number])));
      }
    }
    return all;
  }

  private static String text(JudgeSpec judge, int number, Cast cast) {
    ObjectNode item = JSON.createObjectNode();
    item.put("rubric", judge.rubric().name());
    item.put("version", judge.rubric().version());
    item.put("model", judge.model().id());
    item.put("vote", number + 1);
    item.put("calls", cast.calls());
    item.put("status", cast.status());
    if (cast.vote() == null) {
      item.put("why", cast.why());
    } else {
      item.put("value", cast.vote().value());
      ObjectNode answers = item.putObject("answers");
      cast.vote()
          .answers()
          .forEach(
              (id, one) ->
                  answers.putObject(id).put("answer", one.answer()).put("quote", one.quote()));
    }
    return item.toString();
  }
}
