package dev.gapline.pipeline.files;

import dev.gapline.schemas.ModelSpec;
import dev.gapline.schemas.Price;
import dev.gapline.schemas.Replay;
import dev.gapline.schemas.Scenario;
import dev.gapline.transforms.Transcripts;
import dev.gapline.transforms.providers.Providers;
import dev.gapline.transforms.stores.Stores;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code models} list of a study file. */
final class ModelsReader {

  private static final List<String> PROVIDERS = List.copyOf(Providers.names());
  static final Pattern ID =
      Pattern.compile("([A-Za-z0-9._-]+)/[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,199}");

  /** Capitals only, so that a key pasted in the place of its name is not taken for one. */
  private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9_]{0,79}");

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");

  /** What the study itself decides for every call. */
  private static final Set<String> DECIDED =
      Set.of("model", "messages", "temperature", "max_tokens", "seed", "stream", "n");

  /** As many as any interface gives. */
  private static final int MOST_ALTERNATIVES = 100;

  /** Calls that are in batches at a time. */
  private static final int MAX_TOKENS = 1024;

  private static final int IN_BATCHES = 10_000;

  private static final int MOST_IN_BATCHES = 100_000;

  /** What says how a server is asked. */
  private static final List<String> FOR_SERVERS =
      List.of(
          "base_url",
          "key_env",
          "api",
          "mode",
          "logprobs",
          "max_in_flight",
          "max_tokens",
          "requests_per_minute",
          "tokens_per_minute",
          "timeout",
          "parameters",
          "price",
          "simulate");

  private final Grid grid;
  private final Prices prices;
  private final Path folder;

  /**
   * Of a study with that grid.
   *
   * @param prices of models whose price the study does not say
   * @param folder of the study, from which paths are meant; null for that of the process
   */
  ModelsReader(Grid grid, Prices prices, Path folder) {
    this.grid = grid;
    this.prices = prices;
    this.folder = folder;
  }

  List<ModelSpec> read(Value value) {
    List<ModelSpec> models = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Value item : value.someItems("A list of models, such as [{id: openai/gpt}],")) {
      Fields fields = fields(item);
      Value id = fields.required("id", "provider/name");
      ModelSpec model = model(id, fields);
      if (!ids.add(model.id())) {
        throw id.refuse("is given twice. Each model once is valid.");
      }
      models.add(model);
    }
    return models;
  }

  private static Fields fields(Value item) {
    return item.fields(
        "a model",
        "id",
        "base_url",
        "key_env",
        "api",
        "mode",
        "logprobs",
        "max_in_flight",
        "requests_per_minute",
        "tokens_per_minute",
        "max_tokens",
        "timeout",
        "parameters",
        "price",
        "simulate",
        "answers",
        "model",
        "digest");
  }

  /** A model that judges, as a subject is described, or by its id alone. */
  ModelSpec judge(Value value) {
    if (value.isMap()) {
      Fields fields = fields(value);
      Value id = fields.required("id", "provider/name");
      return provider(id).equals("sim")
          ? simulatedJudge(id.text(""), new TreeMap<>())
          : model(id, fields);
    }
    return provider(value).equals("sim")
        ? simulatedJudge(value.text(""), new TreeMap<>())
        : model(value, Fields.none());
  }

  /** A made-up judge, who needs no server; how often it is right are its parameters. */
  ModelSpec simulatedJudge(String id, SortedMap<String, String> planted) {
    return new ModelSpec(
        id, null, null, 256, null, null, 1024, Duration.ofMinutes(2), planted, null, null);
  }

  private ModelSpec model(Value id, Fields fields) {
    String provider = provider(id);
    if (provider.equals(Providers.REPLAY)) {
      return replayed(id.text(""), fields);
    }
    for (String key : List.of("answers", "model", "digest")) {
      refuse(key, fields, "nothing is replayed by " + id.text(""));
    }
    if (provider.equals("sim")) {
      refuse("base_url", fields, "a simulated model has no server");
      refuse("key_env", fields, "a simulated model has no server");
    } else {
      fields
          .optional("simulate")
          .ifPresent(
              value -> {
                throw value.refuseUnseen(
                    "%s is not simulated. A model sim/... is valid with it."
                        .formatted(id.text("")));
              });
    }
    String baseUrl = fields.read("base_url", null, ModelsReader::baseUrl);
    ModelSpec.Mode mode =
        fields.read("mode", ModelSpec.Mode.DIRECT, value -> mode(provider, value));
    return new ModelSpec(
        id.text(""),
        baseUrl,
        provider.equals("sim") ? null : keyEnv(provider, fields, baseUrl),
        mode == ModelSpec.Mode.BATCH
            ? fields.whole("max_in_flight", IN_BATCHES, "a number of calls", MOST_IN_BATCHES)
            : fields.whole("max_in_flight", 16, "a number of calls", 10_000),
        fields.read("requests_per_minute", null, v -> (int) v.whole("a rate", 1, 1_000_000_000)),
        fields.read("tokens_per_minute", null, v -> v.whole("a rate", 1, 1_000_000_000_000_000L)),
        maxTokens(fields),
        fields.read("timeout", Duration.ofMinutes(2), ModelsReader::duration),
        fields.read("parameters", new TreeMap<>(), ModelsReader::parameters),
        fields.read("api", null, value -> api(provider, value)),
        mode,
        fields.read("logprobs", null, value -> logprobs(provider, value)),
        fields.read("price", prices.models().get(id.text("")), Prices::inStudy),
        provider.equals("sim")
            ? new SimulateReader(grid)
                .read(
                    fields.required(
                        "simulate",
                        "What a simulated model does, such as {comply: {free: 0.1, paid: 0.1}},"))
            : null,
        null);
  }

  /** At least what the scenarios say that an answer needs. */
  private int maxTokens(Fields fields) {
    Scenario neediest =
        grid.scenarios().stream()
            .max(Comparator.comparingInt(Scenario::minMaxTokens))
            .orElseThrow();
    int tokens =
        fields.whole(
            "max_tokens",
            Math.max(MAX_TOKENS, neediest.minMaxTokens()),
            "a number of tokens",
            10_000_000);
    if (tokens < neediest.minMaxTokens()) {
      throw fields.refuse(
          "max_tokens",
          "%d tokens leave no room for an answer in %s. At least %d are valid."
              .formatted(tokens, neediest.name(), neediest.minMaxTokens()));
    }
    return tokens;
  }

  /** An interface of the provider beside its usual one. */
  private static String api(String provider, Value value) {
    List<String> apis = Providers.apis(provider).stream().sorted().toList();
    if (apis.isEmpty()) {
      throw value.refuse(
          "is not an interface of %s, which has one. Leaving it out is valid.".formatted(provider));
    }
    return value.oneOf("an interface of " + provider, apis);
  }

  private static ModelSpec.Mode mode(String provider, Value value) {
    String mode = value.oneOf("a mode", List.of("direct", "batch"));
    if (mode.equals("batch") && !Providers.hasBatches(provider)) {
      throw value.refuse(
          "is not a mode of %s, whose batches are not spoken here. Leaving it out is valid."
              .formatted(provider));
    }
    return ModelSpec.Mode.valueOf(mode.toUpperCase(Locale.ROOT));
  }

  /** How many alternatives are asked for at each token. */
  private static Integer logprobs(String provider, Value value) {
    if (!provider.equals("openai") && !provider.equals("google")) {
      throw value.refuseUnseen(
          "log-probabilities come from openai/ and google/ models alone. Leaving it out is valid.");
    }
    return (int) value.whole("a number of alternatives", 0, MOST_ALTERNATIVES);
  }

  private static String provider(Value id) {
    Matcher matcher = ID.matcher(id.text("provider/name"));
    if (!matcher.matches()) {
      throw id.refuse("is not a model. provider/name, such as openai/gpt-4o, is valid.");
    }
    String provider = matcher.group(1);
    if (!PROVIDERS.contains(provider)) {
      throw id.refuse(
          "names the provider \"%s\", which is not known. %sValid: %s."
              .formatted(
                  provider, Suggestion.of(provider, PROVIDERS), String.join(", ", PROVIDERS)));
    }
    return provider;
  }

  private static void refuse(String key, Fields fields, String why) {
    fields
        .optional(key)
        .ifPresent(
            value -> {
              throw value.refuseUnseen(why + ". Leaving it out is valid.");
            });
  }

  /** A model that gives the answers of before, free of charge. */
  private ModelSpec replayed(String id, Fields fields) {
    for (String key : FOR_SERVERS) {
      refuse(key, fields, id + " asks no server");
    }
    Value answers =
        fields.required("answers", "The folder of a run or a file of transcripts (.jsonl)");
    String given = answers.words("The folder of a run or a file of transcripts (.jsonl)");
    String from =
        folder == null || Stores.isRemote(given)
            ? given
            : folder.resolve(given).toAbsolutePath().normalize().toString();
    String digest =
        fields
            .optional("digest")
            .map(value -> value.words("A SHA-256"))
            .orElseGet(() -> digest(answers, from));
    String model = fields.read("model", null, value -> value.words("provider/name"));
    return new ModelSpec(
        id,
        null,
        null,
        256,
        null,
        null,
        1024,
        Duration.ofMinutes(2),
        new TreeMap<>(),
        null,
        ModelSpec.Mode.DIRECT,
        null,
        new Price(0, 0),
        null,
        new Replay(from, model, digest));
  }

  private static String digest(Value answers, String from) {
    try {
      return Transcripts.digest(from);
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw answers.refuse(
          "is not there. The folder of a run or a file of transcripts (.jsonl) is valid.");
    } catch (IOException e) {
      throw answers.refuse("cannot be read: %s.".formatted(e.getMessage()));
    }
  }

  /** An address without a slash at its end; its value is not shown, for it may hold a password. */
  private static String baseUrl(Value value) {
    String text = value.words("An address such as http://127.0.0.1:8080/v1");
    String valid = "An address such as http://127.0.0.1:8080/v1 is valid.";
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw value.refuseUnseen(
          "the value is not an address (%s). %s".formatted(e.getReason(), valid));
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw value.refuseUnseen(
          "the address holds a user, a query or a fragment, which may be secret. " + valid);
    }
    if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw value.refuse("is not an address of a server. " + valid);
    }
    int end = text.length();
    while (text.charAt(end - 1) == '/') {
      end--;
    }
    return text.substring(0, end);
  }

  private static String keyEnv(String provider, Fields fields, String baseUrl) {
    Value value = fields.optional("key_env").orElse(null);
    if (value != null) {
      String name = value.text("The name of an environment variable, or none,");
      if (name.equals("none")) {
        return null;
      }
      if (!VARIABLE.matcher(name).matches()) {
        // Not shown: it may be the key itself.
        throw value.refuseUnseen(
            "the value is not the name of an environment variable. Capitals, digits and"
                + " underscores, such as OPENAI_API_KEY, or none, are valid.");
      }
      return name;
    }
    if (baseUrl == null) {
      return Providers.keyVariable(provider).orElse(null);
    }
    String host = URI.create(baseUrl).getHost();
    if (LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
      return null;
    }
    throw fields.refuse(
        "key_env",
        "nothing is given for the server %s. The name of an environment variable, or none, is valid."
            .formatted(host));
  }

  private static Duration duration(Value value) {
    String valid = "A number with a unit, such as 500ms, 120s or 2m, up to 24h, is valid.";
    Matcher matcher = DURATION.matcher(value.text("A duration such as 120s"));
    if (!matcher.matches()) {
      throw value.refuse("is not a duration. " + valid);
    }
    long count = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(count);
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          default -> Duration.ofHours(count);
        };
    if (duration.isZero() || duration.compareTo(Duration.ofHours(24)) > 0) {
      throw value.refuse("is not a duration of a call. " + valid);
    }
    return duration;
  }

  /** Values as JSON text. */
  private static SortedMap<String, String> parameters(Value value) {
    SortedMap<String, String> parameters = new TreeMap<>();
    for (Map.Entry<String, Value> entry :
        value.named("a parameter", "A map such as {top_p: 1}").entrySet()) {
      Value parameter = entry.getValue();
      if (DECIDED.contains(entry.getKey())) {
        throw parameter.refuseUnseen(
            "\"%s\" is decided by the study. Any other parameter is valid."
                .formatted(entry.getKey()));
      }
      parameters.put(entry.getKey(), JsonText.of(parameter, entry.getKey()));
    }
    return parameters;
  }
}
