package dev.gapline.schemas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Small studies, of which only what shapes the plan is filled in. */
final class Studies {

  private long seed = 7;
  private int scenarios = 1;
  private int queriesInFile = 5;
  private int models = 1;
  private int conditions = 2;
  private QuerySelection queries = QuerySelection.all();
  private int paraphrases = 1;
  private List<String> temperatures = List.of("1");
  private List<Factor> factors = List.of();
  private long samples = 1;
  private Study.Order order = Study.Order.REPLICATE;
  private Long windowQueries;
  private List<Scenario.Exclusion> excluded = List.of();

  Studies seed(long value) {
    seed = value;
    return this;
  }

  Studies scenarios(int count) {
    scenarios = count;
    return this;
  }

  Studies queriesInFile(int count) {
    queriesInFile = count;
    return this;
  }

  Studies models(int count) {
    models = count;
    return this;
  }

  Studies conditions(int count) {
    conditions = count;
    return this;
  }

  Studies queries(QuerySelection.Kind kind, long count) {
    queries = new QuerySelection(kind, count);
    return this;
  }

  Studies paraphrases(int count) {
    paraphrases = count;
    return this;
  }

  Studies temperatures(String... texts) {
    temperatures = List.of(texts);
    return this;
  }

  Studies factors(Factor... all) {
    factors = List.of(all);
    return this;
  }

  /** That many rounds beside the factors; 1 for none. */
  Studies rounds(int count) {
    if (count > 1) {
      factors = Stream.concat(factors.stream(), Stream.of(Rounds.factor(count))).toList();
    }
    return this;
  }

  Studies samples(long count) {
    samples = count;
    return this;
  }

  Studies order(Study.Order value) {
    order = value;
    return this;
  }

  Studies windowQueries(Long count) {
    windowQueries = count;
    return this;
  }

  /** Leaves one combination of both factors out, and another of them and the second condition. */
  Studies excluding(boolean some) {
    if (some) {
      excluded =
          List.of(
              new Scenario.Exclusion(
                  new TreeMap<>(Map.of("threat", List.of("high"), "prefix", List.of("b")))),
              new Scenario.Exclusion(
                  new TreeMap<>(
                      Map.of(
                          "threat",
                          List.of("low"),
                          "prefix",
                          List.of("a"),
                          Scenario.Exclusion.CONDITION,
                          List.of("arm1")))));
    }
    return this;
  }

  StudyPlan plan() {
    return StudyPlan.of(study());
  }

  Study study() {
    List<Scenario> all = new ArrayList<>();
    for (int s = 0; s < scenarios; s++) {
      all.add(scenario("scenario-" + s, queriesInFile + s, excluded));
    }
    return new Study(
        "laws",
        seed,
        all,
        named("sim/m", models).stream().map(Studies::model).toList(),
        named("arm", conditions),
        List.of(),
        queries,
        named("wording", paraphrases),
        temperatures.stream().map(Temperature::of).toList(),
        factors,
        samples,
        order,
        new Analysis(
            List.of(),
            Analysis.Weights.MACRO,
            Analysis.Target.RANDOM,
            Analysis.Target.FIXED,
            new TreeMap<>(),
            0.05,
            Analysis.Correction.HOLM,
            Analysis.Correction.BH,
            List.of(),
            List.of()),
        windowQueries,
        null,
        null,
        0.05,
        "low");
  }

  /** Studies of every shape, up to some thousand trials. */
  static Arbitrary<Study> small() {
    Arbitrary<Studies> grids =
        Combinators.combine(
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(1, 5),
                Arbitraries.integers().between(1, 2),
                Arbitraries.integers().between(1, 3),
                Arbitraries.integers().between(1, 2),
                Arbitraries.integers().between(1, 2),
                Arbitraries.integers().between(0, 2),
                Arbitraries.integers().between(1, 3))
            .as(
                (scenarios, inFile, models, conditions, paraphrases, temperatures, factors, n) ->
                    new Studies()
                        .scenarios(scenarios)
                        .queriesInFile(inFile)
                        .models(models)
                        .conditions(conditions)
                        .paraphrases(paraphrases)
                        .temperatures(temperatures == 1 ? new String[] {"1"} : TWO_TEMPERATURES)
                        .factors(FACTORS.subList(0, factors).toArray(Factor[]::new))
                        .samples(n));
    return Combinators.combine(
            grids,
            Arbitraries.longs(),
            Arbitraries.of(Study.Order.class),
            Arbitraries.of(QuerySelection.Kind.class),
            Arbitraries.integers().between(1, 5),
            Arbitraries.longs().between(1, 7).injectNull(0.3),
            Arbitraries.integers().between(1, 3),
            Arbitraries.of(true, false))
        .as(
            (grid, seed, order, kind, count, window, rounds, excluding) ->
                grid.seed(seed)
                    .excluding(excluding)
                    .order(order)
                    .rounds(order == Study.Order.REPLICATE ? rounds : 1)
                    .queries(
                        kind,
                        kind == QuerySelection.Kind.SYNTHETIC
                            ? count
                            : Math.min(count, grid.queriesInFile))
                    .windowQueries(window)
                    .study());
  }

  private static final String[] TWO_TEMPERATURES = {"0", "0.7"};
  private static final List<Factor> FACTORS =
      List.of(
          new Factor("threat", List.of("high", "low")), new Factor("prefix", List.of("a", "b")));

  private static List<String> named(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static ModelSpec model(String id) {
    return new ModelSpec(
        id, null, null, 1, null, null, 100, Duration.ofSeconds(1), new TreeMap<>(), null, null);
  }

  private static Scenario scenario(String name, int queries, List<Scenario.Exclusion> excluded) {
    return new Scenario(
        name,
        1,
        name,
        "canary",
        "low",
        List.of(),
        List.of(),
        List.of(),
        new Signals(new TreeMap<>(), new TreeMap<>(), new TreeMap<>()),
        List.of(),
        named(name + "-q", queries).stream()
            .map(id -> new Query(id, "Text of " + id, new TreeMap<>()))
            .toList(),
        new Rubric(
            1,
            List.of(),
            null,
            List.of(),
            List.of(),
            List.of(),
            Rubric.Otherwise.COMPLIES,
            List.of(),
            List.of(),
            List.of()),
        new TreeMap<>(),
        null,
        List.of(),
        1,
        excluded,
        1,
        null,
        List.of());
  }
}
